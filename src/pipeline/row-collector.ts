/**
 * Rows of a capture for a diff: a uniform sample of the packets to a target in a span of time, read to their details, and of the requests
 * and ClientHellos in them; all of them when they are few. It counts nothing else, and however the frames come in batches the rows are
 * the same.
 */
import { prefixTest } from '../aggregate/row-filter.js';
import { decodeBatch } from '../decode/decode-batch.js';
import { FragmentTable } from '../decode/network/fragment-table.js';
import { readDetail } from '../decode/packet-detail.js';
import { formatAddress } from '../format/address.js';
import { Layer7Reader } from '../layer7/layer7-reader.js';
import type { FrameBatch } from '../records/frame-batch.js';
import type { HelloRows } from '../records/hello-samples.js';
import { type HeaderColumns, PacketBatch } from '../records/packet-batch.js';
import { type PacketRows, PacketSamples } from '../records/packet-samples.js';
import type { RequestRows } from '../records/request-samples.js';
import { Reservoir } from '../sketch/reservoir.js';
import { TextNames } from '../sketch/text-names.js';
import { MessageCollector } from './message-collector.js';

/** Texts of the rows of a capture: at most 16 MiB. */
const MOST_TEXTS = 65_536;

export interface RowCollectorOptions {
  /** Packets kept, and requests, and hellos; default 50 000. */
  readonly rows?: number;
  /** The same seed and packets give the same rows. */
  readonly seed: number;
  /** Address or prefix; null: any. */
  readonly target: string | null;
  /** Whatever does not go to the target instead of what does. */
  readonly isRest?: boolean;
  /** Capture time, epoch seconds, [fromSec, toSec); infinite where it is open. Packets without a time belong to no bounded span. */
  readonly fromSec?: number;
  readonly toSec?: number;
  /** Times in it that are left out, [fromSec, toSec) each: other attacks on the same target are no good traffic. */
  readonly except?: readonly TimeSpan[];
  /** JA4 of an ALPN that is not ASCII as tools before 2025 have it. */
  readonly ja4Compat?: boolean;
}

export interface TimeSpan {
  readonly fromSec: number;
  readonly toSec: number;
}

export interface TargetShare {
  readonly target: string;
  /** Of the packets that were taken. */
  readonly share: number;
}

export class RowCollector {
  /** Frames that came, packets that are IP, and of these the ones to the target and in the span. */
  frames = 0;
  ipPackets = 0;
  /** Capture time of the earliest and latest of the last; NaN without one. */
  firstSec = Number.NaN;
  lastSec = Number.NaN;
  readonly #reservoir: Reservoir;
  readonly #samples: PacketSamples;
  readonly #names = new TextNames(MOST_TEXTS);
  readonly #fragments = new FragmentTable();
  readonly #isTarget: ((columns: HeaderColumns, row: number) => boolean) | null;
  readonly #isRest: boolean;
  readonly #except: readonly TimeSpan[];
  readonly #fromSec: number;
  readonly #toSec: number;
  readonly #isOpen: boolean;
  readonly #messages: MessageCollector;
  readonly #layer7: Layer7Reader;
  #batch: PacketBatch | null = null;

