/** What the protected network sees on a quiet day: browsers with sessions and cookies, TLS, DNS, ping, over IPv4 and IPv6. */
import { parseIpv4, parseIpv6 } from '../format/address.js';
import { type IpFields, NO_BYTES, type PacketBuilder, TCP } from './packet-builder.js';
import { BROWSERS, browserRequest, clientHello, dnsMessage, HOSTS, httpResponse } from './payloads.js';
import type { Random } from './random.js';
import type { Schedule } from './schedule.js';

/** Addresses of the documentation ranges only (RFC 5737, RFC 3849). */
export const SHOP = parseIpv4('203.0.113.10') as number;
export const NAME_SERVER = parseIpv4('203.0.113.53') as number;
const SHOP_V6 = bytesOf(parseIpv6('2001:db8:113::10') as [number, number, number, number]);
const CLIENT_NETS = [parseIpv4('198.51.100.0'), parseIpv4('192.0.2.0')] as number[];
const CLIENT_COUNT = 180;

/** Options of common stacks' SYNs: MSS 1460, SACK, timestamps, window scale; and without timestamps. RFC 9293 §3.2, RFC 7323. */
const SYN_OPTIONS = [
  Uint8Array.of(2, 4, 5, 180, 4, 2, 8, 10, 0, 1, 226, 64, 0, 0, 0, 0, 1, 3, 3, 7),
  Uint8Array.of(2, 4, 5, 180, 1, 3, 3, 8, 1, 1, 4, 2),
];

export interface Client {
  readonly src: number | Uint8Array;
  readonly dst: number | Uint8Array;
  readonly ttl: number;
  readonly browser: (typeof BROWSERS)[number];
  readonly synOptions: Uint8Array;
  readonly window: number;
  readonly session: string;
}

export function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setInt32(i * 4, word);
  return bytes;
}

function makeClient(random: Random, i: number): Client {
  const isV6 = i % 6 === 0;
  const isWindows = random.next() < 0.4;
  const base = isWindows ? 128 : 64;
  return {
    src: isV6
      ? bytesOf([0x20010db8, (0xc0000000 + random.between(0, 40)) | 0, 0, random.word32()])
      : (random.pick(CLIENT_NETS) + random.between(1, 254)) | 0,
    dst: isV6 ? SHOP_V6 : SHOP,
    ttl: base - random.between(6, 18),
    browser: random.pick(BROWSERS),
    synOptions: SYN_OPTIONS[isWindows ? 1 : 0] as Uint8Array,
    window: isWindows ? 64_240 : 65_535,
    session: random.word(16),
  };
}

/** `sessions` new visits a second, and DNS and ping beside them, until `endSec`. */
export class GoodTraffic {
  readonly #clients: readonly Client[];

  constructor(
    readonly random: Random,
    readonly builder: PacketBuilder,
    readonly schedule: Schedule,
    readonly endSec: number,
  ) {
    this.#clients = Array.from({ length: CLIENT_COUNT }, (_, i) => makeClient(random, i));
  }

  start(sessionsPerSec: number): void {
    this.#repeat(sessionsPerSec, (sec) => this.#visit(sec));
    this.#repeat(sessionsPerSec * 1.5, (sec) => this.#lookUp(sec));
    this.#repeat(1.5, (sec) => this.#ping(sec));
  }

  #repeat(rate: number, act: (sec: number) => void): void {
    const next = (sec: number): void => {
      const at = sec + this.random.gap(rate);
      if (at >= this.endSec) return;
      this.schedule.add(at, () => {
        act(at);
        next(at);
        return null;
      });
    };
    next(0);
  }

  #ip(client: Client, isReply: boolean): IpFields {
    const ends = isReply ? { src: client.dst, dst: client.src } : { src: client.src, dst: client.dst };
    return { ...ends, ttl: isReply ? 64 : client.ttl, id: this.random.between(1, 65_535), df: true };
  }

  /** Handshake, one to five requests or a ClientHello, their answers, and the end, over real round-trip times. */
  #visit(startSec: number): void {
    const { random } = this;
    const client = random.pick(this.#clients);
    const isTls = random.next() < 0.4;
    const ports = { srcPort: random.between(32_768, 60_999), dstPort: isTls ? 443 : 80 };
    const roundTripSec = 0.008 + random.next() * 0.09;
    let clientSeq = random.word32();
    let serverSeq = random.word32();
    let sec = startSec;
    const send = (isReply: boolean, flags: number, payload: Uint8Array, options = NO_BYTES): void => {
      const [seq, ack] = isReply ? [serverSeq, clientSeq] : [clientSeq, serverSeq];
      const length = payload.length + (flags & (TCP.syn | TCP.fin) ? 1 : 0);
      if (isReply) serverSeq += length;
      else clientSeq += length;
      const ends = isReply ? { srcPort: ports.dstPort, dstPort: ports.srcPort } : ports;
      const fields = {
        ...ends,
        seq,
        ack: flags & TCP.ack ? ack : 0,
        flags,
        window: isReply ? 28_960 : client.window,
        options,
      };
      const ip = this.#ip(client, isReply);
      this.schedule.add(sec, () => this.builder.tcp(ip, fields, payload));
      sec += roundTripSec / 2;
    };
    send(false, TCP.syn, NO_BYTES, client.synOptions);
    send(true, TCP.syn | TCP.ack, NO_BYTES, client.synOptions);
    send(false, TCP.ack, NO_BYTES);
    const rounds = isTls ? 1 : random.between(1, 5);
    for (let i = 0; i < rounds; i += 1) {
      const request = isTls
        ? clientHello(random, client.browser, random.pick(HOSTS))
        : browserRequest(random, client.browser, client.session);
      send(false, TCP.psh | TCP.ack, request);
      send(true, TCP.ack, httpResponse(random));
      send(true, TCP.psh | TCP.ack, httpResponse(random));
      send(false, TCP.ack, NO_BYTES);
      sec += random.next() * 1.5;
    }
    send(false, TCP.fin | TCP.ack, NO_BYTES);
    send(true, TCP.fin | TCP.ack, NO_BYTES);
    send(false, TCP.ack, NO_BYTES);
  }

  #lookUp(sec: number): void {
    const { random } = this;
    const client = {
      ...random.pick(this.#clients),
      src: (random.pick(CLIENT_NETS) + random.between(1, 254)) | 0,
      dst: NAME_SERVER,
    };
    const srcPort = random.between(1024, 65_535);
    const id = random.between(0, 65_535);
    const name = random.pick(HOSTS);
    const query = dnsMessage(id, 0x0100, name, 1, 0, NO_BYTES);
    const answer = dnsMessage(
      id,
      0x8580,
      name,
      1,
      1,
      Uint8Array.of(0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 203, 0, 113, 10),
    );
    const [there, back] = [this.#ip(client, false), this.#ip(client, true)];
    this.schedule.add(sec, () => this.builder.udp(there, srcPort, 53, query));
    this.schedule.add(sec + 0.0008, () => this.builder.udp(back, 53, srcPort, answer));
  }

  #ping(sec: number): void {
    const client = this.random.pick(this.#clients);
    const isV4 = typeof client.src === 'number';
    const rest = this.random.word32();
    const payload = Uint8Array.from({ length: 56 }, (_, i) => i);
    const [there, back] = [this.#ip(client, false), this.#ip(client, true)];
    this.schedule.add(sec, () => this.builder.icmp(there, isV4 ? 8 : 128, 0, rest, payload));
    this.schedule.add(sec + 0.0003, () => this.builder.icmp(back, isV4 ? 0 : 129, 0, rest, payload));
  }
}
