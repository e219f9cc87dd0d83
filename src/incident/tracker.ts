/** Verdicts in, incidents out: one record per attack on a target, from the first window over a limit to its end, and over its pulses. */
import type { TargetVerdict } from '../detect/verdict.js';
import type { Prefix } from '../format/address.js';
import { TRAFFIC_CLASSES } from '../records/traffic-class.js';
import { OwnNetworks } from './direction.js';
import { type DraftContext, IncidentDraft, type IncidentSources } from './draft.js';
import { type HostSignals, NO_SIGNALS } from './impact.js';
import type { Incident } from './incident.js';

/** Incidents kept; the oldest ended one goes first. */
const MAX_INCIDENTS = 500;
/** An attack that comes back within this is the same one. */
const SAME_ATTACK_SEC = 60;

export class IncidentTracker {
  readonly #idPrefix: string;
  readonly #open = new Map<string, IncidentDraft>();
  #ended: IncidentDraft[] = [];
  #next = 1;
  #networks = new OwnNetworks([]);
  #signals = NO_SIGNALS;
  #alarms = 0;

  /** Ids are `idPrefix` and a number: unique among all runs when the prefix is. */
  constructor({ idPrefix = 'i' }: { readonly idPrefix?: string } = {}) {
    this.#idPrefix = idPrefix;
  }

  /** Our own: they tell incoming from outgoing. */
  setNetworks(networks: readonly Prefix[]): void {
    this.#networks = new OwnNetworks(networks);
  }

  /** What the protected host or link suffers, as others measure it. */
  setSignals(signals: HostSignals): void {
    this.#signals = signals;
  }

  /**
   * Takes the verdicts of one decision. `sourcesOf` looks at the sampled rows of a target, thousands of them; it is asked
   * when an attack is called, after 1, 2 and 4 seconds, and then every five.
   */
  update(verdicts: readonly TargetVerdict[], sourcesOf: (verdict: TargetVerdict) => IncidentSources): void {
    const context = { networks: this.#networks, signals: this.#signals, sourcesOf };
    for (const verdict of verdicts) this.#take(verdict, context);
  }

  #take(verdict: TargetVerdict, context: DraftContext): void {
    const { target } = verdict.target;
    const open = this.#open.get(target);
    if (verdict.state === 'attack' && open?.incident.state !== 'attack') this.#alarms += 1;
    // A suspicion that did not last leaves no record.
    if (verdict.state === 'dropped') {
      if (open?.incident.state === 'suspect') this.#open.delete(target);
      return;
    }
    if (open !== undefined) open.advance(verdict, context);
    else if (verdict.state === 'suspect' || verdict.state === 'attack') this.#begin(verdict, context);
    if (verdict.state === 'ended') this.#end(target);
  }

  #begin(verdict: TargetVerdict, context: DraftContext): void {
    const { target } = verdict.target;
    const ended = this.#endedOf(verdict);
    if (ended === null) {
      const id = `${this.#idPrefix}${this.#next}`;
      this.#next += 1;
      this.#open.set(target, new IncidentDraft(id, verdict, context));
      return;
    }
    // What may be its return is shown once it is an attack: an incident never goes back to a suspicion.
    if (verdict.state === 'suspect') return;
    this.#ended = this.#ended.filter((draft) => draft !== ended);
    this.#open.set(target, ended);
    ended.reopen(verdict, context);
  }

  /** The attack that this one continues: a short while after it, or a vector that was known. By another vector it is one that nobody was told of. */
  #endedOf({ target: { target }, sinceSec, isReturn, vectors }: TargetVerdict): IncidentDraft | null {
    const draft = this.#ended.findLast(({ incident }) => incident.target === target);
    if (draft === undefined) return null;
    const known = new Set(draft.incident.vectors.map(({ id }) => id));
    const isKnown = vectors.some(({ trafficClass }) => known.has(TRAFFIC_CLASSES[trafficClass]?.id ?? ''));
    const gapSec = sinceSec - (draft.incident.endedAt ?? Number.NEGATIVE_INFINITY);
    return isReturn || (isKnown && gapSec < SAME_ATTACK_SEC) ? draft : null;
  }

  #end(target: string): void {
    const draft = this.#open.get(target);
    if (draft === undefined) return;
    this.#open.delete(target);
    this.#ended = [...this.#ended, draft].slice(-MAX_INCIDENTS);
  }

  /** Attacks called so far, those that came back among them. */
  get alarms(): number {
    return this.#alarms;
  }

  get isAnyOpen(): boolean {
    return this.#open.size > 0;
  }

  /** Open first, newest first. */
  incidents(): Incident[] {
    const open = [...this.#open.values()].map(({ incident }) => incident);
    return [
      ...open.sort((a, b) => b.openedAt - a.openedAt || (a.target < b.target ? -1 : 1)),
      ...this.#ended.map(({ incident }) => incident).reverse(),
    ];
  }
}
