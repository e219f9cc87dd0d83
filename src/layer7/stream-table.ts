/**
 * One-way TCP flows of which a message is not complete yet: the bytes of its beginning, joined by sequence number, or how many
 * bytes of a body are still to be passed over. Bounded by a number of flows and by bytes; the oldest goes, and is counted.
 * RFC 9293 §3.4: sequence numbers wrap, so they are compared by difference.
 */
import type { ChunkedSkipper } from '../decode/app/http/chunked-skipper.js';
import { FLOW_WORDS, flowWords } from '../decode/flow-words.js';
import type { HeaderColumns } from '../records/packet-batch.js';
import { hashWords } from '../sketch/hash.js';
import { LONGEST_START, StreamBuffers } from './stream-buffers.js';

const MAX_STREAMS = 4096;
/** 4096 flows with a kilobyte each, or 256 with the longest start. */
const MAX_BYTES = 4 * 2 ** 20;
/** Holes a flow may have; a packet that would open another is let go. */
const MAX_HOLES = 4;
const BUCKETS = 8192;
/** A request's head begins with a method, a handshake or a name does not. */
const UPPER_A = 65;
const UPPER_Z = 90;

/** A flow that goes on. `buffer` null: nothing is kept, the next `skip` bytes are a body. */
export class Stream {
  readonly words = new Int32Array(FLOW_WORDS);
  hash = 0;
  /** Of the wanted places. */
  place = 0;
  /** Sequence number of the first byte that was not read. */
  next = 0;
  buffer: Uint8Array | null = null;
  /** Bytes from `next` on that lie in the buffer without a hole. */
  length = 0;
  /** So many bytes must be there before another look is worth it. */
  needed = 0;
  /** Bytes looked at for the end of a head. */
  scanned = 0;
  /** Body bytes to be passed over, or the chunks that say how many. */
  skip = 0;
  chunks: ChunkedSkipper | null = null;
  /** Pieces behind a hole: [from, to) as offsets from `next`. */
  readonly pieces = new Int32Array(MAX_HOLES * 2);
  pieceCount = 0;
  nextInBucket: Stream | null = null;
  older: Stream | null = null;
  newer: Stream | null = null;

  clear(): void {
    this.buffer = null;
    this.length = 0;
    this.needed = 0;
    this.scanned = 0;
    this.skip = 0;
    this.chunks = null;
    this.pieceCount = 0;
  }
}

/** What becomes of a flow the table lets go. */
export type OnGone = (stream: Stream) => void;

export class StreamTable {
  /** Flows let go because there was no room. */
  evicted = 0;
  size = 0;
  readonly #buckets: (Stream | null)[] = new Array<Stream | null>(BUCKETS).fill(null);
  readonly #free: Stream[] = [];
  readonly #buffers = new StreamBuffers();
  readonly #seed: number;
  readonly #onGone: OnGone;
  #oldest: Stream | null = null;
  #newest: Stream | null = null;

  constructor(seed: number, onGone: OnGone) {
    this.#seed = seed;
    this.#onGone = onGone;
  }

  get bytes(): number {
    return this.#buffers.bytes;
  }

