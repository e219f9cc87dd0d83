/** Rule by rule: what fires, and what stands right beside it and does not. */
import { describe, expect, test } from 'vitest';
import { ACK, DNS_QUERY, HTTP_GET, RST, SYN, SYN_ACK, TCP_NULL, UDP } from '../../kernel/class-numbers.js';
import { SLOW_REQUEST, TRAFFIC_CLASSES } from '../../records/traffic-class.js';
import { type ShapeFinding, type ShapeTarget, shapesOf } from './shape-rules.js';
import { addTo, pairOf, ShapeSums } from './shape-sums.js';

const DNS_ANSWERS = TRAFFIC_CLASSES.findIndex(({ name }) => name === 'DNS amplification');
const HOST: ShapeTarget = { isEverybody: false, wasHeard: true };

interface Group {
  readonly trafficClass: number;
  readonly packets: number;
  /** Sources, their ports and target ports are gone through in turn. */
  readonly sources?: number;
  readonly sourcePorts?: readonly number[];
  readonly ports?: readonly number[];
  readonly length?: number;
  /** The first source's number; groups that begin alike share their sources. */
  readonly from?: number;
  readonly unasked?: boolean;
  /** Packets a sampled row stands for. */
  readonly weight?: number;
}

function sumsOf(...groups: Group[]): ShapeSums {
  const sums = new ShapeSums();
  for (const group of groups) {
    const { trafficClass, packets, sources = 1, sourcePorts = [1024], ports = [80], length = 60, from = 0 } = group;
    const { unasked = false, weight = 1 } = group;
    const of = sums.of(trafficClass);
    for (let i = 0; i < packets / weight; i += 1) {
      const sourcePort = sourcePorts[i % sourcePorts.length] as number;
      of.rows += 1;
      of.packets += weight;
      of.bytes += weight * length;
      if (unasked) of.unasked += weight;
      of.lastSec = i / 100;
      addTo(of.sources, from + (i % sources), weight);
      addTo(of.sourcePorts, sourcePort, weight);
      addTo(of.ports, ports[i % ports.length] as number, weight);
      addTo(of.pairs, pairOf(sourcePort, length), weight);
      sums.packets += weight;
    }
  }
  return sums;
}

function found(groups: readonly Group[], target = HOST, factor = 1): ShapeFinding[] {
  const sums = sumsOf(...groups);
  return shapesOf({ short: sums, long: sums }, target, factor);
}
const classesOf = (groups: readonly Group[], target = HOST, factor = 1) =>
  found(groups, target, factor).map(({ trafficClass }) => trafficClass);

const range = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i);

describe('handshakes nobody finishes', () => {
  const flood: Group = { trafficClass: SYN, packets: 120, sources: 60, sourcePorts: range(60, 2000) };
  test.each<[string, Group[], boolean]>([
    ['120 of 60 sources', [flood], true],
    ['99 are too few', [{ ...flood, packets: 99 }], false],
    ['a third as many packets of others behind them', [flood, { trafficClass: ACK, packets: 39, from: 500 }], true],
    ['as many packets of others behind them', [flood, { trafficClass: ACK, packets: 120, from: 500 }], false],
    ['their own sources go on', [flood, { trafficClass: ACK, packets: 35, sources: 60 }], false],
    ['one source that opens many connections to one port', [{ ...flood, sources: 1 }], true],
    [
      'one source that goes through the ports',
      [{ ...flood, sources: 1, sourcePorts: [40_000], ports: range(120) }],
      false,
    ],
    ['few rows that stand for many', [{ ...flood, packets: 1000, weight: 50 }], false],
  ])('%s', (_, groups, isFound) => expect(classesOf(groups)).toEqual(isFound ? [SYN] : []));

  test('what has begun goes on with half of it', () => {
    expect(classesOf([{ ...flood, packets: 60 }])).toEqual([]);
    expect(classesOf([{ ...flood, packets: 60 }], HOST, 0.5)).toEqual([SYN]);
  });

  test('it says what it is of, and when it will be over', () => {
    const [finding] = found([flood]);
    expect(finding).toMatchObject({ share: 1, limit: 0.75, ofAll: 1, lastSec: 1.19, goesOnSec: 1 });
    expect(finding?.words).toBe(
      '120 SYNs and 0 packets of finished handshakes within ten seconds, from 60 sources: a low-rate flood',
    );
  });
});

