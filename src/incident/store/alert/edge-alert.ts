/** Attacks and notifications of Cloudflare as what the journal keeps of them. Pure; the same attack told twice is one incident. */
import { createHash } from 'node:crypto';
import { parsePrefix } from '../../../format/address.js';
import { formatBpsUnit, formatPpsUnit, formatShare } from '../../../format/number-format.js';
import type { EdgeNotification } from '../../../records/edge-network-rows.js';
import { vectorIdOf } from '../../../snapshot/edge-network-vectors.js';
import type { EdgeAttack } from '../../../snapshot/edge-network-view.js';
import type { Incident } from '../../incident.js';
import { alertIncident } from './alert-incident.js';
import type { AlertedBody } from './fastnetmon-alert.js';

const DASHBOARD = 'https://dash.cloudflare.com/';
const MOST_TEXT = 500;
/** Alert types of attacks: dos_attack_l4, dos_attack_l7, advanced_ddos_attack_l4_alert, fbm_dosd_attack, fbm_volumetric_attack... */
const OF_ATTACKS = /(?:^|_)(?:d?dos_attack|dosd_attack|volumetric_attack)(?:_|$)/;
/** Names of fields that hold what is under attack, as the analytics' texts have them ("target_ip 192.0.2.1"). */
const TARGET_FIELD =
  /\b(?:target_ips?|target_prefix|prefix|target_hostname|hostname|zone_name|zone|host|target)[ :]+([^\s,;]{1,253})/i;
const ATTACK_ID = /\battack_id[ :]+([^\s,;]{1,100})/i;
const ATTACK_NAME = /\battack_(?:vector|type)[ :]+([^,;]{1,100})/i;
const ENDED = /\b(?:ended|is over|has stopped|no longer)\b|\baction[ :]+end\b/i;

export function alertOfEdgeAttack(attack: EdgeAttack): AlertedBody {
  const { id, vector, vectorId, target, startSec, endSec, packets, bits, peakPps, peakBps } = attack;
  const details = [
    `Cloudflare sees ${vector === '' ? 'an attack' : vector}: ${formatPpsUnit(peakPps)}, ${formatBpsUnit(peakBps)}`,
    ...(packets > 0 ? [`${formatShare(attack.droppedPackets / packets)} of its packets were dropped there`] : []),
    ...[attack.rule, attack.mitigation, attack.reason].filter((text) => text !== ''),
  ].map((text) => text.slice(0, MOST_TEXT));
  return bodyOf(id, details, {
    ...placeOf(target),
    vector: vector === '' ? null : { id: vectorId ?? 'unknown', name: vector },
    openedAt: startSec,
    endedAt: endSec,
    peakPps,
    peakBps,
    packets,
    bytes: bits / 8,
  });
}

/** Null: it tells of something else than an attack. */
export function alertOfNotification(notification: EdgeNotification): AlertedBody | null {
  const { id, sec, type, name, text } = notification;
  if (!OF_ATTACKS.test(type)) return null;
  const named = ATTACK_NAME.exec(text)?.[1] ?? null;
  return bodyOf(
    ATTACK_ID.exec(text)?.[1] ?? id,
    [
      [name, text]
        .filter((part) => part !== '')
        .join(': ')
        .slice(0, MOST_TEXT),
    ],
    {
      ...placeOf(targetIn(text)),
      vector: named === null ? null : { id: vectorIdOf(named) ?? 'unknown', name: named },
      openedAt: sec,
      endedAt: ENDED.test(text) || ENDED.test(name) ? sec : null,
      peakPps: rateIn(text, 'pps'),
      peakBps: rateIn(text, '(?:bps|bit/?s)'),
      packets: 0,
      bytes: 0,
    },
  );
}

interface Figures {
  readonly target: string;
  readonly scope: Incident['scope'];
  readonly vector: { readonly id: string; readonly name: string } | null;
  readonly openedAt: number;
  readonly endedAt: number | null;
  readonly peakPps: number;
  readonly peakBps: number;
  readonly packets: number;
  readonly bytes: number;
}

function bodyOf(reference: string, details: readonly string[], figures: Figures): AlertedBody {
  // Its id here follows from its id there, so that whoever tells of it first opens it, and all others add to it.
  const id = `cf-${createHash('sha256').update(reference).digest('hex').slice(0, 10)}`;
  return {
    kind: 'alerted',
    incidentId: id,
    incident: alertIncident({
      ...figures,
      id,
      direction: 'incoming',
      isOpen: figures.endedAt === null,
      evidence: details.slice(0, 1),
    }),
    alert: { from: 'cloudflare', reference: reference.slice(0, 100), details, url: DASHBOARD },
  };
}

/** Null: many, or not told. */
function placeOf(target: string | null): Pick<Figures, 'target' | 'scope'> {
  if (target === null) return { target: 'several targets', scope: 'prefix' };
  const prefix = parsePrefix(target);
  if (prefix === null) return { target: target.slice(0, 253), scope: 'site' };
  return { target, scope: target.includes('/') ? 'prefix' : 'host' };
}

function targetIn(text: string): string | null {
  const named = TARGET_FIELD.exec(text)?.[1];
  if (named !== undefined && (parsePrefix(named) !== null || named.includes('.'))) return named;
  return text.split(/[\s,;()]+/).find((word) => /[.:].*[.:]/.test(word) && parsePrefix(word) !== null) ?? null;
}

const SCALE = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 } as const;

/** "1.2 Mpps", "pps 120000"; 0 = not told. */
function rateIn(text: string, unit: string): number {
  const before = new RegExp(`([0-9]{1,15}(?:\\.[0-9]{1,6})?) ?([kmgt]?)${unit}\\b`, 'i').exec(text);
  if (before !== null) {
    const [, digits, letter] = before as unknown as [string, string, string];
    return Number(digits) * SCALE[letter.toLowerCase() as keyof typeof SCALE];
  }
  const after = new RegExp(`\\b${unit}[ :]+([0-9]{1,15})`, 'i').exec(text);
  return after === null ? 0 : Number(after[1]);
}