  /** The key of a row's flow into `words`; returns its hash. */
  keyOf(columns: HeaderColumns, row: number, words: Int32Array): number {
    flowWords(columns, row, words);
    return hashWords(words, 0, FLOW_WORDS, this.#seed);
  }

  find(words: Int32Array, hash: number): Stream | null {
    for (let stream = this.#buckets[hash & (BUCKETS - 1)] ?? null; stream !== null; stream = stream.nextInBucket) {
      if (stream.hash === hash && isSameKey(stream.words, words)) {
        this.#unlink(stream);
        this.#link(stream);
        return stream;
      }
    }
    return null;
  }

  /** A new flow, empty; the oldest ones go when there is no room for it. */
  open(words: Int32Array, hash: number, place: number, next: number): Stream {
    while (this.size >= MAX_STREAMS || this.bytes > MAX_BYTES - LONGEST_START) this.#evictOldest();
    const stream = this.#free.pop() ?? new Stream();
    stream.words.set(words);
    stream.hash = hash;
    stream.place = place;
    stream.next = next;
    const bucket = hash & (BUCKETS - 1);
    stream.nextInBucket = this.#buckets[bucket] ?? null;
    this.#buckets[bucket] = stream;
    this.size += 1;
    this.#link(stream);
    return stream;
  }

  close(stream: Stream): void {
    const bucket = stream.hash & (BUCKETS - 1);
    let before: Stream | null = null;
    for (let at = this.#buckets[bucket] ?? null; at !== null && at !== stream; at = at.nextInBucket) before = at;
    if (before === null) this.#buckets[bucket] = stream.nextInBucket;
    else before.nextInBucket = stream.nextInBucket;
    stream.nextInBucket = null;
    this.#unlink(stream);
    this.dropBuffer(stream);
    stream.clear();
    this.size -= 1;
    this.#free.push(stream);
  }

  dropBuffer(stream: Stream): void {
    if (stream.buffer !== null) this.#buffers.give(stream.buffer);
    stream.buffer = null;
    stream.length = 0;
    stream.scanned = 0;
    stream.pieceCount = 0;
  }

  /** Keeps `bytes[at, end)` as the first bytes of the flow. Only in a flow without a buffer; LONGEST_START bytes at most. */
  begin(stream: Stream, bytes: Uint8Array, at: number, end: number): void {
    stream.buffer = this.#buffers.take(end - at);
    stream.buffer.set(bytes.subarray(at, end));
    stream.length = end - at;
  }

  /** Lets the first `count` bytes of the buffer go. */
  shift(stream: Stream, count: number): void {
    const { buffer, pieces } = stream;
    if (buffer === null || count === 0) return;
    buffer.copyWithin(0, count);
    stream.next = (stream.next + count) | 0;
    stream.length -= count;
    for (let i = 0; i < stream.pieceCount * 2; i += 1) pieces[i] = (pieces[i] as number) - count;
  }

  /**
   * Puts `bytes[at, end)` at `offset` behind `next`. Bytes that are there already stay, as the target's own stack has it.
   * False when it lies beyond the longest start, or there is one hole too many.
   */
  put(stream: Stream, offset: number, bytes: Uint8Array, at: number, end: number): boolean {
    const from = Math.max(offset, stream.length);
    const to = Math.min(offset + (end - at), LONGEST_START);
    if (to <= from) return offset < LONGEST_START;
    if (offset > stream.length && stream.pieceCount === MAX_HOLES) return false;
    const buffer = this.#room(stream, to);
    buffer.set(bytes.subarray(at + from - offset, at + to - offset), from);
    if (offset <= stream.length) {
      stream.length = to;
      joinPieces(stream);
      return true;
    }
    stream.pieces[stream.pieceCount * 2] = from;
    stream.pieces[stream.pieceCount * 2 + 1] = to;
    stream.pieceCount += 1;
    return true;
  }

  #room(stream: Stream, bytes: number): Uint8Array {
    const { buffer } = stream;
    if (buffer === null) stream.buffer = this.#buffers.take(bytes);
    else if (buffer.length < bytes) stream.buffer = this.#buffers.grow(buffer, buffer.length, bytes);
    return stream.buffer as Uint8Array;
  }

  /** Flows that wait for the rest of a request's head, and for the rest of a body. Looks at all of them: 4096 at most. */
  waiting(): { readonly heads: number; readonly bodies: number } {
    let heads = 0;
    let bodies = 0;
    for (let stream = this.#oldest; stream !== null; stream = stream.newer) {
      const first = stream.buffer?.[0] ?? 0;
      if (stream.buffer === null) bodies += 1;
      else if (first >= UPPER_A && first <= UPPER_Z) heads += 1;
    }
    return { heads, bodies };
  }

  #evictOldest(): void {
    const oldest = this.#oldest;
    if (oldest === null) return;
    this.evicted += 1;
    this.#onGone(oldest);
    this.close(oldest);
  }

  #link(stream: Stream): void {
    stream.older = this.#newest;
    stream.newer = null;
    if (this.#newest === null) this.#oldest = stream;
    else this.#newest.newer = stream;
    this.#newest = stream;
  }

  #unlink(stream: Stream): void {
    if (stream.older === null) this.#oldest = stream.newer;
    else stream.older.newer = stream.newer;
    if (stream.newer === null) this.#newest = stream.older;
    else stream.newer.older = stream.older;
    stream.older = null;
    stream.newer = null;
  }
}

/** Takes in the pieces that the grown start has reached. */
function joinPieces(stream: Stream): void {
  const { pieces } = stream;
  for (let i = 0; i < stream.pieceCount; ) {
    if ((pieces[i * 2] as number) > stream.length) {
      i += 1;
      continue;
    }
    stream.length = Math.max(stream.length, pieces[i * 2 + 1] as number);
    stream.pieceCount -= 1;
    pieces[i * 2] = pieces[stream.pieceCount * 2] as number;
    pieces[i * 2 + 1] = pieces[stream.pieceCount * 2 + 1] as number;
    i = 0;
  }
}

function isSameKey(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < FLOW_WORDS; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
