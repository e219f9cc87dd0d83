/** A call of FastNetMon's notify script (IP DIRECTION PPS ACTION, details on stdin) as what the journal keeps of it. Pure. */
import { formatPpsUnit } from '../../../format/number-format.js';
import type { Incident } from '../../incident.js';
import type { OutsideAlert } from '../../journal-event.js';
import type { IncidentRow } from '../incident-row.js';
import { alertIncident } from './alert-incident.js';
import { readFastNetMonDetails } from './fastnetmon-details.js';

export interface FastNetMonCall {
  /** As `formatAddress` prints it. */
  readonly ip: string;
  readonly direction: Incident['direction'];
  readonly pps: number;
  readonly action: 'ban' | 'attack_details' | 'unban';
  /** "" = none. */
  readonly details: string;
}

/** What is known of the open incident that the call goes on with. */
export type OpenAlert = Pick<
  IncidentRow,
  'id' | 'openedAt' | 'peakPps' | 'peakBps' | 'vectors' | 'target' | 'direction' | 'state' | 'origin'
>;

/** Of the same address and direction, told by FastNetMon and not over yet; the newest. */
export function openAlertOf(rows: readonly OpenAlert[], { ip, direction }: FastNetMonCall): OpenAlert | null {
  const open = rows.filter(
    (row) => row.origin === 'fastnetmon' && row.state !== 'ended' && row.target === ip && row.direction === direction,
  );
  return open.reduce<OpenAlert | null>((newest, row) => (row.openedAt > (newest?.openedAt ?? 0) ? row : newest), null);
}

export interface AlertedBody {
  readonly kind: 'alerted';
  readonly incidentId: string;
  readonly incident: Incident;
  readonly alert: OutsideAlert;
}

/** `newId`: of an incident that the call opens. Null: an end of nothing. */
export function alertOfFastNetMon(
  call: FastNetMonCall,
  open: OpenAlert | null,
  nowSec: number,
  newId: string,
): AlertedBody | null {
  if (open === null && call.action === 'unban') return null;
  const { attackType, vectorId, peakPps, peakBps, lines } = readFastNetMonDetails(call.details);
  const isOpen = call.action !== 'unban';
  const before = open?.vectors[0];
  const vector = attackType === null ? null : { id: vectorId ?? 'unknown', name: attackType.replaceAll('_', ' ') };
  const id = open?.id ?? newId;
  const evidence = `FastNetMon: ${formatPpsUnit(call.pps)} ${call.direction}${attackType === null ? '' : `, ${attackType}`}`;
  const incident = alertIncident({
    id,
    target: call.ip,
    scope: 'host',
    direction: call.direction,
    vector: vector ?? (before === undefined ? null : { id: before.id, name: before.name }),
    isOpen,
    openedAt: open?.openedAt ?? nowSec,
    endedAt: isOpen ? null : nowSec,
    peakPps: Math.max(call.pps, peakPps ?? 0, open?.peakPps ?? 0),
    peakBps: Math.max(peakBps ?? 0, open?.peakBps ?? 0),
    packets: 0,
    bytes: 0,
    evidence: [evidence],
  });
  const told = { ban: evidence, attack_details: 'FastNetMon sent details', unban: 'FastNetMon says it is over' };
  return {
    kind: 'alerted',
    incidentId: id,
    incident,
    alert: { from: 'fastnetmon', reference: '', details: [told[call.action], ...lines], url: null },
  };
}
