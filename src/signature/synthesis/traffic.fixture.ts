/** Generated good traffic and floods, for tests and benches: seeded, with the shapes that real captures have. */

import { nextRandom } from '../../sketch/hash.js';
import type { PlainRow } from '../contrast.fixture.js';
import type { AttributeValue } from '../rule.js';

export type Below = (count: number) => number;

export function randomOf(seed: number): Below {
  let state = seed | 0 || 1;
  return (count) => {
    state = nextRandom(state);
    return (state >>> 0) % count;
  };
}

const SERVERS = [80, 443, 22, 53, 123, 3478, 5222, 8080];

/** Flows of 1 to 30 packets: handshake, data both ways, sources and ports of their own. */
export function goodTraffic(rows: number, seed: number, durationSec = 60): PlainRow[] {
  const below = randomOf(seed);
  const out: PlainRow[] = [];
  for (let flow = 0; out.length < rows; flow += 1) {
    const isUdp = below(4) === 0;
    const port = SERVERS[below(SERVERS.length)] as number;
    const client = 1024 + below(60_000);
    const src = `${11 + below(180)}.${below(250)}.${below(250)}.${1 + below(250)}`;
    const ttl = [64, 128, 255][below(3)]! - 3 - below(22);
    const window = [501, 1024, 16_384, 29_200, 64_240, 65_535][below(6)] as number;
    let sec = below(durationSec * 1000) / 1000;
    for (let packet = 0, count = 1 + below(30); packet < count && out.length < rows; packet += 1) {
      sec += below(200) / 1000;
      const values: Record<string, AttributeValue> = { ...base(ttl, isUdp ? 17 : 6, src), 'ip.id': below(65_536) };
      const size = below(3) === 0 ? 0 : below(1400);
      values['port.src'] = packet % 2 ? port : client;
      values['port.dst'] = packet % 2 ? client : port;
      values['ip.length'] = (isUdp ? 28 : 52) + size;
      if (isUdp) values['udp.length'] = 8 + size;
      else
        Object.assign(values, {
          'tcp.flags': packet === 0 ? 2 : size > 0 ? 24 : 16,
          'tcp.window': window,
          'tcp.headerLength': 32,
        });
      if (size > 8) Object.assign(values, { 'payload.first4': below(2 ** 30), 'payload.next4': below(2 ** 30) });
      out.push({ sec, flow: `good ${seed} ${flow} ${packet % 2}`, values });
    }
  }
  return out.sort((a, b) => (a.sec ?? 0) - (b.sec ?? 0));
}

function base(ttl: number, proto: number, src: string): Record<string, AttributeValue> {
  return {
    'ip.version': 4,
    'ip.src': src,
    'ip.proto': proto,
    'ip.ttl': ttl,
    'ip.tos': 0,
    'ip.df': 1,
    'ip.fragment': 0,
  };
}

export type Flood = (below: Below, i: number) => Record<string, AttributeValue>;

const anySource = (below: Below): string => `${1 + below(220)}.${below(256)}.${below(256)}.${below(256)}`;

/** Forged sources and ports, two TTLs, no options. */
export const synFlood: Flood = (below) => ({
  ...base(below(2) ? 242 : 244, 6, anySource(below)),
  'ip.df': 0,
  'ip.id': below(65_536),
  'ip.length': 40,
  'port.src': below(65_536),
  'port.dst': 25_565,
  'tcp.flags': 2,
  'tcp.window': 0,
  'tcp.headerLength': 20,
});

/** Reflectors answer from one port, with one length, over paths of their own. */
export const reflection: Flood = (below) => {
  const reflector = below(400);
  return {
    ...base(40 + (reflector % 22), 17, `${60 + (reflector % 90)}.${reflector % 251}.7.${1 + (reflector % 250)}`),
    'ip.id': below(65_536),
    'ip.length': 232,
    'port.src': 4500,
    'port.dst': below(65_536),
    'udp.length': 212,
    'payload.first4': 0,
    'payload.next4': below(2 ** 30),
  };
};

/** One machine counting its ports up, empty datagrams to port 0. */
export const udpFlood: Flood = (below, i) => ({
  ...base(64, 17, '172.16.2.1'),
  'ip.id': below(65_536),
  'ip.length': 28,
  'port.src': 2000 + (i % 60_000),
  'port.dst': 0,
  'udp.length': 8,
});

/** `rows` of a flood over `durationSec`; `from` counts on where an earlier call ended. */
export function floodTraffic(flood: Flood, rows: number, seed: number, durationSec = 10, from = 0): PlainRow[] {
  const below = randomOf(seed);
  return Array.from({ length: rows }, (_, i) => {
    const values = flood(below, from + i);
    const flow = `${values['ip.src']} ${values['port.src']} ${values['port.dst']}`;
    return { sec: (durationSec * (from + i)) / rows, flow, values };
  });
}

/** Both by time, the good traffic moved to the time of the flood. */
export function mixedTraffic(flood: readonly PlainRow[], good: readonly PlainRow[]): PlainRow[] {
  const [first, last] = [flood[0]?.sec ?? 0, flood.at(-1)?.sec ?? 0];
  const moved = good.map((row, i) => ({ ...row, sec: first + ((last - first) * i) / good.length }));
  return [...flood, ...moved].sort((a, b) => (a.sec ?? 0) - (b.sec ?? 0));
}
