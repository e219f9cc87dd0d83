/** PagerDuty: 202 is "in the queue"; dedup_key makes a second one of the same harmless. */
import type { PagerdutyConfig } from '../../config/hook-config.js';
import type { Secret } from '../../platform/cloudflare/secret.js';
import type { HeldBack, HookMessage } from '../hook-message.js';
import { dedupKey, pagerdutyPayload } from '../payloads/pagerduty.js';
import type { HttpCall } from './http-call.js';
import { type HttpParts, HttpSteps, JSON_HEADERS, outcomeOf, shownCall } from './http-sender.js';
import { type Outcome, sent } from './outcome.js';
import type { Sender, Shown, Try } from './sender.js';

export class PagerdutySender implements Sender {
  constructor(
    private readonly hook: PagerdutyConfig,
    private readonly url: string,
    private readonly routingKey: Secret,
    private readonly parts: HttpParts,
  ) {}

  wants(message: HookMessage): boolean {
    return pagerdutyPayload(this.hook, '', message, { waiting: 0 }) !== null;
  }

  send(message: HookMessage, { held, signal }: Try): Promise<Outcome> {
    return outcomeOf(async () => {
      const call = this.#call(message, held);
      if (call !== null) await new HttpSteps(this.parts, signal).call(call);
      return sent(dedupKey(message));
    });
  }

  show(message: HookMessage): Shown[] {
    const call = this.#call(message, { waiting: 0 });
    return call === null ? [] : [shownCall('event', call)];
  }

  #call(message: HookMessage, held: HeldBack): HttpCall | null {
    const payload = pagerdutyPayload(this.hook, this.routingKey.reveal(), message, held);
    if (payload === null) return null;
    const headers = { ...JSON_HEADERS, 'idempotency-key': message.key };
    return { method: 'POST', url: this.url, headers, body: JSON.stringify(payload) };
  }
}
