/**
 * What prefixes received in a tick, by traffic class: sums over their hosts. /24, /22 and /20 (of IPv6 /48, /44 and /40), and the networks that the
 * operator announces. Memory is that of the largest tick there was: rows of 1056 B, 1280 of the smallest prefixes and their parents at most.
 */
import { formatPrefix, maskOf, type Prefix } from '../format/address.js';
import type { TargetSlot } from '../records/target-slot.js';
import { CLASS_COUNT } from '../records/traffic-class.js';
import { PrefixMap } from '../sketch/prefix-map.js';
import { TopSelector } from '../sketch/select-top.js';

/** Smallest prefix first; the others are sums of it. */
const LENGTHS = { 4: [24, 22, 20], 6: [48, 44, 40] } as const;
/** Below, a prefix is far from any floor; packets per second. */
const LEAST_PPS = 50;
/** Below, a smallest prefix is no part of a wider one: of a scan over everything each has a packet or two. */
const LEAST_PART_PPS = 10;
/** Prefixes handed on a tick. */
const REPORTED = 128;
const ROW = CLASS_COUNT * 2;

type Words = readonly [number, number, number, number];

export class PrefixSums {
  readonly #rowOf = new Map<number | string, number>();
  readonly #prefixes: Prefix[] = [];
  readonly #hosts: number[] = [];
  /** By row the classes that have packets, so that nobody walks over all there are. */
  readonly #classes: number[][] = [];
  /** Pairs of packets and bytes by row and class. */
  #sums = new Float64Array(64 * ROW);
  #networks = new PrefixMap<Prefix>();
  readonly #largest = new TopSelector(REPORTED);

  constructor(readonly ticksPerSecond: number) {}

  /** Networks that are summed up as well; those that are no larger than the smallest prefixes are left out. */
  setNetworks(networks: readonly Prefix[]): void {
    this.#networks = new PrefixMap();
    for (const network of networks) {
      const lengths: readonly number[] = LENGTHS[network.version];
      const isSummed = lengths.includes(network.length) || network.length > (lengths[0] as number);
      if (!isSummed) this.#networks.set(network, network);
    }
  }

  /** Row of the smallest prefix of an address in this tick. */
  rowOf(version: 4 | 6, words: Words, hosts: number): number {
    const row = this.#rowAt(version, words, LENGTHS[version][0]);
    this.#hosts[row]! += hosts;
    return row;
  }

  add(row: number, trafficClass: number, packets: number, bytes: number): void {
    const at = row * ROW + trafficClass * 2;
    if (this.#sums[at] === 0) (this.#classes[row] as number[]).push(trafficClass);
    this.#sums[at]! += packets;
    this.#sums[at + 1]! += bytes;
  }

  #rowAt(version: 4 | 6, words: Words, length: number): number {
    const key = keyOf(version, words, length);
    const known = this.#rowOf.get(key);
    if (known !== undefined) return known;
    const row = this.#prefixes.length;
    this.#rowOf.set(key, row);
    this.#prefixes.push({ version, words: masked(version, words, length), length });
    this.#hosts.push(0);
    this.#classes.push([]);
    if ((row + 1) * ROW > this.#sums.length) {
      const grown = new Float64Array(this.#sums.length * 2);
      grown.set(this.#sums);
      this.#sums = grown;
    }
    return row;
  }

  /** Whether all packets of the tick together are enough for one prefix to be large. */
  isWorthIt(packets: number, scale: number): boolean {
    return packets * scale * this.ticksPerSecond >= LEAST_PPS;
  }

  /** The large ones, as plain data; empty afterwards. Each packet counted stands for `scale` packets. */
  close(scale: number): TargetSlot[] {
    const smallest = this.#prefixes.length;
    const perTick = 1 / this.ticksPerSecond / scale;
    for (let row = 0; row < smallest; row += 1) {
      if (this.#packetsOf(row) >= LEAST_PART_PPS * perTick) this.#addToParents(row);
    }
    this.#largest.clear();
    const least = LEAST_PPS * perTick;
    for (let row = 0; row < this.#prefixes.length; row += 1) {
      const packets = this.#packetsOf(row);
      if (packets >= least) this.#largest.offer(row, packets);
    }
    const slots = this.#largest.slots().map((row) => this.#slotOf(row, scale));
    this.#sums.fill(0, 0, this.#prefixes.length * ROW);
    this.#rowOf.clear();
    this.#prefixes.length = 0;
    this.#hosts.length = 0;
    this.#classes.length = 0;
    return slots;
  }

  #addToParents(row: number): void {
    const { version, words } = this.#prefixes[row] as Prefix;
    const [smallest, ...wider] = LENGTHS[version];
    for (const length of wider) this.#addRow(row, this.#rowAt(version, words, length));
    if (this.#networks.isEmpty) return;
    for (const network of this.#networks.findAll({ version, words, length: smallest })) {
      this.#addRow(row, this.#rowAt(version, network.words, network.length));
    }
  }

  #addRow(from: number, to: number): void {
    for (const i of this.#classes[from] as number[]) {
      const at = from * ROW + i * 2;
      this.add(to, i, this.#sums[at] as number, this.#sums[at + 1] as number);
    }
    this.#hosts[to]! += this.#hosts[from] as number;
  }

  #packetsOf(row: number): number {
    let packets = 0;
    for (const i of this.#classes[row] as number[]) packets += this.#sums[row * ROW + i * 2] as number;
    return packets;
  }

  #slotOf(row: number, scale: number): TargetSlot {
    const prefix = this.#prefixes[row] as Prefix;
    const sparse = sparseOf(this.#sums, row * ROW, this.#classes[row] as number[], scale);
    return {
      ...sparse,
      target: formatPrefix(prefix),
      version: prefix.version,
      words: Int32Array.from(prefix.words),
      length: prefix.length,
      sampleRate: scale,
      hosts: this.#hosts[row] as number,
    };
  }
}

/** Packets and bytes of some classes, of pairs of them from `at`; `classes` is kept. */
export function sparseOf(sums: Float64Array, at: number, classes: readonly number[], scale: number) {
  const classPackets = classes.map((i) => (sums[at + i * 2] as number) * scale);
  const classBytes = classes.map((i) => (sums[at + i * 2 + 1] as number) * scale);
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  return { classes, classPackets, classBytes, packets: sum(classPackets), bytes: sum(classBytes) };
}

/** A number where it fits: most keys are of IPv4. Prefixes of IPv6 are decided by two words. */
function keyOf(version: 4 | 6, [w0, w1, , w3]: Words, length: number): number | string {
  if (version === 4) return length * 2 ** 32 + ((w3 & maskOf(length)) >>> 0);
  const [a, b] = masked(6, [w0, w1, 0, 0], length);
  return `${length} ${a} ${b}`;
}

function masked(version: 4 | 6, [w0, w1, w2, w3]: Words, length: number): Words {
  if (version === 4) return [w0, w1, w2, w3 & maskOf(length)];
  return [w0 & maskOf(Math.min(32, length)), w1 & maskOf(Math.max(0, length - 32)), 0, 0];
}
