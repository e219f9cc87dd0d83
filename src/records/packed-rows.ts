/** Sampled rows on their way to another thread: copies, so that the rings they came from go on; the texts they hold hashes of travel with them. */
import type { RowLists, SampledRows } from './sampled-rows.js';

export interface PackedRows {
  /** Columns, in the order of their declaration. */
  readonly buffers: readonly ArrayBuffer[];
  readonly weights: Float64Array;
  /** By hash. */
  readonly texts: ReadonlyMap<number, string>;
  readonly lists?: RowLists;
}

/** What samples of any kind can do. */
interface Packable<Samples> {
  pick(rows: ArrayLike<number>, count: number): Samples;
  buffers(): ArrayBuffer[];
  /** Columns of hashes of texts. */
  textColumns(): Uint32Array[];
}

export function packRows<Samples extends Packable<Samples> & object>({
  samples,
  rows,
  weights,
  texts,
  lists,
}: SampledRows<Samples>): PackedRows {
  const picked = samples.pick(rows, rows.length);
  const known = new Map<number, string>();
  for (const column of picked.textColumns()) {
    for (const hash of column) {
      if (hash === 0 || known.has(hash)) continue;
      const text = texts.textOf(hash);
      if (text !== null) known.set(hash, text);
    }
  }
  return {
    buffers: picked.buffers(),
    weights: weights.slice(),
    texts: known,
    ...(lists === undefined ? {} : { lists }),
  };
}

/** What `postMessage` may transfer. */
export function transferOf({ buffers, weights }: PackedRows): ArrayBuffer[] {
  return [...buffers, weights.buffer as ArrayBuffer];
}

/** `from`: of the samples' class. */
export function unpackRows<Samples>(
  { buffers, weights, texts, lists }: PackedRows,
  from: (buffers: readonly ArrayBuffer[]) => Samples,
): SampledRows<Samples> {
  return {
    samples: from(buffers),
    rows: Int32Array.from({ length: weights.length }, (_, row) => row),
    weights,
    texts: { textOf: (hash) => texts.get(hash) ?? null },
    ...(lists === undefined ? {} : { lists }),
  };
}
