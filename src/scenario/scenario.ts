/**
 * The built-in scenario as a capture: good traffic of a shop with three attacks in it, far enough apart to be three incidents. Seeded: the same seed
 * gives the same bytes. It goes through the same reader as any file (classic pcap, nanoseconds, little-endian, Ethernet).
 */

import { dnsAmplification, httpFlood, synFlood } from './attacks.js';
import { DEFAULT_SEED } from './default-seed.js';
import { GoodTraffic } from './good-traffic.js';
import { PacketBuilder } from './packet-builder.js';
import { Random } from './random.js';
import type { ScenarioName } from './scenario-name.js';
import { Schedule } from './schedule.js';

/** Seconds since the start of the scenario. */
export const SCENARIO = {
  endSec: 165,
  goodSessionsPerSec: 14,
  synFlood: { fromSec: 15, toSec: 38, rate: 4500 },
  dnsAmplification: { fromSec: 74, toSec: 95, rate: 1600 },
  httpFlood: { fromSec: 131, toSec: 152, rate: 900 },
} as const;

/** Of a busier day, so that five times as much is much. */
export const RUSH = {
  endSec: 240,
  goodSessionsPerSec: 20,
  crowd: { fromSec: 90, riseSec: 90, toSec: 240, sessionsPerSec: 80 },
  /** 80 visits a second, of which three fifths ask for three pages each, and two fifths talk TLS. */
  httpFlood: { fromSec: 90, toSec: 200, rate: 175 },
} as const;

/** 2025-10-09 08:53:20 UTC. */
const DEFAULT_START_SEC = 1_760_000_000;

const GLOBAL_HEADER_LEN = 24;
const RECORD_HEADER_LEN = 16;
const NANOSECOND_MAGIC = 0xa1b23c4d;
const SNAP_LEN = 262_144;
const LINKTYPE_ETHERNET = 1;
/** Bytes collected before a chunk is handed on. */
const CHUNK_BYTES = 65_536;

/** The capture in chunks, each lent until the next is asked for. `startSec`: epoch seconds of its first packet. */
export function* scenarioChunks(
  seed = DEFAULT_SEED,
  startSec = DEFAULT_START_SEC,
  name: ScenarioName = 'attacks',
): Generator<Uint8Array, void, void> {
  const random = new Random(seed);
  const builder = new PacketBuilder();
  const schedule = new Schedule();
  const { endSec, goodSessionsPerSec } = name === 'attacks' ? SCENARIO : RUSH;
  const good = new GoodTraffic(random, builder, schedule, endSec);
  good.start(goodSessionsPerSec);
  if (name === 'attacks') {
    synFlood(random, builder, schedule, SCENARIO.synFlood);
    dnsAmplification(random, builder, schedule, SCENARIO.dnsAmplification);
    httpFlood(random, builder, schedule, SCENARIO.httpFlood);
  } else if (name === 'crowd') good.addCrowd(RUSH.crowd);
  else httpFlood(random, builder, schedule, RUSH.httpFlood);

  yield globalHeader();
  const chunk = new Uint8Array(CHUNK_BYTES);
  let used = 0;
  for (let moment = schedule.take(); moment !== null && moment.sec < endSec; moment = schedule.take()) {
    const frame = moment.make();
    if (frame === null) continue;
    if (used + RECORD_HEADER_LEN + frame.length > CHUNK_BYTES) {
      yield chunk.subarray(0, used);
      used = 0;
    }
    used = writeRecord(chunk, used, startSec + moment.sec, frame);
  }
  yield chunk.subarray(0, used);
}

function globalHeader(): Uint8Array {
  const header = new Uint8Array(GLOBAL_HEADER_LEN);
  const view = new DataView(header.buffer);
  view.setUint32(0, NANOSECOND_MAGIC, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, SNAP_LEN, true);
  view.setUint32(20, LINKTYPE_ETHERNET, true);
  return header;
}

function writeRecord(chunk: Uint8Array, at: number, sec: number, frame: Uint8Array): number {
  const view = new DataView(chunk.buffer, at);
  const whole = Math.floor(sec);
  view.setUint32(0, whole, true);
  view.setUint32(4, Math.min(999_999_999, Math.floor((sec - whole) * 1e9)), true);
  view.setUint32(8, frame.length, true);
  view.setUint32(12, frame.length, true);
  chunk.set(frame, at + RECORD_HEADER_LEN);
  return at + RECORD_HEADER_LEN + frame.length;
}
