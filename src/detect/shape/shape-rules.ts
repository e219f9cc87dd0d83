/**
 * What traffic looks like when it is an attack, whatever its rate: handshakes nobody finishes, answers nobody asked for, packets as equal as one
 * program makes them, requests that never end. Each rule has a least count, so that a handful of packets is none, and none fires on a scan: a
 * few sources that go through many ports with constant source ports of their own.
 */

import { formatExact } from '../../format/number-format.js';
import {
  ACK,
  DNS_QUERY,
  FIN,
  HTTP_GET,
  HTTP_POST,
  PSH_ACK,
  RST,
  SYN,
  SYN_ACK,
  SYN_DATA,
  SYN_ECN,
  TLS_HELLO,
  UDP,
} from '../../kernel/class-numbers.js';
import { SLOW_REQUEST, TRAFFIC_CLASSES, type TrafficClass } from '../../records/traffic-class.js';
import { ClassSums, MOST_KEYS, type ShapeSums } from './shape-sums.js';

export interface ShapeFinding {
  readonly trafficClass: number;
  /** What is unusual, 0..1, and from where on it is. */
  readonly share: number;
  readonly limit: number;
  readonly words: string;
  /** Of all packets to the target, among those that were looked at. */
  readonly ofAll: number;
  /** Newest packet of it, and the seconds without one after which it is over. */
  readonly lastSec: number;
  readonly goesOnSec: number;
}

export interface ShapeTarget {
  /** Limited broadcast, or all nodes of a link: each of them gets every packet. */
  readonly isEverybody: boolean;
  /** It was seen to send something within the last minute: what it asked for would have been seen too. */
  readonly wasHeard: boolean;
}

/** Seconds a rule looks at: one to two generations of windows. */
export interface RuleSpan {
  readonly short: ShapeSums;
  readonly long: ShapeSums;
}

const SYN_CLASSES = [SYN, SYN_ECN, SYN_DATA];
/** What follows a handshake that was finished. */
const FOLLOWING = [ACK, PSH_ACK, FIN, HTTP_GET, HTTP_POST, TLS_HELLO];

const LEAST = { syns: 100, answers: 20, reflected: 50, unheard: 200, equal: 200, storm: 1000, illegal: 100 };
const LEAST_SLOW_FLOWS = 20;
const LEAST_REFLECTORS = 5;
const LEAST_UNHEARD_REFLECTORS = 20;
/** Bytes of an answer that is worth asking for in another's name. */
const AMPLIFIED_BYTES = 400;
const MANY_SOURCES = 30;
/** Three SYNs for each packet behind one: detection after 3.2.3. */
const SYN_SHARE = 0.75;
const UNASKED_SHARE = 0.8;
const EQUAL_SHARE = 0.8;
const SLOW_SHARE = 0.6;
const STORM_SHARE = 0.6;
/** Parts after which a request counts as slow. */
const SLOW_PARTS = 2;
const SPAN = { short: 10, long: 60 };
/** Sampled packets that say something, however many each stands for. */
const LEAST_ROWS = 40;
/** It is over when nothing came for so many mean gaps. */
const GAPS = 10;
const LONGEST_GAP_SEC = 30;

/** Packets of a class below which no rule is about it, also to go on; most targets are done with that, and nothing is put together for them. */
export function leastOf(trafficClass: number): number {
  return LEAST_OF[trafficClass] ?? Number.POSITIVE_INFINITY;
}

const LEAST_OF: readonly number[] = TRAFFIC_CLASSES.map(({ kind }, i) => {
  if (SYN_CLASSES.includes(i)) return (LEAST.syns * 0.5) / SYN_CLASSES.length;
  if (i === SYN_ACK || i === RST) return LEAST.answers * 0.5;
  if (i === UDP) return LEAST.equal * 0.5;
  if (i === SLOW_REQUEST) return 1;
  if (kind === 'reflection') return LEAST.reflected * 0.5;
  return kind === 'illegal' ? LEAST.illegal * 0.5 : Number.POSITIVE_INFINITY;
});

/** Kinds of keys, as bits. */
export const KEYS = { sources: 1, sourcePorts: 2, ports: 4, pairs: 8 } as const;
const SCAN_KEYS = KEYS.sources | KEYS.sourcePorts | KEYS.ports;

/** Keys of a class that the rules above look at in the short window: others are not kept, which is most of the memory. */
export const SHORT_KEYS: readonly number[] = TRAFFIC_CLASSES.map(({ kind }, i) => {
  if (i === UDP) return SCAN_KEYS | KEYS.pairs;
  if (SYN_CLASSES.includes(i) || kind === 'illegal') return SCAN_KEYS;
  return kind === 'reflection' ? KEYS.sources : 0;
});

/** And in the long one. */
export const LONG_KEYS: readonly number[] = TRAFFIC_CLASSES.map((_, i) => {
  if (i === SYN_ACK || i === RST) return SCAN_KEYS;
  return FOLLOWING.includes(i) || i === SLOW_REQUEST ? KEYS.sources : 0;
});

