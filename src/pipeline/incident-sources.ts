/** Who sends the attack: read off the sampled rows of its vectors to its target. */
import { type Samples, visitTarget } from '../aggregate/sampled-rows.js';
import type { TargetVerdict } from '../detect/floor-detector.js';
import { formatAddress } from '../format/address.js';
import type { Incident } from '../incident/incident.js';
import { CLASS_COUNT, TRAFFIC_CLASSES } from '../records/traffic-class.js';

/** Seconds looked back on. */
const LOOK_BACK_SEC = 10;
const SHOWN_SOURCES = 10;
/** Rows below which no verdict on the sources is given. */
const ENOUGH_ROWS = 100;
/** Above this share of sources seen once among the sampled rows, and a packet or less per source, they look forged. */
const ONCE_SHARE = 0.9;
/** Few talkers stand behind an attack when the ten largest send more than this. */
const BOTNET_SOURCES = 20;

export function incidentSources(samples: Samples, verdict: TargetVerdict): Incident['sources'] {
  const wanted = new Uint8Array(CLASS_COUNT);
  for (const { trafficClass, isActive } of verdict.vectors) if (isActive) wanted[trafficClass] = 1;
  const bySource = new Map<string, { packets: number; bytes: number; rows: number }>();
  let rows = 0;
  let packetsOfAll = 0;
  const { version } = verdict.slot;
  const toSec = Math.floor(verdict.sec) + 1;
  visitTarget(samples, verdict.slot, toSec - 1 - LOOK_BACK_SEC, toSec, (columns, row, weight) => {
    if (wanted[columns.trafficClass[row] as number] === 0) return;
    rows += 1;
    packetsOfAll += weight;
    const [w0, w1, w2, w3] = columns.src.subarray(row * 4, row * 4 + 4) as unknown as [number, number, number, number];
    const key = formatAddress(version, w0, w1, w2, w3);
    const sum = bySource.get(key) ?? { packets: 0, bytes: 0, rows: 0 };
    sum.packets += weight;
    sum.bytes += weight * (columns.wireLen[row] as number);
    sum.rows += 1;
    bySource.set(key, sum);
  });
  const top = [...bySource]
    .map(([key, { packets, bytes }]) => ({ key, packets: Math.round(packets), bytes: Math.round(bytes) }))
    .sort((a, b) => b.packets - a.packets)
    .slice(0, SHOWN_SOURCES);
  const once = [...bySource.values()].filter((sum) => sum.rows === 1).length;
  return {
    distinct: estimateDistinct(bySource.size, once, rows, packetsOfAll),
    top,
    verdict: sourceVerdict(verdict, rows, bySource.size, once),
  };
}

/** Chao's lower bound from a sample (Chao 1984, bias-corrected), never above the packets there were. */
function estimateDistinct(seen: number, once: number, rows: number, packets: number): number {
  if (rows === 0 || rows >= packets) return seen;
  const unseen = (once * (once - 1)) / 2 / (Math.max(0, seen - once) + 1);
  return Math.round(Math.min(packets, seen + unseen));
}

function sourceVerdict(
  verdict: TargetVerdict,
  rows: number,
  distinct: number,
  once: number,
): Incident['sources']['verdict'] {
  const kinds = verdict.vectors
    .filter(({ isActive }) => isActive)
    .map(({ trafficClass }) => TRAFFIC_CLASSES[trafficClass]?.kind);
  if (kinds.includes('reflection')) return 'reflected';
  if (rows < ENOUGH_ROWS) return 'unknown';
  // Requests need a finished handshake: their sources are real.
  const isConnected = kinds.every((kind) => kind === 'request');
  if (!isConnected && once / distinct >= ONCE_SHARE && distinct > rows / 2) return 'spoofed';
  return distinct >= BOTNET_SOURCES ? 'botnet' : 'unknown';
}
