/** Rows of an answer, by kind. Hostile: a row that makes no sense is left out and counted, a value that makes none is null. */

import { isRecord } from '../../../src/platform/cloudflare/api-answer.js';
import type {
  EdgeAttackRow,
  EdgeFirewallRow,
  EdgeFlowRow,
  EdgeHttpRow,
  EdgePoint,
  EdgeRowKind,
  EdgeRowKinds,
  EdgeTunnelCheck,
  EdgeTunnelRow,
} from '../../../src/records/edge-network-rows.js';
import type { AnalyticsNode } from './analytics-nodes.js';
import { addressOf, type Fields, numberUpTo, secondsOf, textOf, wholeOf } from './field-values.js';
import { readNetworkRow } from './read-network-row.js';

/** A group, flattened: what was in `dimensions`, `sum`, `avg`, and `count`. */
export interface Group {
  readonly values: Fields;
  readonly sec: number;
  /** Zone id, of a zone's. */
  readonly zone: string;
}

type Reader<Row> = (group: Group, node: AnalyticsNode) => Row | null;

export interface ReadRows<Kind extends EdgeRowKind> {
  readonly rows: EdgeRowKinds[Kind][];
  readonly unreadable: number;
}

const READERS: { readonly [Kind in EdgeRowKind]: Reader<EdgeRowKinds[Kind]> } = {
  points: readPoint,
  rows: readNetworkRow,
  attacks: readAttack,
  tunnels: readTunnel,
  checks: readCheck,
  flows: readFlow,
  http: readHttp,
  firewall: readFirewall,
};

/** `list`: what stands under the node's alias. Rows outside of the span are none of what was asked. */
export function readRows(
  node: AnalyticsNode,
  list: unknown,
  zone: string,
  fromSec: number,
  toSec: number,
): ReadRows<EdgeRowKind> {
  const rows: EdgeRowKinds[EdgeRowKind][] = [];
  const given = Array.isArray(list) ? list.slice(0, node.limit) : [];
  const timeField = (node.needs[0] as string).replace(/^.*\./, '');
  for (const item of given) {
    const values = isRecord(item) ? flattened(item) : {};
    const sec = secondsOf(values[timeField]);
    if (sec === null || sec < fromSec || sec >= toSec + node.bucketSec) continue;
    const row = READERS[node.kind]({ values, sec, zone }, node);
    if (row !== null) rows.push(row);
  }
  return { rows, unreadable: given.length - rows.length };
}

function flattened(item: Fields): Fields {
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(item)) {
    if (isRecord(value)) Object.assign(values, value);
    else values[name] = value;
  }
  return values;
}

function volumeOf({ values }: Group): { readonly packets: number; readonly bits: number } | null {
  const packets = wholeOf(values['packets']);
  const bits = wholeOf(values['bits']);
  return packets === null || bits === null ? null : { packets, bits };
}

function readPoint(group: Group): EdgePoint | null {
  const volume = volumeOf(group);
  const outcome = textOf(group.values['outcome']);
  return volume === null || outcome === null ? null : { sec: group.sec, isDropped: outcome === 'drop', ...volume };
}

function readAttack({ values, sec }: Group): EdgeAttackRow | null {
  const id = textOf(values['attackId']);
  if (id === null) return null;
  return {
    id,
    vector: textOf(values['attackVector']) ?? '',
    rule: textOf(values['ruleName']) ?? '',
    mitigation: textOf(values['mitigationType']) ?? '',
    reason: textOf(values['mitigationReason']) ?? '',
    source: addressOf(values['sourceIp']),
    target: addressOf(values['destinationIp']),
    // 0 stands for many, or for none.
    port: numberUpTo(values['destinationPort'], 65_535) || null,
    protocol: textOf(values['ipProtocolName']) ?? '',
    tcpFlags: textOf(values['tcpFlagsNames']) ?? '',
    startSec: sec,
    endSec: endOf(secondsOf(values['endDatetime']), sec),
    packets: wholeOf(values['packets']) ?? 0,
    bits: wholeOf(values['bits']) ?? 0,
    droppedPackets: wholeOf(values['droppedPackets']) ?? 0,
    droppedBits: wholeOf(values['droppedBits']) ?? 0,
  };
}

/** A time that is not set comes as one long ago. */
function endOf(sec: number | null, startSec: number): number | null {
  return sec === null || sec < startSec ? null : sec;
}

function readTunnel(group: Group): EdgeTunnelRow | null {
  const { values, sec } = group;
  const volume = volumeOf(group);
  const name = textOf(values['tunnelName']);
  return volume === null || name === null
    ? null
    : { name, direction: textOf(values['direction']) ?? '', sec, ...volume };
}

function readCheck({ values, sec }: Group): EdgeTunnelCheck | null {
  const name = textOf(values['tunnelName']);
  const state = values['tunnelState'];
  if (name === null || typeof state !== 'number' || !(state >= 0 && state <= 1)) return null;
  return { name, colo: textOf(values['edgeColoCode']) ?? '', sec, state };
}

function readFlow(group: Group): EdgeFlowRow | null {
  const { values, sec } = group;
  const volume = volumeOf(group);
  if (volume === null) return null;
  const [source, target] = [addressOf(values['sourceAddress']), addressOf(values['destinationAddress'])];
  return { sec, source, target, protocol: textOf(values['protocolString']), ...volume };
}

function readHttp({ values, sec, zone }: Group): EdgeHttpRow | null {
  const requests = wholeOf(values['count']);
  if (requests === null) return null;
  return {
    zone,
    sec,
    host: textOf(values['clientRequestHTTPHost']),
    country: textOf(values['clientCountryName']),
    status: numberUpTo(values['edgeResponseStatus'], 999),
    cache: textOf(values['cacheStatus']),
    requests,
    bytes: wholeOf(values['edgeResponseBytes']) ?? 0,
  };
}

function readFirewall({ values, sec, zone }: Group): EdgeFirewallRow | null {
  const events = wholeOf(values['count']);
  const action = textOf(values['action']);
  if (events === null || action === null) return null;
  return {
    zone,
    sec,
    action,
    source: textOf(values['source']) ?? '',
    ruleId: textOf(values['ruleId']) ?? '',
    host: textOf(values['clientRequestHTTPHost']),
    country: textOf(values['clientCountryName']),
    events,
  };
}
