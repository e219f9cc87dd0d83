/** Who sends the attack: read off the sampled rows of its vectors to its target. */
import { type Samples, visitTarget } from '../aggregate/sampled-rows.js';
import type { TargetVerdict } from '../detect/verdict.js';
import { formatAddress } from '../format/address.js';
import type { Incident } from '../incident/incident.js';
import { PSH_ACK } from '../kernel/class-numbers.js';
import type { PacketSamples } from '../records/packet-samples.js';
import { CLASS_COUNT, SLOW_REQUEST } from '../records/traffic-class.js';
import { sourceVerdict } from './source-verdict.js';

/** Seconds looked back on. */
const LOOK_BACK_SEC = 10;
const SHOWN_SOURCES = 10;
/** Two headers of 40 and 32 bytes, and a line. */
const SHORT_IP_LEN = 136;
export function incidentSources(samples: Samples, verdict: TargetVerdict): Incident['sources'] {
  const wanted = new Uint8Array(CLASS_COUNT);
  for (const { trafficClass, isActive } of verdict.vectors) if (isActive) wanted[trafficClass] = 1;
  const isSlow = wanted[SLOW_REQUEST] === 1;
  const sums = new SourceSums(verdict.target.version);
  const toSec = Math.floor(verdict.sec) + 1;
  visitTarget(samples, verdict.target, toSec - 1 - LOOK_BACK_SEC, toSec, (columns, row, weight) => {
    const trafficClass = columns.trafficClass[row] as number;
    // Slow clients are told by payloads, which rows do not have: their segments are the short ones.
    const isWanted = wanted[trafficClass] === 1 || (isSlow && isShortSegment(columns, row));
    if (isWanted) sums.add(columns, row, weight);
  });
  const once = sums.rows.filter((rows) => rows === 1).length;
  const distinct = sums.rows.length;
  const rows = sums.rows.reduce((sum, of) => sum + of, 0);
  const packets = sums.packets.reduce((sum, of) => sum + of, 0);
  return {
    distinct: estimateDistinct(distinct, once, rows, packets),
    top: sums.top(SHOWN_SOURCES),
    verdict: sourceVerdict(verdict.vectors, { rows, distinct, once, rowsOfTopTtls: sums.rowsOfTopTtls() }),
  };
}

function isShortSegment({ trafficClass, ipLen }: PacketSamples, row: number): boolean {
  return trafficClass[row] === PSH_ACK && (ipLen[row] as number) <= SHORT_IP_LEN;
}

/** Sampled rows by source: lists of numbers, because thousands of rows are looked at while an attack lasts, several times. */
class SourceSums {
  readonly #indexOf = new Map<number | string, number>();
  readonly #words: number[] = [];
  readonly packets: number[] = [];
  readonly bytes: number[] = [];
  readonly rows: number[] = [];
  readonly #rowsOfTtl = new Uint32Array(256);

  constructor(readonly version: 4 | 6) {}

  add({ src, wireLen, ttl }: PacketSamples, row: number, weight: number): void {
    this.#rowsOfTtl[ttl[row] as number]! += 1;
    const at = row * 4;
    const last = src[at + 3] as number;
    const key = this.version === 4 ? last : `${src[at]} ${src[at + 1]} ${src[at + 2]} ${last}`;
    let index = this.#indexOf.get(key);
    if (index === undefined) {
      index = this.rows.length;
      this.#indexOf.set(key, index);
      this.#words.push(src[at] as number, src[at + 1] as number, src[at + 2] as number, last);
      this.packets.push(0);
      this.bytes.push(0);
      this.rows.push(0);
    }
    this.packets[index]! += weight;
    this.bytes[index]! += weight * (wireLen[row] as number);
    this.rows[index]! += 1;
  }

  /** Of the three TTLs with most rows. */
  rowsOfTopTtls(): number {
    const [a = 0, b = 0, c = 0] = Array.from(this.#rowsOfTtl).sort((x, y) => y - x);
    return a + b + c;
  }

  /** The largest by packets. */
  top(count: number): { key: string; packets: number; bytes: number }[] {
    const order = this.packets
      .map((_, i) => i)
      .sort((a, b) => (this.packets[b] as number) - (this.packets[a] as number));
    return order.slice(0, count).map((i) => ({
      key: this.#textOf(i),
      packets: Math.round(this.packets[i] as number),
      bytes: Math.round(this.bytes[i] as number),
    }));
  }

  #textOf(i: number): string {
    const word = (at: number) => this.#words[i * 4 + at] as number;
    return formatAddress(this.version, word(0), word(1), word(2), word(3));
  }
}

/** Chao's lower bound from a sample (Chao 1984, bias-corrected), never above the packets there were. */
function estimateDistinct(seen: number, once: number, rows: number, packets: number): number {
  if (rows === 0 || rows >= packets) return seen;
  const unseen = (once * (once - 1)) / 2 / (Math.max(0, seen - once) + 1);
  return Math.round(Math.min(packets, seen + unseen));
}
