/** The three attacks of the scenario, each with the tells real ones have. */
import { SHOP } from './good-traffic.js';
import { DnsType, dnsMessage, fatTxtAnswers } from './names.js';
import { NO_BYTES, type PacketBuilder, TCP } from './packet-builder.js';
import type { Random } from './random.js';
import { floodRequest } from './requests.js';
import type { Schedule } from './schedule.js';

export interface Span {
  readonly fromSec: number;
  readonly toSec: number;
  /** Packets (or requests) per second at full strength. */
  readonly rate: number;
}

/** Real floods rise within a second or two. */
const RISE_SEC = 1.5;

/** Calls `fire` at Poisson times over the span, slower while it rises. */
function during(
  random: Random,
  schedule: Schedule,
  { fromSec, toSec, rate }: Span,
  fire: (sec: number) => Uint8Array | null,
): void {
  const next = (sec: number): void => {
    const strength = Math.min(1, 0.2 + (sec - fromSec) / RISE_SEC);
    const at = sec + random.gap(rate * strength);
    if (at >= toSec) return;
    schedule.add(at, () => {
      next(at);
      return fire(at);
    });
  };
  next(fromSec);
}

/** Random sources; no options, window 0, one of two TTLs, ack number set without ACK (as in a public spoofed flood). */
export function synFlood(random: Random, builder: PacketBuilder, schedule: Schedule, span: Span): void {
  during(random, schedule, span, () =>
    builder.tcp(
      {
        src: spoofed(random),
        dst: SHOP,
        ttl: random.next() < 0.5 ? 244 : 242,
        id: random.between(0, 65_535),
        df: false,
      },
      {
        srcPort: random.between(1024, 65_535),
        dstPort: 443,
        seq: random.word32(),
        ack: random.word32(),
        flags: TCP.syn,
        window: 0,
        options: NO_BYTES,
      },
      NO_BYTES,
    ),
  );
}

/** Unicast IPv4, none of private, loopback or multicast ranges. */
function spoofed(random: Random): number {
  for (;;) {
    const address = random.word32();
    const first = address >>> 24;
    if (first >= 1 && first <= 223 && first !== 10 && first !== 127 && first !== 192 && first !== 172) return address;
  }
}

/** Open resolvers answer TXT queries nobody here asked: source port 53, one name, lengths near 1400, random target ports. */
export function dnsAmplification(random: Random, builder: PacketBuilder, schedule: Schedule, span: Span): void {
  const reflectors = Array.from({ length: 320 }, () => ({ address: spoofed(random), ttl: random.between(44, 58) }));
  const { count, records } = fatTxtAnswers(1300);
  during(random, schedule, span, () => {
    // A few resolvers answer most: the square of a uniform number.
    const reflector = reflectors[Math.floor(random.next() ** 2 * reflectors.length)] as (typeof reflectors)[number];
    const payload = dnsMessage(random.between(0, 65_535), 0x8180, 'amp.example', DnsType.txt, count, records);
    return builder.udp(
      { src: reflector.address, dst: SHOP, ttl: reflector.ttl, id: random.between(0, 65_535), df: false },
      53,
      random.between(1024, 65_535),
      payload,
    );
  });
}

/** 150 real hosts, finished handshakes, one user agent, one path with changing queries, no cookies, few headers in one order. */
export function httpFlood(random: Random, builder: PacketBuilder, schedule: Schedule, span: Span): void {
  const bots = Array.from({ length: 150 }, () => ({ address: spoofed(random), ttl: random.between(40, 60) }));
  during(random, schedule, span, (sec) => {
    const bot = random.pick(bots);
    const ends = { srcPort: random.between(1024, 65_535), dstPort: 80 };
    const seq = random.word32();
    const ack = random.word32();
    const ip = () => ({ src: bot.address, dst: SHOP, ttl: bot.ttl, id: random.between(0, 65_535), df: true });
    const reply = () => ({ src: SHOP, dst: bot.address, ttl: 64, id: random.between(0, 65_535), df: true });
    const segment = (flags: number, offset: number) => ({
      ...ends,
      seq: seq + offset,
      ack,
      flags,
      window: 29_200,
      options: NO_BYTES,
    });
    const request = floodRequest(random);
    schedule.add(sec + 0.02, () =>
      builder.tcp(
        reply(),
        {
          srcPort: 80,
          dstPort: ends.srcPort,
          seq: ack - 1,
          ack: seq + 1,
          flags: TCP.syn | TCP.ack,
          window: 28_960,
          options: NO_BYTES,
        },
        NO_BYTES,
      ),
    );
    schedule.add(sec + 0.04, () => builder.tcp(ip(), segment(TCP.psh | TCP.ack, 1), request));
    schedule.add(sec + 0.3, () => builder.tcp(ip(), segment(TCP.rst, 1 + request.length), NO_BYTES));
    return builder.tcp(ip(), { ...segment(TCP.syn, 0), ack: 0 }, NO_BYTES);
  });
}
