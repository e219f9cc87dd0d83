/** Stands in the door's place while store and hooks are opened: what comes meanwhile is done afterwards. */
import { messageOf } from '../../errors.js';
import type { OperatorMark } from '../../incident/journal-event.js';
import type { LiveMitigation } from '../../mitigation/types.js';
import type { Analysis } from '../../signature/analysis.js';
import type { EdgeNetworkView } from '../../snapshot/edge-network-view.js';
import type { Tick } from '../ingest/feed.js';
import type { CasesDoor, CasesListener } from './cases-door.js';

/** Ticks are four a second: a store that takes minutes to open has no use for all of them. */
const MOST_TICKS = 40;

export class LateCases implements CasesDoor {
  readonly #opening: Promise<CasesDoor & { close(): Promise<void> }>;
  #door: CasesDoor | null = null;
  #ticks: Tick[] = [];
  #listener: CasesListener | null = null;

  constructor(opening: Promise<CasesDoor & { close(): Promise<void> }>) {
    this.#opening = opening;
    opening.then(
      (door) => {
        this.#door = door;
        if (this.#listener !== null) door.watch(this.#listener);
        for (const tick of this.#ticks.splice(0)) door.take(tick);
      },
      (error) => this.#failed(error),
    );
  }

  #failed(error: unknown): void {
    this.#ticks = [];
    this.#listener?.news({ kind: 'why', text: messageOf(error) });
    this.#listener?.say(messageOf(error), 'critical');
  }

  watch(listener: CasesListener): void {
    this.#listener = listener;
    this.#door?.watch(listener);
  }

  take(tick: Tick): void {
    if (this.#door !== null) this.#door.take(tick);
    else this.#ticks = [...this.#ticks.slice(1 - MOST_TICKS), tick];
  }

  listed(actions: readonly LiveMitigation[]): void {
    this.#door?.listed(actions);
  }

  signed(incidentId: string, analysis: Analysis): void {
    void this.#then(async (door) => door.signed(incidentId, analysis));
  }

  alerted(view: EdgeNetworkView): void {
    void this.#then(async (door) => door.alerted(view));
  }

  acknowledge(incidentId: string): Promise<void> {
    return this.#then((door) => door.acknowledge(incidentId));
  }

  mark(incidentId: string, mark: OperatorMark | null, of: string | null): Promise<void> {
    return this.#then((door) => door.mark(incidentId, mark, of));
  }

  open(incidentId: string): Promise<void> {
    return this.#then((door) => door.open(incidentId));
  }

  tellHook(hook: string, incidentId: string): Promise<void> {
    return this.#then((door) => door.tellHook(hook, incidentId));
  }

  testHook(hook: string): Promise<void> {
    return this.#then((door) => door.testHook(hook));
  }

  lookAtTeam(): Promise<void> {
    return this.#then((door) => door.lookAtTeam());
  }

  async writeReport(...what: Parameters<CasesDoor['writeReport']>): Promise<string | null> {
    const door = await this.#opening.catch(() => null); // said already
    return door === null ? null : door.writeReport(...what);
  }

  async close(): Promise<void> {
    await this.#opening.then((door) => door.close()).catch(() => {}); // one that never opened has nothing to write
  }

  async #then(act: (door: CasesDoor) => Promise<void>): Promise<void> {
    const door = await this.#opening.catch(() => null); // said already
    if (door !== null) await act(door);
  }
}
