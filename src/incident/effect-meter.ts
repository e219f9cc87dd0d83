/** Before and after of a mitigation, from what each tick says of the target: half a minute of figures an incident, nothing more. */
import type { EffectRecord } from './journal-event.js';

interface Figures {
  readonly sec: number;
  readonly attackPps: number;
  /** To the same target, and not of the attack's vectors. */
  readonly goodPps: number;
}

/** Rates that a mitigation is held against: those of the ten seconds before it, and of the newest ten. */
export const EFFECT_SPAN_SEC = 10;
const KEPT_SEC = 60;
const MOST_INCIDENTS = 200;

export class EffectMeter {
  readonly #figures = new Map<string, Figures[]>();

  /** Once a tick for each open incident. `sec`: capture time. */
  push(incidentId: string, sec: number, attackPps: number, goodPps: number): void {
    const kept = this.#figures.get(incidentId) ?? [];
    this.#figures.delete(incidentId);
    this.#figures.set(incidentId, kept);
    if (kept.at(-1)?.sec === sec) return;
    kept.push({ sec, attackPps, goodPps });
    while ((kept[0] as Figures).sec < sec - KEPT_SEC) kept.shift();
    for (const oldest of this.#figures.keys()) {
      if (this.#figures.size <= MOST_INCIDENTS) break;
      this.#figures.delete(oldest);
    }
  }

  /**
   * Null: nothing was seen before it. `appliedSec`, `nowSec`: capture time. `seesAfter`: what is dropped is not seen here any more; a capture in front of
   * the firewall goes on seeing all of it, and says nothing of what came through.
   */
  measure(
    mitigationId: string,
    incidentId: string,
    {
      appliedSec,
      nowSec,
      seesAfter,
      droppedPackets,
    }: { appliedSec: number; nowSec: number; seesAfter: boolean; droppedPackets: number | null },
  ): EffectRecord | null {
    const kept = this.#figures.get(incidentId) ?? [];
    const before = kept.filter(({ sec }) => sec <= appliedSec && sec > appliedSec - EFFECT_SPAN_SEC);
    const after = kept.filter(({ sec }) => sec > Math.max(appliedSec, nowSec - EFFECT_SPAN_SEC));
    if (before.length === 0) return null;
    return {
      mitigationId,
      seconds: EFFECT_SPAN_SEC,
      attackBeforePps: mean(before.map(({ attackPps }) => attackPps)),
      attackAfterPps: seesAfter ? mean(after.map(({ attackPps }) => attackPps)) : null,
      goodBeforePps: mean(before.map(({ goodPps }) => goodPps)),
      goodAfterPps: mean(after.map(({ goodPps }) => goodPps)),
      droppedPackets,
    };
  }
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