/** `factor`: 1 to begin, 0.5 to go on. */
export function shapesOf({ short, long }: RuleSpan, target: ShapeTarget, factor: number): ShapeFinding[] {
  const all: ShapeFinding[] = [
    ...synShape(short, long, factor),
    ...answerShape(long, factor),
    ...reflectedShapes(short, target, factor),
    ...equalShape(short, factor),
    ...illegalShapes(short, factor),
    ...slowShape(long, factor),
  ];
  if (target.isEverybody) all.push(...stormShapes(short, factor));
  return all.map((found) => ({ ...found, ofAll: partOf(short, found.trafficClass) }));
}

function partOf({ classes, packets }: ShapeSums, trafficClass: number): number {
  return (classes.get(trafficClass)?.packets ?? 0) / Math.max(1, packets);
}

function sumOf(sums: ShapeSums, classes: readonly number[]): ClassSums {
  const sum = new ClassSums();
  for (const trafficClass of classes) {
    const of = sums.classes.get(trafficClass);
    if (of !== undefined) sum.merge(of);
  }
  return sum;
}

/** A source that finishes handshakes now and then opens many connections: that is another vector. */
function synShape(sums: ShapeSums, long: ShapeSums, factor: number): ShapeFinding[] {
  const syns = sumOf(sums, SYN_CLASSES);
  const following = sumOf(sums, FOLLOWING).packets;
  // Before keys are compared: with the most that can be unfinished.
  if (syns.packets < LEAST.syns * factor || syns.packets < SYN_SHARE * (syns.packets + following)) return [];
  const unfinished = syns.packets - packetsOfTalking(syns, sumOf(long, FOLLOWING));
  const share = unfinished / Math.max(1, syns.packets + following);
  if (unfinished < LEAST.syns * factor || share < SYN_SHARE || isScan(syns)) return [];
  const packetsOf = (trafficClass: number) => sums.classes.get(trafficClass)?.packets ?? 0;
  const largest = SYN_CLASSES.reduce((most, i) => (packetsOf(i) > packetsOf(most) ? i : most));
  const words = `${countWords(syns.packets)} SYNs and ${countWords(following)} packets of finished handshakes within ten seconds`;
  const from = `${words}, from ${keysWords(syns.sources)}: a low-rate flood`;
  return finding(largest, share, SYN_SHARE, from, syns, SPAN.short);
}

/** Packets of sources that said something else, too. */
function packetsOfTalking({ sources }: ClassSums, { sources: talking }: ClassSums): number {
  return [...sources].reduce((sum, [source, packets]) => sum + (talking.has(source) ? packets : 0), 0);
}

/** Answers to SYNs that the target never sent, from hosts that then say nothing more. */
function answerShape(sums: ShapeSums, factor: number): ShapeFinding[] {
  const found: ShapeFinding[] = [];
  for (const trafficClass of [SYN_ACK, RST]) {
    const answers = sums.classes.get(trafficClass);
    if (answers === undefined) continue;
    const following = sumOf(sums, FOLLOWING);
    if (answers.unasked < LEAST.answers * factor) continue;
    const unasked = Math.max(0, answers.unasked - packetsOfTalking(answers, following));
    // Clients reset their own connections: where only one direction is captured, those are never asked for.
    const others = trafficClass === RST ? following.packets + sumOf(sums, SYN_CLASSES).packets : 0;
    const share = unasked / Math.max(1, answers.packets + others);
    const least = trafficClass === RST ? LEAST.syns : LEAST.answers;
    if (unasked < least * factor || share < UNASKED_SHARE || isScan(answers)) continue;
    const name = trafficClass === RST ? 'RSTs' : 'SYN-ACKs';
    const words = `${countWords(unasked)} ${name} within a minute from ${keysWords(answers.sources)} that were not asked: low-rate reflection`;
    found.push(...finding(trafficClass, share, UNASKED_SHARE, words, answers, SPAN.long));
  }
  return found;
}

function reflectedShapes(sums: ShapeSums, { wasHeard }: ShapeTarget, factor: number): ShapeFinding[] {
  const found: ShapeFinding[] = [];
  for (const [trafficClass, of] of sums.classes) {
    const { kind, name } = TRAFFIC_CLASSES[trafficClass] as TrafficClass;
    if (kind !== 'reflection') continue;
    const share = of.unasked / Math.max(1, of.packets);
    // Where only one direction is captured, requests are not seen: more is asked for then.
    const isLarge = of.bytes >= AMPLIFIED_BYTES * of.packets;
    const least = wasHeard ? LEAST.reflected : isLarge ? LEAST.unheard : Number.POSITIVE_INFINITY;
    const reflectors = wasHeard ? LEAST_REFLECTORS : LEAST_UNHEARD_REFLECTORS;
    if (of.packets < least * factor || share <= UNASKED_SHARE || of.sources.size < reflectors) continue;
    const words = `${countWords(of.unasked)} answers of ${name.replace(' amplification', '')} within ten seconds from ${keysWords(of.sources)} that were not asked`;
    found.push(...finding(trafficClass, share, UNASKED_SHARE, words, of, SPAN.short));
  }
  return found;
}

