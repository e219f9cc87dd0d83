/** Spans of time that answers covered, joined: outside of them nothing is known, inside of them no row means none. */
interface Span {
  readonly fromSec: number;
  readonly toSec: number;
}

export class Coverage {
  #spans: readonly Span[] = [];

  /** What lies before `oldestSec` is forgotten. */
  add(fromSec: number, toSec: number, oldestSec: number): void {
    let joined: Span = { fromSec, toSec };
    const apart: Span[] = [];
    for (const span of this.#spans) {
      if (span.toSec <= oldestSec) continue;
      if (span.toSec < joined.fromSec || span.fromSec > joined.toSec) apart.push(span);
      else {
        joined = { fromSec: Math.min(span.fromSec, joined.fromSec), toSec: Math.max(span.toSec, joined.toSec) };
      }
    }
    this.#spans = [...apart, joined];
  }

  /** All of it. */
  has(fromSec: number, toSec: number): boolean {
    return this.#spans.some((span) => span.fromSec <= fromSec && toSec <= span.toSec);
  }
}