describe('answers nobody asked for', () => {
  const synAcks: Group = { trafficClass: SYN_ACK, packets: 25, sources: 25, unasked: true };
  const resets: Group = { trafficClass: RST, packets: 110, sources: 60, unasked: true };
  test.each<[string, Group[], number[]]>([
    ['25 SYN-ACKs', [synAcks], [SYN_ACK]],
    ['they were asked for', [{ ...synAcks, unasked: false }], []],
    ['their senders go on', [synAcks, { trafficClass: ACK, packets: 25, sources: 25 }], []],
    ['110 RSTs', [resets], [RST]],
    [
      'RSTs of clients, of which only one direction is seen',
      [resets, { trafficClass: HTTP_GET, packets: 110, from: 500 }],
      [],
    ],
  ])('%s', (_, groups, expected) => expect(classesOf(groups)).toEqual(expected));

  const answers: Group = { trafficClass: DNS_ANSWERS, packets: 60, sources: 10, sourcePorts: [53], unasked: true };
  test.each<[string, Group, ShapeTarget, boolean]>([
    ['60 of 10 reflectors', answers, HOST, true],
    ['of four', { ...answers, sources: 4 }, HOST, false],
    ['half of them asked for is no reflection', { ...answers, unasked: false }, HOST, false],
    ['a target that never sends: its questions may not be seen', answers, { ...HOST, wasHeard: false }, false],
    [
      'a target that never sends, large answers of many',
      { ...answers, packets: 220, sources: 25, length: 1200 },
      { ...HOST, wasHeard: false },
      true,
    ],
  ])('answers of DNS: %s', (_, group, target, isFound) =>
    expect(classesOf([group], target)).toEqual(isFound ? [DNS_ANSWERS] : []),
  );
});

describe('packets as equal as one program makes them', () => {
  const equal: Group = {
    trafficClass: UDP,
    packets: 250,
    sources: 40,
    sourcePorts: [7777],
    ports: [27_015],
    unasked: true,
  };
  test.each<[string, Group, boolean]>([
    ['one port and length from 40 sources', equal, true],
    ['from 20 sources', { ...equal, sources: 20 }, false],
    ['from many ports', { ...equal, sourcePorts: range(50, 3000) }, false],
    ['peers: from port to the same port', { ...equal, ports: [7777] }, false],
    ['asked for', { ...equal, unasked: false }, false],
  ])('%s', (_, group, isFound) => expect(classesOf([group])).toEqual(isFound ? [UDP] : []));

  test('packets no stack sends: a hundred, unless they are a scan', () => {
    const nulls: Group = { trafficClass: TCP_NULL, packets: 120, sources: 30 };
    expect(classesOf([nulls])).toEqual([TCP_NULL]);
    expect(classesOf([{ ...nulls, packets: 90 }])).toEqual([]);
    expect(classesOf([{ ...nulls, sources: 1, ports: range(60) }])).toEqual([]);
  });
});

describe('requests that never end', () => {
  const slowSums = (flows: number, parts: number, requests = 0): ShapeSums => {
    const sums = sumsOf(
      { trafficClass: SLOW_REQUEST, packets: flows * parts, sources: 3 },
      { trafficClass: HTTP_GET, packets: requests, from: 50 },
    );
    for (let flow = 0; flow < flows; flow += 1) addTo(sums.slowFlows, flow, parts, 256);
    return sums;
  };
  test.each([
    ['30 connections that go on for four parts', 30, 4, 0, true],
    ['10 connections', 10, 8, 0, false],
    ['hundreds that were seen once', 200, 1, 0, true],
    ['twenty that were seen once', 20, 1, 0, false],
    ['beside as many whole requests', 30, 4, 120, false],
  ])('%s', (_, flows, parts, requests, isFound) => {
    const sums = slowSums(flows, parts, requests);
    const classes = shapesOf({ short: sums, long: sums }, HOST, 1).map(({ trafficClass }) => trafficClass);
    expect(classes).toEqual(isFound ? [SLOW_REQUEST] : []);
  });
});

describe('a storm to everybody', () => {
  const everybody: ShapeTarget = { isEverybody: true, wasHeard: false };
  const storm: Group = { trafficClass: UDP, packets: 1200, sourcePorts: range(40, 2000) };
  test.each<[string, Group[], ShapeTarget, boolean]>([
    ['1200 packets', [storm], everybody, true],
    ['to a host', [storm], HOST, false],
    ['less than most of it', [storm, { trafficClass: ACK, packets: 1200, from: 900 }], everybody, false],
    ['questions for names', [{ ...storm, trafficClass: DNS_QUERY }], everybody, false],
  ])('%s', (_, groups, target, isFound) => expect(classesOf(groups, target)).toEqual(isFound ? [UDP] : []));
});
