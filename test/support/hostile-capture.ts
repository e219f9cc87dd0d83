/** A pcapng file in which everything that can be named is hostile: requests, names, handshakes, interfaces, comments. */
import { parseIpv4 } from '../../src/format/address.js';
import { clientHello } from '../../src/scenario/client-hello.js';
import { CHROME_HELLO } from '../../src/scenario/hello-shapes.js';
import { NO_BYTES, PacketBuilder, TCP } from '../../src/scenario/packet-builder.js';
import { Random } from '../../src/scenario/random.js';
import { block, concat, enhancedPacket, option, words } from './capture-bytes.js';
import { HOSTILE } from './hostile-strings.js';

/** 2026-02-03 13:47:05 UTC. */
const START_SEC = 1_770_126_425;
const MICROSECONDS = 1e6;
const SEGMENT_BYTES = 1400;
/** Raw bytes that are no text at all: 8-bit controls, lone surrogates, what is cut, too long or too large for UTF-8. */
const BROKEN: readonly Uint8Array[] = [
  [0x9b, 0x32, 0x4a, 0x9d, 0x30, 0x3b, 0x78, 0x9c, 0x90, 0x71],
  [0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80],
  [0xc0, 0x9b, 0xe2, 0x80, 0xf8, 0xff, 0xfe],
  [0xf4, 0x90, 0x80, 0x80, 0xc2],
].map((bytes) => Uint8Array.from(bytes));

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Every hostile text as UTF-8, in Latin-1 where it has such bytes, and what is broken. */
const VALUES: readonly Uint8Array[] = [
  ...Object.values(HOSTILE).map(utf8),
  ...[HOSTILE['csi8'], HOSTILE['osc8'], HOSTILE['dcs8']].map((text) => Buffer.from(text as string, 'latin1')),
  ...BROKEN,
];

class HostileFrames {
  readonly #builder = new PacketBuilder();
  readonly frames: Uint8Array[] = [];
  #flows = 0;

  /** One connection's bytes, in segments. */
  tcp(dstPort: number, payload: Uint8Array): void {
    const ip = this.#addresses();
    for (let at = 0; at < payload.length; at += SEGMENT_BYTES) {
      const part = payload.subarray(at, at + SEGMENT_BYTES);
      const ends = { srcPort: 1024 + this.#flows, dstPort, seq: 1 + at, ack: 1, flags: TCP.psh | TCP.ack };
      this.frames.push(this.#builder.tcp(ip, { ...ends, window: 512, options: NO_BYTES }, part).slice());
    }
  }

  udp(dstPort: number, payload: Uint8Array): void {
    this.frames.push(this.#builder.udp(this.#addresses(), 1024 + this.#flows, dstPort, payload).slice());
  }

  #addresses() {
    this.#flows += 1;
    const src = parseIpv4(`198.51.100.${1 + (this.#flows % 250)}`) as number;
    return { src, dst: parseIpv4('203.0.113.10') as number, ttl: 60, id: this.#flows, df: true };
  }
}

/** Spaces and line ends would end a target, so they are left out of it. */
function target(value: Uint8Array): Uint8Array {
  return concat(
    utf8('/'),
    value.filter((byte) => byte !== 0x20 && byte !== 0x0d && byte !== 0x0a),
  );
}

function request(value: Uint8Array, more: Uint8Array = NO_BYTES): Uint8Array {
  return concat(
    utf8('GET '), target(value), utf8(' HTTP/1.1\r\nHost: h'), value, utf8('\r\nUser-Agent: u'), value,
    utf8('\r\nX-'), value, utf8(': x\r\nCookie: c'), value, utf8('=v'), value, utf8('; d=1'), more, utf8('\r\n\r\n'),
  ); // biome-ignore format: as on the wire
}

/** One question; a label holds whatever bytes it likes. */
function query(value: Uint8Array, type: number): Uint8Array {
  const label = value.subarray(0, 63);
  const name = concat(Uint8Array.of(label.length), label, Uint8Array.of(7), utf8('example'), Uint8Array.of(0));
  return concat(Uint8Array.of(0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0), name, Uint8Array.of(0, type, 0, 1));
}

export function hostileCapture(): Uint8Array {
  const traffic = new HostileFrames();
  const random = new Random(5);
  for (const value of VALUES) {
    traffic.tcp(80, request(value));
    traffic.udp(53, query(value, 28));
    traffic.udp(5353, query(value, 12));
    const text = Buffer.from(value).toString('utf8');
    const alpn = [text.slice(0, 40), 'h2'];
    traffic.tcp(443, clientHello(random, { ...CHROME_HELLO, alpn }, `${text}.example`));
  }
  const all = concat(...VALUES);
  const large = concat(...Array.from({ length: Math.ceil(65_536 / all.length) }, () => all));
  traffic.tcp(80, request(utf8('large'), concat(utf8('; e='), large)));
  traffic.tcp(80, request(large));
  traffic.udp(53, query(utf8('dot.in.label\x00\x1b'), 255));
  return concat(header(), namedInterface(), ...traffic.frames.map((frame, i) => packet(frame, i)));
}

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE = 1;
const ENHANCED_PACKET = 6;

/** Comment, hardware, system, program: whatever a file may say of itself. */
function header(): Uint8Array {
  const texts = [1, 2, 3, 4].map((code) => option(code, concat(...VALUES)));
  const fields = words(true, [0x1a2b3c4d, 4], [1, 2], [0, 2], [0xffffffff, 4], [0xffffffff, 4]);
  return block(SECTION_HEADER, concat(fields, ...texts, words(true, [0, 4])));
}

/** Name, description, filter, system. */
function namedInterface(): Uint8Array {
  const texts = [2, 3, 11, 12].map((code) => option(code, concat(...VALUES)));
  return block(INTERFACE, concat(words(true, [1, 2], [0, 2], [0, 4]), ...texts, words(true, [0, 4])));
}

function packet(bytes: Uint8Array, i: number): Uint8Array {
  const us = START_SEC * MICROSECONDS + i * 1000;
  const time = [Math.floor(us / 2 ** 32), us % 2 ** 32] as const;
  if (i > 0) return enhancedPacket({ bytes, time });
  const padded = concat(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
  const fields = words(true, [0, 4], [time[0], 4], [time[1], 4], [bytes.length, 4], [bytes.length, 4]);
  return block(ENHANCED_PACKET, concat(fields, padded, option(1, concat(...VALUES)), words(true, [0, 4])));
}
