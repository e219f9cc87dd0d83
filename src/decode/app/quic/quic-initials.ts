/**
 * ClientHellos in QUIC's Initial packets: opened with the keys everyone can make (RFC 9001 §5.2), their CRYPTO frames joined over
 * packets and datagrams in any order.
 */
import { DecodeStatus } from '../../../records/decode-status.js';
import { u24 } from '../tls/byte-order.js';
import { type ClientHello, MAX_HELLO_BYTES, parseClientHello } from '../tls/client-hello.js';
import { ConnectionTable } from './connection-table.js';
import { CryptoFrames } from './crypto-frames.js';
import { CryptoStore } from './crypto-store.js';
import { deriveClientKeys, KEYS_BYTES } from './initial-keys.js';
import { LongHeader, PacketKind, readLongHeader } from './long-header.js';
import { openInitial } from './open-initial.js';

/** Ordered: of several packets in a datagram the highest counts. */
export const QuicResult = {
  /** Nothing new: no Initial of a client that can be opened, or one of a connection whose hello was read. */
  none: 0,
  /** What it opened to is no ClientHello, or one too broken or too long. */
  broken: 1,
  /** A piece of a hello was added. */
  pending: 2,
  /** The hello is complete. */
  hello: 3,
} as const;
export type QuicResult = (typeof QuicResult)[keyof typeof QuicResult];

const CLIENT_HELLO = 1;
const MESSAGE_HEADER_BYTES = 4;
const RANDOM_BYTES = 32;
const RANDOM_AT = MESSAGE_HEADER_BYTES + 2;

/** A hello is in one to three datagrams sent at once, so a place is needed for moments: at 20 000 connections a second for 13 ms. */
const CONNECTIONS = 256;

/**
 * Memory: 18 KiB of stream and 150 B of columns a connection, 4.6 MiB for 256 of them, used page by page: some 6 KiB each, 1.5 MiB,
 * while hellos take less than 4 KiB.
 */
export class QuicInitials {
  /** Packets that may still be decrypted: 25 µs each, 40 on a busy machine. The caller fills it again, once a second say; at 0 packets are left alone. */
  budget = Number.POSITIVE_INFINITY;
  /** Packets left alone for want of budget. */
  skipped = 0;
  /** Packets that no keys opened: forged, a server's, or of a connection whose first packet was not seen. */
  failed = 0;
  readonly #table: ConnectionTable;
  readonly #store: CryptoStore;
  readonly #header = new LongHeader();
  readonly #frames = new CryptoFrames();
  readonly #ownKeys = new Uint8Array(KEYS_BYTES);

  constructor(connections = CONNECTIONS) {
    this.#table = new ConnectionTable(connections);
    this.#store = new CryptoStore(connections);
  }

  /** What the ranges of a hello refer to, `hello.bytes` too; good until the next `push`. */
  get helloBytes(): Uint8Array {
    return this.#store.bytes;
  }

  /** Connections that had to make room before their hello was complete. */
  get evicted(): number {
    return this.#table.evicted;
  }

