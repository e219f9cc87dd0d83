/** Damage that knows protocols: nested tunnels, fragments that lie, names that point at themselves, heads without end. */
import type { Random } from '../../src/scenario/random.js';
import { concat, hex, words } from '../support/capture-bytes.js';
import { ethernet, ipv4, ipv6, tcp, udp } from '../support/packet-bytes.js';

const ETHERNET_BYTES = 14;
const GRE_IPV4 = hex('00000800');
const VXLAN = hex('0800000000000100');
const GENEVE = hex('0000655800000100');
const GTP = (length: number): Uint8Array => concat(hex('30ff'), words(false, [length & 0xffff, 2], [1, 4]));
const UDP = 17;
const LONGEST = 65_000;

type Wrap = (packet: Uint8Array) => Uint8Array;

/** An IP packet inside another, by every tunnel that is opened. */
const WRAPS: readonly Wrap[] = [
  (packet) => ipv4(packet, { protocol: 4 }),
  (packet) => ipv4(packet, { protocol: 41 }),
  (packet) => ipv6(packet, 4),
  (packet) => ipv6(packet, 41),
  (packet) => ipv4(concat(GRE_IPV4, packet), { protocol: 47 }),
  (packet) => ipv4(udp(4789, 4789, concat(VXLAN, ethernet(0x0800, packet))), { protocol: UDP }),
  (packet) => ipv4(udp(6081, 6081, concat(GENEVE, ethernet(0x0800, packet))), { protocol: UDP }),
  (packet) => ipv4(udp(2152, 2152, concat(GTP(packet.length), packet)), { protocol: UDP }),
  (packet) => ipv4(concat(hex('00000140'), packet), { protocol: 137 }),
  (packet) => ipv4(concat(hex('3000'), ethernet(0x0800, packet)), { protocol: 97 }),
  (packet) => ipv4(udp(5247, 5247, concat(hex('0010020000000000'), ethernet(0x0800, packet))), { protocol: UDP }),
];

function nest(frame: Uint8Array, random: Random): Uint8Array {
  let packet = frame.subarray(Math.min(frame.length, ETHERNET_BYTES));
  for (let depth = random.between(1, 12); depth > 0 && packet.length < LONGEST; depth -= 1)
    packet = random.pick(WRAPS)(packet);
  return ethernet(random.pick([0x0800, 0x0800, 0x86dd]), packet);
}

function tags(frame: Uint8Array, random: Random): Uint8Array {
  const tag = random.pick([hex('81000001'), hex('88a80001'), hex('91000001')]);
  const count = random.between(1, 60);
  return concat(frame.subarray(0, 12), ...Array.from({ length: count }, () => tag), frame.subarray(12));
}

function fragment(_frame: Uint8Array, random: Random): Uint8Array {
  const payload = udp(
    random.pick([53, 123, 4000]),
    random.between(0, 65_535),
    Uint8Array.from(random.bytes(random.between(0, 60))),
  );
  return ethernet(
    0x0800,
    ipv4(payload, { protocol: random.pick([UDP, 6, 1, 4]), fragment: random.between(0, 65_535) }),
  );
}

/** A DNS message whose name is pointers, labels of any length, and loops. */
function names(_frame: Uint8Array, random: Random): Uint8Array {
  const parts: number[] = [];
  while (parts.length < random.between(0, 300)) {
    const kind = random.next();
    if (kind < 0.4) parts.push(0xc0 | random.between(0, 1), random.between(0, 255));
    else if (kind < 0.5) parts.push(random.between(0, 255));
    else {
      const length = random.between(0, 63);
      parts.push(length, ...random.bytes(random.between(0, length)));
    }
  }
  const counts = Array.from({ length: 4 }, () => [random.pick([0, 1, 1, 2, 0xffff]), 2] as const);
  const message = concat(
    words(false, [random.between(0, 65_535), 2], [random.between(0, 65_535), 2], ...counts),
    Uint8Array.from(parts),
  );
  const port = random.pick([53, 5353, 5355, 9999]);
  return ethernet(0x0800, ipv4(udp(random.pick([port, 40_000]), port, message), { protocol: UDP }));
}

const HEADS = [
  'GET / HTTP/1.1\r\n',
  'POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n',
  'Cookie: a=b; ',
  '\r\n',
  ': ',
  '\n\n',
  'Content-Length: 99999999999999999999\r\n',
];

/** A piece of one of a few connections, so that streams go on: requests, records, chunks, without end. */
function segment(_frame: Uint8Array, random: Random): Uint8Array {
  const text = new TextEncoder();
  const pieces: Uint8Array[] = [];
  for (let i = random.between(1, 6); i > 0; i -= 1) {
    const kind = random.next();
    if (kind < 0.5) pieces.push(text.encode(random.pick(HEADS)));
    else if (kind < 0.7)
      pieces.push(Uint8Array.of(22, 3, random.between(0, 4), 0, random.between(0, 255), 1, 0, 0, ...random.bytes(60)));
    else pieces.push(new Uint8Array(random.between(0, 1400)).fill(random.between(0, 255)));
  }
  const bytes = tcp(0x18, concat(...pieces));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, random.between(1000, 1008));
  view.setUint16(2, random.pick([80, 443, 53]));
  view.setUint32(4, random.between(0, 40) * 1000);
  return ethernet(0x0800, ipv4(bytes));
}

/** A long header of QUIC: versions that are read, lengths that lie. */
function quic(_frame: Uint8Array, random: Random): Uint8Array {
  const version = random.pick([1, 0x6b33_43cf, 0xff00_001d, 0x5430_3531, 0xface_b002]);
  const id = random.bytes(random.between(0, 22));
  const head = concat(
    Uint8Array.of(0xc0 | random.between(0, 63)),
    words(false, [version, 4]),
    Uint8Array.of(id.length, ...id, 0, 0),
  );
  const rest = Uint8Array.from(random.bytes(random.between(0, 1300)));
  return ethernet(0x0800, ipv4(udp(random.between(1, 65_535), 443, concat(head, rest)), { protocol: UDP }));
}

const MUTATIONS = [nest, nest, tags, fragment, names, names, segment, segment, segment, quic] as const;

/** A frame that `frame` becomes part of, or one made from nothing. */
export function craftFrame(frame: Uint8Array, random: Random): Uint8Array {
  return random.pick(MUTATIONS)(frame, random);
}
