/** Attacks from rows of mitigations: one attack has a row for each mitigation, with attack ids of their own. */
import type { EdgeAttackRow, EdgeNetworkRow } from '../records/edge-network-rows.js';
import { vectorIdOf } from './edge-network-vectors.js';
import type { EdgeAttack } from './edge-network-view.js';

/** Rows of the same vector to the same target that lie no further apart are one attack: attacks pulse. */
const APART_SEC = 60;
/** The newest data is that late; an end that lies no further back may still move. */
const SETTLED_SEC = 180;
const MOST_SHOWN = 200;
const MINUTE = 60;

export function joinedAttacks(
  rows: Iterable<EdgeAttackRow>,
  packets: readonly EdgeNetworkRow[],
  nowSec: number,
): EdgeAttack[] {
  const groups = new Map<string, EdgeAttackRow[][]>();
  for (const row of [...rows].sort((a, b) => a.startSec - b.startSec)) {
    const key = JSON.stringify([row.target, row.vector]);
    const attacks = groups.get(key) ?? [];
    const open = attacks.at(-1);
    if (open !== undefined && row.startSec - lastOf(open) <= APART_SEC) open.push(row);
    else attacks.push([row]);
    groups.set(key, attacks);
  }
  const peaks = minutesOf(packets);
  return [...groups.values()]
    .flat()
    .map((joined) => attackOf(joined, peaks, nowSec))
    .sort((a, b) => b.startSec - a.startSec)
    .slice(0, MOST_SHOWN);
}

/** A row without an end goes on. */
function lastOf(rows: readonly EdgeAttackRow[]): number {
  return Math.max(...rows.map(({ endSec }) => endSec ?? Number.POSITIVE_INFINITY));
}

interface Volume {
  packets: number;
  bits: number;
}

function attackOf(rows: readonly EdgeAttackRow[], peaks: Map<string, Map<number, Volume>>, nowSec: number): EdgeAttack {
  const first = rows[0] as EdgeAttackRow;
  const largest = rows.reduce((most, row) => (row.packets > most.packets ? row : most), first);
  const last = lastOf(rows);
  const sum = (of: (row: EdgeAttackRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const [packets, bits] = [sum((row) => row.packets), sum((row) => row.bits)];
  const lastedSec = Math.max(1, Math.min(last, nowSec) - first.startSec);
  const ids = rows.map(({ id }) => id);
  const peak = peakOf(ids, peaks);
  return {
    id: first.id,
    ids,
    vector: first.vector,
    vectorId: vectorIdOf(first.vector),
    rule: largest.rule,
    mitigation: largest.mitigation,
    reason: largest.reason,
    target: first.target,
    port: rows.every(({ port }) => port === first.port) ? first.port : null,
    protocol: first.protocol,
    startSec: first.startSec,
    endSec: last > nowSec - SETTLED_SEC ? null : last,
    packets,
    bits,
    droppedPackets: sum((row) => row.droppedPackets),
    droppedBits: sum((row) => row.droppedBits),
    peakPps: Math.max(packets / lastedSec, peak.packets / MINUTE),
    peakBps: Math.max(bits / lastedSec, peak.bits / MINUTE),
  };
}

function minutesOf(packets: readonly EdgeNetworkRow[]): Map<string, Map<number, Volume>> {
  const byAttack = new Map<string, Map<number, Volume>>();
  for (const { attackId, sec, ...row } of packets) {
    if (attackId === null) continue;
    const minutes = byAttack.get(attackId) ?? new Map<number, Volume>();
    byAttack.set(attackId, minutes);
    addTo(minutes, sec, row);
  }
  return byAttack;
}

function peakOf(ids: readonly string[], byAttack: Map<string, Map<number, Volume>>): Volume {
  const minutes = new Map<number, Volume>();
  for (const id of ids) for (const [sec, volume] of byAttack.get(id) ?? []) addTo(minutes, sec, volume);
  const peak = { packets: 0, bits: 0 };
  for (const { packets, bits } of minutes.values()) {
    peak.packets = Math.max(peak.packets, packets);
    peak.bits = Math.max(peak.bits, bits);
  }
  return peak;
}

function addTo(minutes: Map<number, Volume>, sec: number, { packets, bits }: Readonly<Volume>): void {
  const volume = minutes.get(sec) ?? { packets: 0, bits: 0 };
  volume.packets += packets;
  volume.bits += bits;
  minutes.set(sec, volume);
}
