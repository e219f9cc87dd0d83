/** Which hook knows of which incident: by what this process told, what waits, and what the journal says of earlier ones. */
import type { HookEventName } from '../config/hook-config.js';
import type { HookEvent } from './hook-event.js';
import type { HookMessage, Told } from './hook-message.js';
import { RecentSet } from './recent-set.js';

const MOST = 10_000;

export class ToldIncidents {
  readonly #open = new RecentSet(MOST);
  readonly #ended = new RecentSet(MOST);

  add(hook: string, incidentId: string, event: HookEventName): void {
    const place = `${hook} ${incidentId}`;
    const [to, from] = event === 'ended' ? [this.#ended, this.#open] : [this.#open, this.#ended];
    if (event !== 'ended' && event !== 'opened' && this.#ended.has(place)) return; // a note on what is over
    from.delete(place);
    to.add(place);
  }

  addWaiting({ hook, facts, event, isTest }: HookMessage): void {
    if (!isTest) this.add(hook, facts.id, event);
  }

  of(hook: string, { stored }: HookEvent): Told {
    const place = `${hook} ${stored.incident.id}`;
    if (this.#open.has(place)) return 'open';
    if (this.#ended.has(place)) return 'ended';
    const own = stored.deliveries.filter((delivery) => delivery.hook === hook && !delivery.event.startsWith('test'));
    const last = own.findLast(({ event }) => event === 'opened' || event === 'ended');
    if (last !== undefined) return last.event === 'ended' ? 'ended' : 'open';
    return own.length > 0 ? 'open' : 'never';
  }
}
