/** Looks at an attack without being asked: some seconds after it was called one, and once more later where that gave no rule. */
import type { Analysis } from '../../signature/analysis.js';
import type { Tick } from '../ingest/feed.js';
import type { AnalysisDoor } from './analysis-door.js';

/** Capture time after the detection, seconds: the first rows are there; the attack is itself; a last try. */
const LOOKS_AFTER_SEC = [3, 15, 60] as const;
const MOST_KNOWN = 500;

export class UnaskedAnalysis {
  readonly #door: AnalysisDoor;
  readonly #found: (incidentId: string, analysis: Analysis) => void;
  /** Looks made, by incident; Infinity: there is a rule. */
  readonly #looks = new Map<string, number>();
  #isWorking = false;

  /** `found` is called with every analysis, also one that was refused a rule. */
  constructor(door: AnalysisDoor, found: (incidentId: string, analysis: Analysis) => void) {
    this.#door = door;
    this.#found = found;
  }

  take({ incidents, snapshot }: Tick): void {
    if (incidents.some(({ state }) => state === 'suspect' || state === 'attack')) this.#door.prepare();
    if (this.#isWorking) return;
    for (const { id, target, state, detectedAt, scope } of incidents) {
      if (state !== 'attack' || detectedAt === null || scope === 'site') continue;
      const looks = this.#looks.get(id) ?? 0;
      const after = LOOKS_AFTER_SEC[looks];
      if (after === undefined || snapshot.nowSec - detectedAt < after) continue;
      void this.#look(id, target, looks);
      return;
    }
  }

  async #look(id: string, target: string, looks: number): Promise<void> {
    this.#isWorking = true;
    this.#looks.set(id, looks + 1);
    for (const oldest of this.#looks.keys()) {
      if (this.#looks.size <= MOST_KNOWN) break;
      this.#looks.delete(oldest);
    }
    try {
      const analysis = await this.#door.analyse({ target, labels: [] });
      if (analysis.proposal.rule !== null || analysis.requests?.rule) this.#looks.set(id, Number.POSITIVE_INFINITY);
      this.#found(id, analysis);
    } catch {
      // No rows yet, or the source is gone: the next look may find some.
    } finally {
      this.#isWorking = false;
    }
  }
}