/** One source port and length from many sources: no protocol's clients share their port, a program that forges does. */
function equalShape(sums: ShapeSums, factor: number): ShapeFinding[] {
  const of = sums.classes.get(UDP);
  if (of === undefined || of.packets < LEAST.equal * factor || of.sources.size < MANY_SOURCES) return [];
  const largest = Math.max(0, ...of.pairs.values());
  const share = largest / of.packets;
  // Peers of one service talk from port to port.
  const isPeers = [...of.ports.keys()].some((port) => (of.sourcePorts.get(port) ?? 0) >= largest / 2);
  if (share < EQUAL_SHARE || isPeers || of.unasked < UNASKED_SHARE * of.packets) return [];
  const words = `${countWords(largest)} UDP packets of one length and source port within ten seconds from ${keysWords(of.sources)}`;
  return finding(UDP, share, EQUAL_SHARE, words, of, SPAN.short);
}

function illegalShapes(sums: ShapeSums, factor: number): ShapeFinding[] {
  const found: ShapeFinding[] = [];
  for (const [trafficClass, of] of sums.classes) {
    if ((TRAFFIC_CLASSES[trafficClass] as TrafficClass).kind !== 'illegal') continue;
    if (of.packets < LEAST.illegal * factor || isScan(of)) continue;
    const words = `${countWords(of.packets)} packets within ten seconds that no lawful stack sends`;
    found.push(...finding(trafficClass, 1, EQUAL_SHARE, words, of, SPAN.short));
  }
  return found;
}

function slowShape(sums: ShapeSums, factor: number): ShapeFinding[] {
  const of = sums.classes.get(SLOW_REQUEST);
  if (of === undefined) return [];
  const slow = [...sums.slowFlows.values()].filter((parts) => parts >= SLOW_PARTS).length;
  const requests = sumOf(sums, [HTTP_GET, HTTP_POST]).packets;
  const flows = sums.slowFlows.size;
  const share = of.packets / Math.max(1, of.packets + requests);
  // Lines without a beginning are enough when hundreds of connections send them.
  if (
    slow + flows / SLOW_PARTS < LEAST_SLOW_FLOWS * factor * 1.5 ||
    flows < LEAST_SLOW_FLOWS * factor ||
    share < SLOW_SHARE
  )
    return [];
  const words = `${flows} connections feed header lines of requests that do not end (${countWords(of.packets)} within a minute), from ${keysWords(of.sources)}: a low-rate attack`;
  return finding(SLOW_REQUEST, share, SLOW_SHARE, words, of, SPAN.long);
}

/** To everybody on a link a tenth of what a host bears is a storm. */
function stormShapes(sums: ShapeSums, factor: number): ShapeFinding[] {
  const found: ShapeFinding[] = [];
  for (const [trafficClass, of] of sums.classes) {
    const { kind } = TRAFFIC_CLASSES[trafficClass] as TrafficClass;
    if (
      of.packets < Math.max(LEAST.storm * factor, STORM_SHARE * sums.packets) ||
      kind === 'illegal' ||
      trafficClass === DNS_QUERY
    )
      continue;
    const words = `${countWords(of.packets)} packets to everybody on the link within ten seconds, from ${keysWords(of.sources)}`;
    found.push(...finding(trafficClass, of.packets / sums.packets, STORM_SHARE, words, of, SPAN.short));
  }
  return found;
}

/** Empty when too few packets were looked at. */
function finding(
  trafficClass: number,
  share: number,
  limit: number,
  words: string,
  { lastSec, rows, packets }: ClassSums,
  spanSec: number,
): ShapeFinding[] {
  if (rows < Math.min(LEAST_ROWS, 0.8 * packets)) return [];
  const goesOnSec = Math.max(1, Math.min(LONGEST_GAP_SEC, (GAPS * spanSec) / packets));
  return [{ trafficClass, share, limit, words, ofAll: 0, lastSec, goesOnSec }];
}

/** Few sources with few ports of their own, and each of many target ports gets about as much as the next: somebody looks for what is open. */
export function isScan({ packets, sources, sourcePorts, ports }: ClassSums): boolean {
  if (packets < LEAST_PROBES || sources.size > SCANNERS || ports.size < SCANNED_PORTS) return false;
  const inOwnPorts = [...sourcePorts.values()].sort((a, b) => b - a).slice(0, SCAN_SOURCE_PORTS * sources.size);
  const isConstant = inOwnPorts.reduce((sum, of) => sum + of, 0) >= CONSTANT_SHARE * packets;
  const largest = Math.max(...ports.values());
  return isConstant && largest <= PORT_SHARE * packets;
}

const LEAST_PROBES = 20;
const SCANNERS = 8;
const SCANNED_PORTS = 20;
/** nmap has two: one for its retries. */
const SCAN_SOURCE_PORTS = 3;
const CONSTANT_SHARE = 0.9;
/** No port is asked more often than this part of all. */
const PORT_SHARE = 0.2;

function countWords(packets: number): string {
  return formatExact(Math.round(packets));
}

function keysWords({ size }: ReadonlyMap<number, number>): string {
  return size === 1 ? 'one source' : size >= MOST_KEYS ? 'many sources' : `${size} sources`;
}
