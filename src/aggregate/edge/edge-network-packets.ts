/**
 * Rows of the edge's network analytics as sampled packets, each with the packets it stands for, so that they are compared as packets are. What a row does
 * not say stays unknown: TTLs of buckets are left out, ports and flags only where all of their group is known. A row without whole addresses, or
 * without a protocol, is no packet and left out.
 */
import { parsePrefix } from '../../format/address.js';
import type { EdgeNetworkRow, EdgeSystem } from '../../records/edge-network-rows.js';
import { Has, NO_TRANSPORT } from '../../records/packet-batch.js';
import { Detail } from '../../records/packet-details.js';
import { type PacketRows, PacketSamples } from '../../records/packet-samples.js';

const UDP = 17;
const UDP_HEADER = 8;

export type EdgePacketRows = PacketRows & {
  /** Rows that are no packets. */
  readonly leftOut: number;
};

interface Addressed {
  readonly row: EdgeNetworkRow;
  readonly version: 4 | 6;
  readonly source: readonly number[];
  readonly target: readonly number[];
  readonly protocol: number;
}

/** Magic Transit and Spectrum see every packet of theirs; the other systems saw some of the same. */
export function systemsOnce(rows: readonly EdgeNetworkRow[]): EdgeSystem[] {
  const there = new Set(rows.map(({ system }) => system));
  const whole = (['magicTransit', 'spectrum'] as const).filter((system) => there.has(system));
  if (whole.length > 0) return whole;
  return (['dosd', 'flowtrackd', 'magicFirewall'] as const).filter((system) => there.has(system)).slice(0, 1);
}

/** What the edge dropped, or counts to an attack, against the rest; of systems that count no packet twice. */
export function edgeRowSides(rows: readonly EdgeNetworkRow[]): {
  readonly attack: readonly EdgeNetworkRow[];
  readonly rest: readonly EdgeNetworkRow[];
} {
  const systems = systemsOnce(rows);
  const once = rows.filter(({ system }) => systems.includes(system));
  const isAttack = ({ isDropped, attackId }: EdgeNetworkRow) => isDropped === true || attackId !== null;
  return { attack: once.filter(isAttack), rest: once.filter((row) => !isAttack(row)) };
}

export function packetRowsOf(rows: readonly EdgeNetworkRow[]): EdgePacketRows {
  const known = rows.map(addressed).filter((row) => row !== null);
  const samples = new PacketSamples(known.length);
  for (const [at, row] of known.entries()) fill(samples, at, row);
  return {
    samples,
    rows: Int32Array.from(known, (_, at) => at),
    weights: Float64Array.from(known, ({ row }) => row.packets),
    texts: { textOf: () => null },
    leftOut: rows.length - known.length,
  };
}

function addressed(row: EdgeNetworkRow): Addressed | null {
  const source = hostOf(row.source);
  const target = hostOf(row.target);
  if (source === null || target === null || row.protocol === null || source.version !== target.version) return null;
  if (lengthOf(row) === null) return null;
  return { row, version: source.version, source: source.words, target: target.words, protocol: row.protocol };
}

function hostOf(text: string | null): { readonly version: 4 | 6; readonly words: readonly number[] } | null {
  const prefix = text === null ? null : parsePrefix(text);
  return prefix !== null && prefix.length === (prefix.version === 4 ? 32 : 128) ? prefix : null;
}

/** A bucket says less than the mean of the group, which is exact where its packets are alike. */
function lengthOf({ length, isLengthBucket, bits, packets }: EdgeNetworkRow): number | null {
  if (length !== null && !isLengthBucket) return length;
  const mean = Math.round(bits / 8 / packets);
  return mean > 0 ? Math.min(mean, 65_575) : null;
}

function fill(samples: PacketSamples, at: number, { row, version, source, target, protocol }: Addressed): void {
  const length = lengthOf(row) as number;
  samples.version[at] = version;
  samples.src.set(source, at * 4);
  samples.dst.set(target, at * 4);
  samples.protocol[at] = protocol;
  samples.transport[at] = row.fragment === 2 ? NO_TRANSPORT : protocol;
  samples.ipLen[at] = length;
  samples.wireLen[at] = length;
  samples.details.sec[at] = row.sec;
  samples.has[at] = hasOf(row);
  samples.srcPort[at] = row.sourcePort ?? 0;
  samples.dstPort[at] = row.targetPort ?? 0;
  samples.tcpFlags[at] = row.tcpFlags ?? 0;
  samples.tcpWindow[at] = row.tcpWindow ?? 0;
  samples.ttl[at] = row.ttl ?? 0;
  samples.icmpType[at] = row.icmpType ?? 0;
  samples.icmpCode[at] = row.icmpCode ?? 0;
  fillDetails(samples, at, row);
}

/** Who reads one column of a group takes the others as known. */
function hasOf(row: EdgeNetworkRow): number {
  const all = (bit: number, ...values: readonly (number | null)[]) =>
    values.every((value) => value !== null) ? bit : 0;
  return (
    all(Has.ports, row.sourcePort, row.targetPort) |
    all(Has.tcpFlags, row.tcpFlags, row.tcpWindow) |
    all(Has.icmp, row.icmpType, row.icmpCode) |
    (row.isTtlBucket ? 0 : all(Has.ttl, row.ttl)) |
    (row.fragment === 1 ? Has.firstFragment : 0) |
    (row.fragment === 2 ? Has.laterFragment : 0)
  );
}

function fillDetails(
  { details }: PacketSamples,
  at: number,
  { protocol, udpPayloadLength, tcpMss }: EdgeNetworkRow,
): void {
  if (protocol === UDP && udpPayloadLength !== null) {
    details.payloadLength[at] = udpPayloadLength;
    details.udpLength[at] = Math.min(65_535, udpPayloadLength + UDP_HEADER);
    details.known[at] = Detail.payloadLength | Detail.udpLength;
  }
  if (tcpMss !== null) {
    details.mssOrType[at] = tcpMss;
    details.known[at] = Detail.mss;
  }
}
