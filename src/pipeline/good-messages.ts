/** Requests and ClientHellos of targets: the newest, and those of before an attack, copied when it is called, since the rings go on. */
import type { MessageRing } from '../aggregate/message-ring.js';
import type { RowKeeper } from '../aggregate/row-keeper.js';
import { maskOf, parsePrefix } from '../format/address.js';
import type { HelloRows } from '../records/hello-samples.js';
import type { MessageColumns } from '../records/message-columns.js';
import type { RequestRows } from '../records/request-samples.js';
import type { TextLookup } from '../records/text-keeper.js';

/** Targets held: 8 × 4096 × (167 + 67) B = 7.7 MB at most, as large as there are rows. */
const TARGETS = 8;
const ROWS = 4096;

export interface MessageSides {
  readonly requests: RequestRows | null;
  readonly hellos: HelloRows | null;
}

const NOTHING: MessageSides = { requests: null, hellos: null };

export class GoodMessages {
  readonly #of = new Map<string, MessageSides>();

  constructor(
    readonly keeper: RowKeeper | null,
    readonly texts: TextLookup,
  ) {}

  /** To an address or prefix in [fromSec, toSec). Lent. */
  to(target: string, fromSec: number, toSec: number): MessageSides {
    return {
      requests: this.#rowsTo(this.keeper?.requests ?? null, target, fromSec, toSec),
      hellos: this.#rowsTo(this.keeper?.hellos ?? null, target, fromSec, toSec),
    };
  }

  #rowsTo<Samples extends MessageColumns>(
    ring: MessageRing<Samples> | null,
    target: string,
    fromSec: number,
    toSec: number,
  ): { samples: Samples; rows: Int32Array; weights: Float64Array; texts: TextLookup } | null {
    const isTo = targetTest(target);
    if (ring === null || isTo === null) return null;
    return { samples: ring.samples, ...ring.rowsOf(fromSec, toSec, isTo), texts: this.texts };
  }

  /** Of before the target's attack. Lent until `clear`. */
  before(target: string): MessageSides {
    return this.#of.get(target) ?? NOTHING;
  }

  /** Copies the target's messages of [fromSec, toSec), once until `clear`. */
  keep(target: string, fromSec: number, toSec: number): void {
    if (this.#of.has(target) || this.#of.size >= TARGETS) return;
    const { requests, hellos } = this.to(target, fromSec, toSec);
    this.#of.set(target, {
      requests: requests === null ? null : copied(requests),
      hellos: hellos === null ? null : copied(hellos),
    });
  }

  /** Every attack is over. */
  clear(): void {
    this.#of.clear();
  }
}

interface Rows<Samples> {
  readonly samples: Samples;
  readonly rows: Int32Array;
  readonly weights: Float64Array;
  readonly texts: TextLookup;
}

/** One in so many rows where there are too many, which then stand for as many. */
function copied<Samples extends { pick(rows: ArrayLike<number>, count: number): Samples }>({
  samples,
  rows,
  weights,
  texts,
}: Rows<Samples>): Rows<Samples> {
  const step = Math.max(1, Math.ceil(rows.length / ROWS));
  const kept = rows.filter((_, index) => index % step === 0);
  const picked = samples.pick(kept, kept.length);
  return {
    samples: picked,
    rows: Int32Array.from(kept.keys()),
    weights: Float64Array.from(kept, (_, index) => (weights[index * step] as number) * step),
    texts,
  };
}

/** Null: no address or prefix. */
function targetTest(text: string): ((samples: MessageColumns, row: number) => boolean) | null {
  const prefix = parsePrefix(text);
  if (prefix === null) return null;
  const { version, length, words } = prefix;
  const wanted = version === 4 ? [0, 0, 0xffff, words[3] as number] : words;
  const bits = version === 4 ? length + 96 : length;
  const masks = [0, 1, 2, 3].map((word) => maskOf(Math.max(0, Math.min(32, bits - 32 * word))));
  return ({ dst }, row) =>
    masks.every((mask, word) => ((dst[row * 4 + word] as number) & mask) === ((wanted[word] as number) | 0));
}
