/** One node over time: when it is due, which span it is asked for, and whether it rests after a failure. */
import type { AskedNode } from './analytics-document.js';
import type { PlannedNode } from './node-plan.js';

const REST_SEC = 60;
/** What is forbidden stays so for a while. */
const FORBIDDEN_REST_SEC = 600;

export class NodeWatch {
  /** Begin of the newest bucket that had rows; NaN: none yet. */
  #newestSec = Number.NaN;
  #dueSec = 0;
  #restsUntilSec = 0;
  #failure = '';

  constructor(readonly planned: PlannedNode) {}

  get id(): string {
    return this.planned.node.id;
  }

  get dueSec(): number {
    return Math.max(this.#dueSec, this.#restsUntilSec);
  }

  /** Why it rests, while it does. */
  remark(nowSec: number): string | null {
    if (nowSec >= this.#restsUntilSec) return null;
    return `${this.planned.node.title}: asked again in a while: ${this.#failure}`;
  }

  /** From the newest bucket known on, which may have grown, and a little before it; never wider or older than allowed. */
  ask(nowSec: number): AskedNode {
    const { node, maxDurationSec, notOlderSec } = this.planned;
    const { bucketSec, reachSec, overlapSec } = node;
    const known = overlapSec === null || Number.isNaN(this.#newestSec) ? 0 : this.#newestSec - overlapSec;
    // Data of this second is still coming in, and the answer may not take a span of nothing.
    const toSec = Math.floor(nowSec) + 1;
    const oldest = toSec - Math.min(reachSec, maxDurationSec, notOlderSec);
    const fromSec = Math.ceil(Math.max(oldest, Math.min(known, toSec - bucketSec)) / bucketSec) * bucketSec;
    return { planned: this.planned, fromSec: Math.min(fromSec, toSec - 1), toSec };
  }

  /** `askedSec`: when it was asked, so that ticks and dues stay in step. */
  answered(askedSec: number, newestSec: number | null): void {
    this.#dueSec = askedSec + this.planned.node.everySec;
    if (newestSec !== null && !(newestSec < this.#newestSec)) this.#newestSec = newestSec;
  }

  rest(nowSec: number, why: string, isForbidden: boolean): void {
    this.#restsUntilSec = nowSec + (isForbidden ? FORBIDDEN_REST_SEC : REST_SEC);
    this.#failure = why;
  }
}
