/** What the protected network sees on a quiet day: browsers with sessions and cookies, TLS, DNS, ping, over IPv4 and IPv6. */
import { parseIpv4, parseIpv6 } from '../format/address.js';
import { clientHello } from './client-hello.js';
import { CLIENTS, type SystemProfile } from './clients.js';
import { Conversation } from './conversation.js';
import { answerTo, dnsMessage, lookupOf } from './names.js';
import { type IpFields, NO_BYTES, type PacketBuilder } from './packet-builder.js';
import type { Random } from './random.js';
import { hostOf, httpResponse, requestOf, type Session, weighted } from './requests.js';
import type { Schedule } from './schedule.js';
import { clientFlight, serverAnswer, serverFlight } from './tls-session.js';

/** Addresses of the documentation ranges only (RFC 5737, RFC 3849). */
export const SHOP = parseIpv4('203.0.113.10') as number;
export const NAME_SERVER = parseIpv4('203.0.113.53') as number;
const SHOP_V6 = bytesOf(parseIpv6('2001:db8:113::10') as [number, number, number, number]);
const CLIENT_NETS = [parseIpv4('198.51.100.0'), parseIpv4('192.0.2.0')] as number[];
const CLIENT_COUNT = 180;

const CROWD_COUNT = 1500;

/** Seconds since the start of the scenario. */
export interface CrowdSpan {
  readonly fromSec: number;
  readonly riseSec: number;
  readonly toSec: number;
  /** At its height. */
  readonly sessionsPerSec: number;
}

export interface Client {
  readonly src: number | Uint8Array;
  readonly dst: number | Uint8Array;
  /** As it arrives here. */
  readonly ttl: number;
  readonly system: SystemProfile;
  readonly session: Session;
}

export function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setInt32(i * 4, word);
  return bytes;
}

/** Where a crowd comes from besides: the range for benchmarks (RFC 2544), a /24 each. */
const CROWD_NETS = Array.from({ length: 6 }, (_, i) => ((parseIpv4('198.18.0.0') as number) + i * 256) | 0);
/** Of a crowd more come for the first time. */
const KNOWN_SHARE = { usual: 0.8, crowd: 0.65 };

function makeClient(random: Random, i: number, kind: 'usual' | 'crowd'): Client {
  const isV6 = i % 6 === 0;
  const profile = weighted(
    random,
    CLIENTS.map((client) => [client, client.weight] as const),
  );
  const { system } = profile;
  return {
    src: isV6
      ? bytesOf([0x20010db8, (0xc0000000 + random.between(0, 40)) | 0, 0, random.word32()])
      : (random.pick(kind === 'usual' ? CLIENT_NETS : [...CLIENT_NETS, ...CLIENT_NETS, ...CROWD_NETS]) +
          random.between(1, 254)) |
        0,
    dst: isV6 ? SHOP_V6 : SHOP,
    ttl: system.ttl - random.between(6, 18),
    system,
    session: {
      profile,
      id: Buffer.from(random.bytes(16)).toString('hex'),
      isKnown: random.next() < KNOWN_SHARE[kind],
      theme: random.pick(['light', 'dark']),
    },
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
    this.#clients = Array.from({ length: CLIENT_COUNT }, (_, i) => makeClient(random, i, 'usual'));
  }

  start(sessionsPerSec: number): void {
    this.#repeat(sessionsPerSec, (sec) => this.#visit(sec));
    this.#repeat(sessionsPerSec * 1.5, (sec) => this.#lookUp(sec));
    this.#repeat(1.5, (sec) => this.#ping(sec));
  }

  /** More visits of many more people, to a rate that is reached `riseSec` after `fromSec`. */
  addCrowd({ fromSec, riseSec, toSec, sessionsPerSec }: CrowdSpan): void {
    const { random } = this;
    const people = Array.from({ length: CROWD_COUNT }, (_, i) => makeClient(random, i, 'crowd'));
    const next = (sec: number): void => {
      const at = sec + random.gap(sessionsPerSec);
      if (at >= toSec) return;
      this.schedule.add(at, () => {
        if (random.next() < (at - fromSec) / riseSec) this.#visit(at, random.pick(people));
        next(at);
        return null;
      });
    };
    next(fromSec);
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

  /** Handshake, one to five requests or a TLS session, their answers, and the end, over real round-trip times. */
  #visit(startSec: number, client = this.random.pick(this.#clients)): void {
    const { random, builder, schedule } = this;
    const isTls = random.next() < 0.4;
    const talk = new Conversation({
      random,
      builder,
      schedule,
      ip: (isReply) => this.#ip(client, isReply),
      clientPort: random.between(32_768, 60_999),
      serverPort: isTls ? 443 : 80,
      clientWindow: client.system.window,
      synOptions: client.system.synOptions,
      startSec,
    });
    talk.open();
    if (isTls) this.#talkTls(talk, client);
    else this.#talkHttp(talk, client);
    talk.close();
  }

  #talkTls(talk: Conversation, { session: { profile } }: Client): void {
    const { random } = this;
    const hello = clientHello(random, profile.hello, hostOf(random, profile));
    talk.say('client', hello);
    talk.say('server', serverFlight(random, hello));
    talk.say('client', clientFlight(random));
    talk.say('server', serverAnswer(random));
    talk.acknowledge();
    talk.wait(random.next() * 1.5);
  }

  #talkHttp(talk: Conversation, { session }: Client): void {
    const { random } = this;
    for (let left = random.between(1, 5); left > 0; left -= 1) {
      talk.say('client', requestOf(random, session));
      talk.say('server', httpResponse(random));
      talk.acknowledge();
      talk.wait(random.next() * 1.5);
    }
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
    const lookup = lookupOf(random);
    const { name, type } = lookup;
    const query = dnsMessage(id, 0x0100, name, type, 0, NO_BYTES);
    const answer = dnsMessage(id, 0x8580, name, type, 1, answerTo(lookup));
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
