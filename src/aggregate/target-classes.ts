/** What each target received in the running tick, by traffic class: hosts, and the prefixes they lie in. */
import { formatAddress } from '../format/address.js';
import type { HotMemory } from '../kernel/hot-memory.js';
import * as Layout from '../kernel/layout.js';
import type { TargetSlot, TickSlots } from '../records/target-slot.js';
import { CLASS_COUNT } from '../records/traffic-class.js';
import { TopSelector } from '../sketch/select-top.js';
import { PrefixSums, sparseOf } from './prefix-sums.js';
import { CELLS, TargetTable } from './target-table.js';

/** Hosts handed to the detector when a tick closes: those with most packets, and with most bytes. */
const REPORTED = 64;
const KEY_WORDS = Layout.TARGET_KEY_BYTES / 4;
const HOST_LENGTH = { 4: 32, 6: 128 } as const;

export class TargetClasses {
  readonly prefixes: PrefixSums;
  /** 64 sets × 4 ways × 72 cells × 16 B = 0.3 MB. */
  readonly #rest: TargetTable;
  /** 256 sets × 4 ways × 72 cells × 16 B = 1.2 MB. */
  readonly #hosts: TargetTable;
  readonly #byPackets = new TopSelector(REPORTED);
  readonly #byBytes = new TopSelector(REPORTED);

  constructor(seed: number, memory: HotMemory | null, ticksPerSecond: number) {
    this.#rest = new TargetTable(Layout.TARGETS_REST_SHIFT, seed, memory, null);
    this.#hosts = new TargetTable(Layout.TARGETS_HOST_SHIFT, seed, memory, this.#rest);
    this.prefixes = new PrefixSums(ticksPerSecond);
  }

  /** Where the kernel finds it; 0 when it cannot. */
  get address(): number {
    return this.#hosts.address;
  }

  /** Counts a run of packets of one class to one target. `dst`: rows × 4 words. The kernel does the same for a list of rows. */
  add(version: number, dst: Int32Array, row: number, trafficClass: number, packets: number, bytes: number): void {
    this.#hosts.add(version, dst, row * 4, trafficClass, packets, bytes);
  }

  /** The largest targets of the tick, as plain data; the tables are empty afterwards. Each packet counted stands for `scale` packets. */
  close(scale = 1): TickSlots {
    this.#byPackets.clear();
    this.#byBytes.clear();
    const hasPrefixes = this.prefixes.isWorthIt(this.#packets(), scale);
    for (const target of this.#hosts.used()) {
      this.#byPackets.offer(target, this.#hosts.packetsOf(target));
      this.#byBytes.offer(target, hasPrefixes ? this.#addToPrefix(this.#hosts, target, 1) : this.#bytesOf(target));
    }
    if (hasPrefixes) for (const target of this.#rest.used()) this.#addToPrefix(this.#rest, target, 0);
    const largest = new Set([...this.#byPackets.slots(), ...this.#byBytes.slots()]);
    const hosts = [...largest].map((target) => this.#slotOf(target, scale));
    this.#hosts.clear();
    this.#rest.clear();
    return { hosts, prefixes: this.prefixes.close(scale) };
  }

  #packets(): number {
    let packets = 0;
    for (const target of this.#hosts.used()) packets += this.#hosts.packetsOf(target);
    for (const target of this.#rest.used()) packets += this.#rest.packetsOf(target);
    return packets;
  }

  #bytesOf(target: number): number {
    let bytes = 0;
    for (let i = 0; i < CELLS; i += 1) bytes += this.#hosts.classSums[(target * CELLS + i) * 2 + 1] as number;
    return bytes;
  }

  /** Returns the bytes of the target. */
  #addToPrefix(table: TargetTable, target: number, hosts: number): number {
    const [version, w0, w1, w2, w3] = keyOf(table, target);
    const row = this.prefixes.rowOf(version, [w0, w1, w2, w3], hosts);
    let bytes = 0;
    for (let i = 0; i < CELLS; i += 1) {
      const cell = (target * CELLS + i) * 2;
      const packets = table.classSums[cell] as number;
      if (packets === 0) continue;
      const length = table.classSums[cell + 1] as number;
      bytes += length;
      this.prefixes.add(row, i, packets, length);
    }
    return bytes;
  }

  #classesOf(target: number): number[] {
    const classes: number[] = [];
    for (let i = 0; i < CLASS_COUNT; i += 1) if (this.#hosts.classSums[(target * CELLS + i) * 2] !== 0) classes.push(i);
    return classes;
  }

  #slotOf(target: number, scale: number): TargetSlot {
    const [version, w0, w1, w2, w3] = keyOf(this.#hosts, target);
    return {
      ...sparseOf(this.#hosts.classSums, target * CELLS * 2, this.#classesOf(target), scale),
      target: formatAddress(version, w0, w1, w2, w3),
      version,
      words: Int32Array.of(w0, w1, w2, w3),
      length: HOST_LENGTH[version],
      sampleRate: scale,
      hosts: 1,
    };
  }
}

function keyOf({ keys }: TargetTable, target: number): [4 | 6, number, number, number, number] {
  const at = target * KEY_WORDS;
  return [keys[at], keys[at + 1], keys[at + 2], keys[at + 3], keys[at + 4]] as [4 | 6, number, number, number, number];
}