  /** Throws UserError when the target is no address or prefix. */
  constructor(options: RowCollectorOptions) {
    const { rows = 50_000, seed, target, fromSec = -Infinity, toSec = Infinity, ja4Compat = false } = options;
    const { isRest = false, except = [] } = options;
    this.#reservoir = new Reservoir(rows, seed);
    this.#samples = new PacketSamples(rows);
    this.#isTarget = target === null ? null : prefixTest(target, 'dst');
    this.#isRest = isRest;
    this.#except = except;
    this.#fromSec = fromSec;
    this.#toSec = toSec;
    this.#isOpen = fromSec === -Infinity && toSec === Infinity && except.length === 0;
    this.#messages = new MessageCollector({
      rows,
      seed,
      ja4Compat,
      names: this.#names,
      wants: ({ columns, row }, sec) => this.#isWanted(columns, row, sec),
    });
    // Bounded in all, not a second, so a seed and the packets decide what is read; and of a flood of SYNs or names little is.
    this.#layer7 = new Layer7Reader(this.#messages, null, seed, 'inAll');
  }

  /** Packets to the target in the span. */
  get packetsSeen(): number {
    return this.#reservoir.seen;
  }

  /** A lent batch. */
  pushFrames(frames: FrameBatch): void {
    if (frames.count === 0) return;
    if (this.#batch === null || this.#batch.rows < frames.rows) this.#batch = new PacketBatch(frames.rows);
    const batch = this.#batch;
    decodeBatch(frames, batch, null, this.#fragments);
    this.frames += frames.count;
    for (let row = 0; row < batch.count; row += 1) this.#push(batch, row);
    this.#layer7.read(batch, 0, batch.count, 1);
  }

  #push(batch: PacketBatch, row: number): void {
    const { outer } = batch;
    if (outer.version[row] === 0) return;
    this.ipPackets += 1;
    const sec = (batch.sec[row] as number) + (batch.nsec[row] as number) / 1e9;
    if (!this.#isWanted(outer, row, sec)) return;
    if (!(sec >= this.firstSec)) this.firstSec = Number.isNaN(sec) ? this.firstSec : sec;
    if (!(sec <= this.lastSec)) this.lastSec = Number.isNaN(sec) ? this.lastSec : sec;
    const at = this.#reservoir.take();
    if (at < 0) return;
    this.#samples.set(at, outer, row, batch.wireLen[row] as number, batch.trafficClass[row] as number);
    readDetail(batch, row, this.#samples, at, this.#names);
  }

  #isWanted(columns: HeaderColumns, row: number, sec: number): boolean {
    if (!this.#isOpen && !this.#isInSpan(sec)) return false;
    return this.#isTarget === null || this.#isTarget(columns, row) !== this.#isRest;
  }

  #isInSpan(sec: number): boolean {
    if (!(sec >= this.#fromSec && sec < this.#toSec)) return false;
    for (const { fromSec, toSec } of this.#except) if (sec >= fromSec && sec < toSec) return false;
    return true;
  }

  /** Seconds of capture time from the first to the last wanted packet, without what is left out; NaN without a packet. */
  get seconds(): number {
    const out = this.#except.reduce(
      (sum, { fromSec, toSec }) => sum + Math.max(0, Math.min(toSec, this.lastSec) - Math.max(fromSec, this.firstSec)),
      0,
    );
    return this.lastSec - this.firstSec - out;
  }

  /** Requests and ClientHellos to the target in the span, as far as they were read. */
  get requestsSeen(): number {
    return this.#messages.requestsSeen;
  }

  get hellosSeen(): number {
    return this.#messages.hellosSeen;
  }

  get requests(): RequestRows {
    return this.#messages.requests;
  }

  get hellos(): HelloRows {
    return this.#messages.hellos;
  }

  /** The sampled packets. Lent: they go on changing while frames are pushed. */
  get packets(): PacketRows {
    const { seen, kept } = this.#reservoir;
    return {
      samples: this.#samples,
      rows: Int32Array.from({ length: kept }, (_, row) => row),
      weights: new Float64Array(kept).fill(kept === 0 ? 0 : seen / kept),
      texts: this.#names,
    };
  }

  /** Addresses the sampled packets went to, the largest share first; a share is known to half a point or better. */
  targets(most: number): TargetShare[] {
    const { version, dst } = this.#samples;
    const { kept } = this.#reservoir;
    const rowsOf = new Map<string, number>();
    for (let row = 0; row < kept; row += 1) {
      const [w0, w1, w2, w3] = dst.subarray(row * 4, row * 4 + 4) as unknown as [number, number, number, number];
      const target = formatAddress(version[row] as number, w0, w1, w2, w3);
      rowsOf.set(target, (rowsOf.get(target) ?? 0) + 1);
    }
    const shares = [...rowsOf].map(([target, rows]) => ({ target, share: rows / kept }));
    return shares.sort((a, b) => b.share - a.share || (a.target < b.target ? -1 : 1)).slice(0, most);
  }
}
