/**
 * The newest frames in memory, for evidence where nothing is recorded: some minutes of a quiet link, a minute of a flood. Above
 * FRAMES_PER_SEC a sample: of every second one in N, N told with each frame, and the gaps drawn at random, so that traffic that
 * comes in turns is seen in all its turns. Passing a frame over costs nothing.
 */
import type { FrameBatch } from '../records/frame-batch.js';

/** With the columns, 28 B a row, 8 MiB in all. */
const SLAB_BYTES = 6 * 2 ** 20;
const ROWS = 2 ** 16;
/** 256 B a frame at most, so 48 s at least, and two minutes of small frames. */
const FRAMES_PER_SEC = 500;
/** Every header we read, with the start of the payload: as much as live capture takes. */
const KEPT_BYTES = 256;
/** Rates beyond this mean a clock that is none. */
const MAX_RATE = 2 ** 20;

export class RecentFrames {
  readonly #slab = new Uint8Array(SLAB_BYTES);
  readonly #view = new DataView(this.#slab.buffer);
  /** Where each row begins, counted on without end; its place in the slab is the remainder. */
  readonly #start = new Float64Array(ROWS);
  readonly #capLen = new Uint16Array(ROWS);
  readonly #wireLen = new Uint32Array(ROWS);
  readonly #sec = new Float64Array(ROWS);
  readonly #nsec = new Int32Array(ROWS);
  readonly #linkType = new Uint16Array(ROWS);
  readonly #rate = new Uint32Array(ROWS);
  #head = 0;
  /** Rows [oldest, next) are there, counted on without end. */
  #oldest = 0;
  #next = 0;
  #second = Number.NaN;
  #seenOfSecond = 0;
  #keptAtRate = 0;
  #nowRate = 1;
  /** Frames to pass over before the next one is kept. */
  #gap = 0;
  #random: number;

  /** `seed`: of the gaps. */
  constructor(seed: number) {
    this.#random = seed | 1;
  }

  get oldest(): number {
    return this.#oldest;
  }

  get next(): number {
    return this.#next;
  }

  /** Takes a lent batch. */
  take(frames: FrameBatch): void {
    const { count, sec } = frames;
    for (let row = 0; row < count; ) {
      const second = sec[row] as number;
      let end = row + 1;
      while (end < count && sec[end] === second) end += 1;
      if (second !== this.#second) this.#beginSecond(second);
      this.#seenOfSecond += end - row;
      let chosen = row + this.#gap;
      for (; chosen < end; chosen += 1 + this.#drawGap()) this.#keep(frames, chosen);
      this.#gap = chosen - end;
      row = end;
    }
  }

  /**
   * Fills `into` with rows from `from` on (or the oldest there is), all of one rate: each stands for `rate` frames. Returns the
   * row to go on with; none is left when `into` is empty. The rows are lent until the next `take`.
   */
  read(from: number, into: FrameBatch): { readonly next: number; readonly rate: number } {
    const first = Math.max(from, this.#oldest);
    const rate = this.#rate[first % ROWS] as number;
    into.setSlab(this.#slab);
    let at = first;
    for (; at < this.#next && at - first < into.rows && this.#rate[at % ROWS] === rate; at += 1) {
      const row = at % ROWS;
      const to = at - first;
      into.at[to] = (this.#start[row] as number) % SLAB_BYTES;
      into.capLen[to] = this.#capLen[row] as number;
      into.wireLen[to] = this.#wireLen[row] as number;
      into.sec[to] = this.#sec[row] as number;
      into.nsec[to] = this.#nsec[row] as number;
      into.linkType[to] = this.#linkType[row] as number;
    }
    into.count = at - first;
    into.view = this.#view;
    return { next: at, rate };
  }

  /** The rate of the second before is a good guess; the first one of a flood finds its own. */
  #beginSecond(sec: number): void {
    const before = this.#nowRate;
    this.#nowRate = 1;
    while (this.#nowRate * FRAMES_PER_SEC < this.#seenOfSecond) this.#nowRate *= 2;
    this.#second = sec;
    this.#seenOfSecond = 0;
    this.#keptAtRate = 0;
    if (this.#nowRate !== before) this.#gap = this.#drawGap();
  }

  #keep(frames: FrameBatch, row: number): void {
    const captured = Math.min(frames.capLen[row] as number, KEPT_BYTES);
    const room = SLAB_BYTES - (this.#head % SLAB_BYTES);
    const start = captured > room ? this.#head + room : this.#head;
    const from = frames.at[row] as number;
    this.#slab.set(frames.bytes.subarray(from, from + captured), start % SLAB_BYTES);
    const to = this.#next % ROWS;
    this.#start[to] = start;
    this.#capLen[to] = captured;
    this.#wireLen[to] = frames.wireLen[row] as number;
    this.#sec[to] = frames.sec[row] as number;
    this.#nsec[to] = frames.nsec[row] as number;
    this.#linkType[to] = frames.linkType[row] as number;
    this.#rate[to] = this.#nowRate;
    this.#head = start + captured;
    this.#next += 1;
    const held = this.#head - SLAB_BYTES;
    while (this.#next - this.#oldest > ROWS || (this.#start[this.#oldest % ROWS] as number) < held) this.#oldest += 1;
    this.#keptAtRate += 1;
    if (this.#keptAtRate < FRAMES_PER_SEC || this.#nowRate >= MAX_RATE) return;
    this.#nowRate *= 2;
    this.#keptAtRate = 0;
  }

  /** Uniform over 0..2N-2: N - 1 in the mean. xorshift32 (Marsaglia 2003). */
  #drawGap(): number {
    if (this.#nowRate === 1) return 0;
    let x = this.#random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random = x;
    return (x >>> 0) % (2 * this.#nowRate - 1);
  }
}