  /**
   * The UDP payload `bytes[at, end)`. `flow`: source (4 words), target (4 words), source port << 16 | target port. Reported is every
   * hello of a connection, the second one after a HelloRetryRequest too, but not the same one sent again after a Retry.
   */
  push(bytes: Uint8Array, at: number, end: number, flow: Int32Array, out: ClientHello): QuicResult {
    const header = this.#header;
    let result: QuicResult = QuicResult.none;
    for (let next = at; result !== QuicResult.hello; next = header.end) {
      const kind = readLongHeader(bytes, next, end, header);
      if (kind === PacketKind.none) break;
      if (kind === PacketKind.initial) result = higher(result, this.#read(bytes, flow, out));
    }
    return result;
  }

  /** The Initial that `#header` describes. */
  #read(bytes: Uint8Array, flow: Int32Array, out: ClientHello): QuicResult {
    const table = this.#table;
    const { targetIdAt, targetIdEnd, sourceIdAt, sourceIdEnd } = this.#header;
    const asked = table.findServer(flow);
    if (asked >= 0) {
      // The client will use this ID from now on, and keep its keys (RFC 9000 §7.2, RFC 9001 §5.2).
      table.setServerId(asked, bytes, sourceIdAt, sourceIdEnd);
      return QuicResult.none;
    }
    const known = table.find(flow, bytes, targetIdAt, targetIdEnd);
    if (known >= 0) return table.isDone(known) ? QuicResult.none : this.#openKnown(bytes, known, flow, out);
    if (!this.#spend()) return QuicResult.none;
    deriveClientKeys(this.#header.version!, bytes.subarray(targetIdAt, targetIdEnd), this.#ownKeys);
    const frames = openInitial(bytes, this.#header, this.#ownKeys);
    if (frames !== null) {
      this.#frames.begin(frames, this.#header.version!.cryptoFrame);
      if (!this.#frames.next()) return QuicResult.none;
      const slot = table.open(flow, bytes, targetIdAt, targetIdEnd, this.#ownKeys);
      this.#store.clear(slot);
      return this.#join(slot, frames, flow, out);
    }
    // Another ID and no packet of the server seen that told it.
    if (table.pending >= 0) return this.#openKnown(bytes, table.pending, flow, out);
    this.failed += 1;
    return QuicResult.none;
  }

  #openKnown(bytes: Uint8Array, slot: number, flow: Int32Array, out: ClientHello): QuicResult {
    if (!this.#spend()) return QuicResult.none;
    const frames = openInitial(bytes, this.#header, this.#table.keysOf(slot));
    if (frames === null) {
      this.failed += 1;
      return QuicResult.none;
    }
    this.#frames.begin(frames, this.#header.version!.cryptoFrame);
    return this.#frames.next() ? this.#join(slot, frames, flow, out) : QuicResult.none;
  }

  #spend(): boolean {
    if (this.budget > 0) {
      this.budget -= 1;
      return true;
    }
    this.skipped += 1;
    return false;
  }

  /** Adds the frame `#frames` stands at and those behind it. */
  #join(slot: number, frames: Uint8Array, flow: Int32Array, out: ClientHello): QuicResult {
    const pieces = this.#frames;
    const store = this.#store;
    let fits = true;
    do {
      fits = store.add(slot, pieces.offset, frames, pieces.at, pieces.end);
    } while (fits && pieces.next());
    const from = this.#table.isAnswered(slot) ? this.#firstHelloBytes(slot) : 0;
    const length = store.lengthOf(slot) - from;
    if (fits && length < MESSAGE_HEADER_BYTES) return QuicResult.pending;
    const start = store.startOf(slot) + from;
    const messageBytes = MESSAGE_HEADER_BYTES + u24(store.bytes, start + 1);
    const isTooLong = from + messageBytes > MAX_HELLO_BYTES;
    if (!fits || store.bytes[start] !== CLIENT_HELLO || isTooLong) return this.#giveUp(slot);
    if (length < messageBytes) return QuicResult.pending;
    if (from > 0) this.#table.finish(slot);
    else this.#table.answer(slot);
    if (from === 0 && this.#isRepeated(slot, flow)) return QuicResult.none;
    const status = parseClientHello(store.bytes, start + MESSAGE_HEADER_BYTES, start + messageBytes, out);
    return status === DecodeStatus.ok ? QuicResult.hello : this.#giveUp(slot);
  }

  #firstHelloBytes(slot: number): number {
    return MESSAGE_HEADER_BYTES + u24(this.#store.bytes, this.#store.startOf(slot) + 1);
  }

  /** No more work for a connection whose stream begins with something else. */
  #giveUp(slot: number): QuicResult {
    this.#table.finish(slot);
    return QuicResult.broken;
  }

  /**
   * After a Retry the client sends the same hello to another connection ID, with the token it got (RFC 9000 §17.2.5.2). Without a token
   * a hello that comes again is another connection: tools send one hello over and over.
   */
  #isRepeated(slot: number, flow: Int32Array): boolean {
    if (!this.#header.hasToken) return false;
    const before = this.#table.finishedBefore(slot, flow);
    if (before < 0) return false;
    const { bytes } = this.#store;
    const a = this.#store.startOf(slot) + RANDOM_AT;
    const b = this.#store.startOf(before) + RANDOM_AT;
    for (let i = 0; i < RANDOM_BYTES; i += 1) {
      if (bytes[a + i] !== bytes[b + i]) return false;
    }
    return true;
  }
}

function higher(a: QuicResult, b: QuicResult): QuicResult {
  return a > b ? a : b;
}
