/**
 * Packets in, messages out: picks the rows whose payload is worth a look and hands each to the reader of its kind. Bounded in
 * memory (streams, QUIC connections) and in work: of each kind so many messages a second are read whole, of more one in N, which
 * then counts for N.
 */
import { synSignature } from '../decode/app/syn-signature.js';
import type { HotMemory } from '../kernel/hot-memory.js';
import { SYN_ALONE, SYN_MASK } from '../kernel/layout.js';
import { Has, PacketBatch } from '../records/packet-batch.js';
import { nextRandom } from '../sketch/hash.js';
import type { Layer7Sink, MessagePlace } from './layer7-sink.js';
import { Stride } from './stride.js';
import { TcpReader } from './tcp-reader.js';
import { UdpReader } from './udp-reader.js';
import { WantedRows } from './wanted-rows.js';

const TCP = 6;
const UDP = 17;
/** Rows listed together. A flow whose message goes on makes later rows wanted, and the list is made anew from there. */
const ROWS_AT_ONCE = 256;

/** Messages a second that are read whole; a message takes 0.3 (a name) to 20 µs (a QUIC Initial is decrypted). */
const DNS_LIMIT = 20_000;
const START_LIMIT = 10_000;
const SYN_LIMIT = 2000;
const HELLO_LIMIT = 2000;
/** QUIC packets decrypted in a second; a hello takes one to three. */
const QUIC_BUDGET = 4000;

/** What a bounded reader had to let go. */
export interface Layer7Losses {
  /** Flows whose message was not complete when the place was needed. */
  readonly streams: number;
  readonly quicConnections: number;
  /** QUIC Initials that were too many to decrypt. */
  readonly quicInitials: number;
}

export class Layer7Reader {
  readonly #sink: Layer7Sink;
  readonly #wanted: WantedRows;
  readonly #dns: Stride;
  readonly #starts: Stride;
  readonly #syns: Stride;
  readonly #hellos: Stride;
  readonly #seed: number;
  /** Made with the first payload worth a look: a report of a flood without any has no memory for them. */
  #tcp: TcpReader | null = null;
  #udp: UdpReader | null = null;
  readonly #place: MessagePlace;
  readonly #everything: boolean;
  #random: number;

  /** `everything`: nothing is left out, however long it takes. */
  constructor(sink: Layer7Sink, memory: HotMemory | null, seed: number, everything: boolean) {
    const stride = (limit: number) => new Stride(everything ? Number.POSITIVE_INFINITY : limit, seed + limit);
    this.#dns = stride(DNS_LIMIT);
    this.#starts = stride(START_LIMIT);
    this.#syns = stride(SYN_LIMIT);
    this.#hellos = stride(HELLO_LIMIT);
    this.#sink = sink;
    this.#everything = everything;
    this.#random = seed | 1;
    this.#seed = seed;
    this.#wanted = new WantedRows(memory);
    const batch = new PacketBatch(1);
    this.#place = { batch, columns: batch.outer, row: 0, messages: 1 };
  }

  /** Rows from..to of a decoded batch; each packet stands for `rate`. Called once per run of a batch. */
  read(batch: PacketBatch, from: number, to: number, rate: number): void {
    this.#place.batch = batch;
    this.#random = nextRandom(this.#random);
    this.#wanted.synOffset = this.#random;
    for (let row = from; row < to; ) row = this.#readSome(batch, row, Math.min(row + ROWS_AT_ONCE, to), rate);
    this.#wanted.synStride = this.#syns.rate;
  }

  /** Reads the wanted rows up to one that makes others wanted, which were not when the list was made. Returns the row to go on with. */
  #readSome(batch: PacketBatch, from: number, to: number, rate: number): number {
    const rows = this.#wanted.list(batch, from, to);
    const count = rows.length;
    const { changes } = this.#wanted;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      this.#readRow(batch, row, rate);
      if (this.#wanted.changes !== changes) return row + 1;
    }
    return to;
  }

  #readRow(batch: PacketBatch, row: number, rate: number): void {
    const place = this.#place;
    const columns = batch.tunnelled[row] === 0 ? batch.outer : batch.inner;
    if (((columns.has[row] as number) & Has.payload) === 0) return;
    place.columns = columns;
    place.row = row;
    if (columns.transport[row] === UDP) this.#openUdp().read(place, rate);
    else if (columns.transport[row] === TCP) this.#readTcp(place, rate);
  }

  /** The running second of capture time is over. */
  beginSecond(): void {
    for (const stride of [this.#dns, this.#starts, this.#syns, this.#hellos]) stride.beginSecond();
    this.#wanted.synStride = this.#syns.rate;
    if (this.#udp !== null) this.#refill(this.#udp);
  }

  #openTcp(): TcpReader {
    this.#tcp ??= new TcpReader(this.#sink, this.#wanted, this.#starts, this.#seed);
    return this.#tcp;
  }

  #openUdp(): UdpReader {
    if (this.#udp === null) {
      this.#udp = new UdpReader(this.#sink, this.#dns, this.#hellos);
      this.#refill(this.#udp);
    }
    return this.#udp;
  }

  #refill({ quic }: UdpReader): void {
    if (!this.#everything) quic.budget = QUIC_BUDGET;
  }

  #readTcp(place: MessagePlace, rate: number): void {
    const { batch, columns, row } = place;
    const hasData = (batch.payloadEnd[row] as number) > (batch.payloadAt[row] as number);
    if (((columns.tcpFlags[row] as number) & SYN_MASK) === SYN_ALONE)
      this.#readSyn(place, hasData ? rate : rate * this.#wanted.synStride);
    if (hasData) this.#openTcp().read(place, rate);
  }

  #readSyn(place: MessagePlace, messages: number): void {
    const { bytes, networkAt, transportAt, payloadEnd } = place.batch;
    const { row } = place;
    const signature = synSignature(
      bytes,
      networkAt[row] as number,
      transportAt[row] as number,
      payloadEnd[row] as number,
    );
    this.#syns.note(1);
    if (signature === null) return;
    place.messages = messages;
    this.#sink.syn(signature, place);
  }

  /** Of each kind one in so many is read now. */
  oneIn() {
    const [names, starts, syns, hellos] = [this.#dns.rate, this.#starts.rate, this.#syns.rate, this.#hellos.rate];
    return { names, starts, syns, hellos };
  }

  losses(): Layer7Losses {
    const { quic } = this.#udp ?? {};
    return {
      streams: this.#tcp?.streams.evicted ?? 0,
      quicConnections: quic?.evicted ?? 0,
      quicInitials: quic?.skipped ?? 0,
    };
  }
}
