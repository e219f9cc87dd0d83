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
/** Rows listed together once a flow whose message goes on has made later rows wanted: the list is then made anew from there. */
const ROWS_AT_ONCE = 256;

/**
 * How much is read. `everything`: however long it takes. `perSecond`: bounded work in each second of capture time, for what runs
 * against the clock. `inAll`: bounded work in each packet, for files read as fast as they can be.
 */
export type ReadingMode = 'everything' | 'perSecond' | 'inAll';

interface Limits {
  /** Messages in a second that are all read. */
  readonly perSecond: number;
  /** Messages in a file that are all read, and the rate that more of them lead to. */
  readonly inAll: number;
  readonly lastRate: number;
}

/** A name takes 0.2 µs, a request 10, a SYN 1, a hello 10 (QUIC 60). */
const NAMES: Limits = { perSecond: 20_000, inAll: 8000, lastRate: 64 };
const STARTS: Limits = { perSecond: 10_000, inAll: 50_000, lastRate: 32 };
const SYNS: Limits = { perSecond: 2000, inAll: 1000, lastRate: 1024 };
const HELLOS: Limits = { perSecond: 2000, inAll: 20_000, lastRate: 64 };
/** QUIC packets decrypted in a second, and in a file; a hello takes one to three. */
const QUIC_PER_SECOND = 4000;
const QUIC_IN_ALL = 20_000;

/** What a bounded reader had to let go. */
export interface Layer7Losses {
  /** Flows whose message was not complete when the place was needed. */
  readonly streams: number;
  /** Flows that still wait for the rest of a request's head, as slow clients make them, and of a body. */
  readonly openHeads: number;
  readonly openBodies: number;
  readonly quicConnections: number;
  /** QUIC Initials that were too many to decrypt. */
  readonly quicInitials: number;
}

export class Layer7Reader {
  readonly #sink: Layer7Sink;
  readonly #wanted: WantedRows;
  readonly #names: Stride;
  readonly #starts: Stride;
  readonly #syns: Stride;
  readonly #hellos: Stride;
  readonly #seed: number;
  /** Made with the first payload worth a look: a report of a flood without any has no memory for them. */
  #tcp: TcpReader | null = null;
  #udp: UdpReader | null = null;
  readonly #place: MessagePlace;
  readonly #mode: ReadingMode;
  #random: number;
  /** What a SYN, and a name, of the batch at hand stands for. */
  #synRate = 1;
  #nameRate = 1;

  constructor(sink: Layer7Sink, memory: HotMemory | null, seed: number, mode: ReadingMode) {
    const stride = (limits: Limits) => strideOf(limits, mode, seed);
    this.#names = stride(NAMES);
    this.#starts = stride(STARTS);
    this.#syns = stride(SYNS);
    this.#hellos = stride(HELLOS);
    this.#sink = sink;
    this.#mode = mode;
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
    this.#synRate = this.#syns.rate;
    this.#nameRate = this.#names.rate;
    this.#wanted.pick(this.#synRate, this.#nameRate, this.#random);
    const end = this.#readSome(batch, from, to, rate);
    for (let row = end; row < to; ) row = this.#readSome(batch, row, Math.min(row + ROWS_AT_ONCE, to), rate);
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
    if (columns.transport[row] === UDP) this.#openUdp().read(place, rate, this.#nameRate);
    else if (columns.transport[row] === TCP) this.#readTcp(place, rate);
  }

  /** The running second of capture time is over. */
  beginSecond(): void {
    for (const stride of [this.#names, this.#starts, this.#syns, this.#hellos]) stride.beginSecond();
    if (this.#mode === 'perSecond' && this.#udp !== null) this.#udp.quic.budget = QUIC_PER_SECOND;
  }

  #openTcp(): TcpReader {
    this.#tcp ??= new TcpReader(this.#sink, this.#wanted, this.#starts, this.#seed);
    return this.#tcp;
  }

  #openUdp(): UdpReader {
    if (this.#udp === null) {
      this.#udp = new UdpReader(this.#sink, this.#names, this.#hellos);
      if (this.#mode !== 'everything')
        this.#udp.quic.budget = this.#mode === 'perSecond' ? QUIC_PER_SECOND : QUIC_IN_ALL;
    }
    return this.#udp;
  }

  #readTcp(place: MessagePlace, rate: number): void {
    const { batch, columns, row } = place;
    const hasData = (batch.payloadEnd[row] as number) > (batch.payloadAt[row] as number);
    const isSyn = ((columns.tcpFlags[row] as number) & SYN_MASK) === SYN_ALONE;
    if (isSyn && this.#wanted.isSynTurn(row)) this.#readSyn(place, rate * this.#synRate);
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
    const [names, starts, syns, hellos] = [this.#names.rate, this.#starts.rate, this.#syns.rate, this.#hellos.rate];
    return { names, starts, syns, hellos };
  }

  losses(): Layer7Losses {
    const { quic } = this.#udp ?? {};
    const waiting = this.#tcp?.streams.waiting();
    return {
      streams: this.#tcp?.streams.evicted ?? 0,
      openHeads: waiting?.heads ?? 0,
      openBodies: waiting?.bodies ?? 0,
      quicConnections: quic?.evicted ?? 0,
      quicInitials: quic?.skipped ?? 0,
    };
  }
}

function strideOf({ perSecond, inAll, lastRate }: Limits, mode: ReadingMode, seed: number): Stride {
  if (mode === 'everything') return new Stride(Number.POSITIVE_INFINITY, seed);
  return mode === 'perSecond' ? new Stride(perSecond, seed + perSecond) : new Stride(inAll, seed + inAll, lastRate);
}
