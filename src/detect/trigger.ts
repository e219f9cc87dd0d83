/**
 * What says that a target receives too much: a list of limits that its last second is over. Floors are the first trigger; others look at the same
 * second. The detector decides (2 of 3 decisions, half a second apart), ends, and remembers; a trigger only answers.
 */
import type { TriggerName } from '../config/threshold-config.js';
import type { TargetSlot } from '../records/target-slot.js';
import { CLASS_COUNT, TRAFFIC_CLASSES } from '../records/traffic-class.js';
import type { Rates, TargetRef } from './rate-window.js';

/** Instead of a traffic class: everything, or all of a protocol. */
export const ALL_TRAFFIC = -1;
export const ALL_UDP = -2;
export const ALL_TCP = -3;

export interface CrossedLimit {
  readonly trigger: TriggerName;
  /** Traffic class, or one of the three above. */
  readonly trafficClass: number;
  /** `score`: a number of the trigger's own; it says what in `words`. */
  readonly what: 'packets' | 'bits' | 'requests' | 'score';
  /** Per second. */
  readonly rate: number;
  readonly limit: number;
  /** A sentence with its numbers, where rate and limit alone do not say it; null: they do. */
  readonly words: string | null;
}

export interface Trigger {
  readonly name: TriggerName;
  /**
   * The limits that the second which ends at `sec` is over, each multiplied by `factor`: 1 to open an attack, 0.5 to hold it open. Asked for a host
   * or prefix at every tick in which it received something, and at every tick while it is under suspicion or attack; a list that is empty
   * should always be the same one. `rates.key` is the target's for as long as it is remembered.
   */
  crossed(rates: Rates, sec: number, factor: number): readonly CrossedLimit[];
  /**
   * A second of a quiet target. Not called for seconds in which nothing came (or less than to the largest targets), nor under suspicion or attack, so
   * an attack never becomes what is usual.
   */
  learn?(rates: Rates, sec: number): void;
  /** Hosts to be looked at now, however little came for them; asked at every tick. */
  due?(): readonly TargetRef[];
  /** What a host received in the seconds before the trigger was sure, oldest first. */
  history?(target: TargetRef): readonly EarlierSecond[];
  /** The target came under attack, or the attack is over. */
  attackBegan?(rates: Rates, sec: number): void;
  attackEnded?(rates: Rates, sec: number): void;
}

export interface EarlierSecond {
  /** Its end, epoch seconds. */
  readonly sec: number;
  readonly slot: TargetSlot;
}

export const NOTHING_CROSSED: readonly CrossedLimit[] = [];

const CLASSES = Array.from({ length: CLASS_COUNT }, (_, i) => i);
const idOf = (i: number) => TRAFFIC_CLASSES[i]?.id ?? '';
const isUdp = (id: string) => id.startsWith('udp-') || id.startsWith('refl-') || id === 'app-dns-q';
const isTcp = (id: string) => id.startsWith('tcp-') || (id.startsWith('app-') && id !== 'app-dns-q') || id === 'land';
const UDP_CLASSES: ReadonlySet<number> = new Set(CLASSES.filter((i) => isUdp(idOf(i))));
const TCP_CLASSES: ReadonlySet<number> = new Set(CLASSES.filter((i) => isTcp(idOf(i))));

/** The classes a limit is about; null: all there are. */
export function classesOf(trafficClass: number): ReadonlySet<number> | null {
  if (trafficClass >= 0) return new Set([trafficClass]);
  return trafficClass === ALL_UDP ? UDP_CLASSES : trafficClass === ALL_TCP ? TCP_CLASSES : null;
}

/** Packets of the second that a limit is about. */
export function packetsOf(rates: Rates, trafficClass: number): number {
  if (trafficClass >= 0) return rates.classPackets[trafficClass] as number;
  const wanted = classesOf(trafficClass);
  if (wanted === null) return rates.packets;
  let packets = 0;
  for (const i of rates.classes) if (wanted.has(i)) packets += rates.classPackets[i] as number;
  return packets;
}

/** The words of a class or a sum of classes. */
export function nameOfLimit(trafficClass: number): string {
  if (trafficClass >= 0) return TRAFFIC_CLASSES[trafficClass]?.id ?? 'unknown';
  return trafficClass === ALL_UDP ? 'all UDP' : trafficClass === ALL_TCP ? 'all TCP' : 'all traffic';
}
