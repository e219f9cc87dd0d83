/** Ground truth of a capture (TRUTH.md beside the captures) and its comparison with a report. */
import type { Layer, ReportFacts, Top, TopEntry } from './report-facts.js';

type TruthTriple = readonly [key: string | number | null, packets: number, bytes: number];

interface TruthTop {
  readonly unique: number;
  readonly by_packets: readonly TruthTriple[];
  readonly by_bytes: readonly TruthTriple[];
}

interface TruthLayer {
  readonly src: TruthTop;
  readonly dst: TruthTop;
  readonly sport: TruthTop;
  readonly dport: TruthTop;
  readonly proto: TruthTop;
  readonly flags: TruthTop;
  readonly ttl: TruthTop;
  readonly fragments: number;
}

export interface Truth {
  /** 2: tshark refused the file; with no packets at all, tcpdump's count is the truth (TRUTH.md, known disagreements 2). */
  readonly tshark_rc?: number;
  readonly tcpdump_count?: number | null;
  readonly packets: number;
  readonly bytes_on_wire: number;
  readonly bytes_captured: number;
  readonly time: { readonly first: string | null; readonly last: string | null };
  readonly outer_ip_version: { readonly [version: string]: number };
  readonly tunnelled_packets: number;
  readonly outer: TruthLayer;
  readonly inner: TruthLayer;
  readonly frame_len: TruthTop;
}

export interface Difference {
  readonly field: string;
  readonly got: string;
  readonly expected: string;
}

/** All differences, in the order a reader would check them; empty when equal. */
export function compareWithTruth(facts: ReportFacts, truth: Truth): Difference[] {
  const found: Difference[] = [];
  const compare = (field: string, got: unknown, expected: unknown): void => {
    if (got !== expected) found.push({ field, got: String(got), expected: String(expected) });
  };
  if (truth.tshark_rc === 2 && truth.packets === 0) {
    compare('packets', facts.packets, truth.tcpdump_count ?? 0);
    return found;
  }
  compare('packets', facts.packets, truth.packets);
  compare('bytesOnWire', facts.bytesOnWire, truth.bytes_on_wire);
  compare('bytesCaptured', facts.bytesCaptured, truth.bytes_captured);
  compare('firstTime', facts.firstTime, truth.time.first);
  compare('lastTime', facts.lastTime, truth.time.last);
  for (const version of ['4', '6', 'none'] as const) {
    compare(`ipVersions.${version}`, facts.ipVersions[version], truth.outer_ip_version[version] ?? 0);
  }
  found.push(...compareTop('frameLengths', facts.frameLengths, truth.frame_len));
  found.push(...compareLayer('outer', facts.outer, truth.outer));
  compare('counters.tunnelled', facts.counters.tunnelled, truth.tunnelled_packets);
  found.push(...compareLayer('inner', facts.inner, truth.inner));
  return found;
}

function compareLayer(name: string, got: Layer, expected: TruthLayer): Difference[] {
  const found = [
    ...compareTop(`${name}.sources`, got.sources, expected.src),
    ...compareTop(`${name}.targets`, got.targets, expected.dst),
    ...compareTop(`${name}.sourcePorts`, got.sourcePorts, expected.sport),
    ...compareTop(`${name}.targetPorts`, got.targetPorts, expected.dport),
    ...compareTop(`${name}.protocols`, got.protocols, expected.proto),
    ...compareTop(`${name}.tcpFlags`, got.tcpFlags, expected.flags),
    ...compareTop(`${name}.ttls`, got.ttls, expected.ttl),
  ];
  if (got.fragments !== expected.fragments) {
    found.push({ field: `${name}.fragments`, got: String(got.fragments), expected: String(expected.fragments) });
  }
  return found;
}

function compareTop(field: string, got: Top, expected: TruthTop): Difference[] {
  if (got.distinct !== expected.unique) {
    return [{ field: `${field}.distinct`, got: String(got.distinct), expected: String(expected.unique) }];
  }
  return [
    ...compareList(`${field}.byPackets`, got.byPackets, expected.by_packets, expected.unique, 'packets'),
    ...compareList(`${field}.byBytes`, got.byBytes, expected.by_bytes, expected.unique, 'bytes'),
  ];
}

/** As sets of (key, packets, bytes); a cut list only above its last count, because order among equals is arbitrary (TRUTH.md). */
function compareList(
  field: string,
  got: readonly TopEntry[],
  expected: readonly TruthTriple[],
  unique: number,
  unit: 'packets' | 'bytes',
): Difference[] {
  const column = unit === 'packets' ? 1 : 2;
  const isCut = unique > expected.length;
  const last = isCut ? expected[expected.length - 1]![column] : -1;
  const wanted = expected
    .filter((triple) => triple[column] > last)
    .map(([key, packets, bytes]) => `${bareKey(key)}=${packets}/${bytes}`);
  const found = got
    .filter((entry) => entry[unit] > last)
    .map(({ key, packets, bytes }) => `${key}=${packets}/${bytes}`);
  const surplus = found.filter((entry) => !wanted.includes(entry));
  const lacking = wanted.filter((entry) => !found.includes(entry));
  if (surplus.length === 0 && lacking.length === 0) return [];
  return [
    {
      field,
      got: surplus.slice(0, 3).join(' ') || 'nothing more',
      expected: lacking.slice(0, 3).join(' ') || 'nothing more',
    },
  ];
}

/** Truth writes TCP flags as "0x002 SYN". */
function bareKey(key: string | number | null): string {
  return String(key).split(' ')[0] as string;
}
