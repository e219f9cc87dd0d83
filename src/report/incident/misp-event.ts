/**
 * An incident as a MISP event (core format: draft-dulaunoy-misp-core-format), with the object "ddos" of misp-objects and the taxonomies tlp and
 * ddos. Sources are told only where they are real: forged addresses would put strangers on block lists.
 */
import { parsePrefix } from '../../format/address.js';
import { formatBpsUnit, formatPpsUnit } from '../../format/number-format.js';
import type { Incident } from '../../incident/incident.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import { vectorOf } from '../../signature/vectors/catalogue.js';
import type { Vector, VectorFamily } from '../../signature/vectors/vector.js';
import { isoOf } from '../fingerprint.js';
import { listed } from './report-words.js';
import { stableUuid } from './stable-uuid.js';

/** objects/ddos of misp-objects, version 5. */
const DDOS_OBJECT = {
  name: 'ddos',
  'meta-category': 'network',
  template_uuid: 'e2f124d6-f57c-4f93-99e6-8450545fa05d',
  template_version: '5',
};
const MOST_SOURCES = 50;
/** MISP: 1 high, 2 medium, 3 low. */
const THREAT_LEVEL: Readonly<Record<Incident['severity'], string>> = {
  critical: '1',
  high: '1',
  medium: '2',
  low: '3',
};
const VERDICTS: Readonly<Partial<Record<Incident['sources']['verdict'], string>>> = {
  reflected: 'reflector: a server that is misused, not the attacker',
  botnet: 'one of many real hosts',
  few: 'one of a few real hosts that send all of it',
};

export interface MispOptions {
  readonly nowSec: number;
  /** Traffic light protocol: how far it may be handed on. */
  readonly tlp?: 'clear' | 'green' | 'amber' | 'amber+strict' | 'red';
}

export function mispEventOf(stored: StoredIncident, { nowSec, tlp = 'amber' }: MispOptions): Record<string, unknown> {
  const { incident } = stored;
  const { id, severity, state, openedAt, vectors } = incident;
  const names = vectors.flatMap(({ id: vectorId, name }) => vectorOf(vectorId)?.name ?? name);
  return {
    Event: {
      uuid: stableUuid(id),
      info: `DDoS attack: ${names.length === 0 ? 'kind not known' : listed(names)} (${id})`,
      date: (isoOf(openedAt) ?? '').slice(0, 10),
      timestamp: String(Math.floor(nowSec)),
      threat_level_id: THREAT_LEVEL[severity],
      analysis: state === 'ended' ? '2' : state === 'suspect' ? '0' : '1',
      // Only the own organisation, until somebody decides otherwise.
      distribution: '0',
      published: false,
      Tag: [{ name: `tlp:${tlp}` }, ...typeTags(incident)],
      Attribute: sourceAttributes(incident),
      Object: [ddosObject(incident)],
    },
  };
}

const FAMILY_TYPE: Readonly<Partial<Record<VectorFamily, string>>> = {
  'udp-reflection': 'amplification-attack',
  'tcp-reflection': 'reflected-spoofed-attack',
  'tcp-flood': 'flooding-attack',
  'udp-flood': 'flooding-attack',
  'icmp-flood': 'flooding-attack',
  'ip-flood': 'flooding-attack',
  'fragment-flood': 'flooding-attack',
};

function typeTags({ vectors }: Incident): { name: string }[] {
  const types = knownVectors(vectors).flatMap(({ family }) => FAMILY_TYPE[family] ?? []);
  return [...new Set(types)].map((type) => ({ name: `ddos:type="${type}"` }));
}

function knownVectors(vectors: Incident['vectors']): Vector[] {
  return vectors.flatMap(({ id }) => vectorOf(id) ?? []);
}

function sourceAttributes({ id, sources }: Incident): Record<string, unknown>[] {
  const comment = VERDICTS[sources.verdict];
  if (comment === undefined) return [];
  return sources.top
    .filter(({ key }) => parsePrefix(key) !== null)
    .slice(0, MOST_SOURCES)
    .map(({ key }) => ({
      uuid: stableUuid(`${id} source ${key}`),
      type: 'ip-src',
      category: 'Network activity',
      value: key,
      comment,
      // A source is not proven to be an attacker: nobody should block it unasked.
      to_ids: false,
    }));
}

function ddosObject(incident: Incident): Record<string, unknown> {
  const { id, target, openedAt, endedAt, peakBps, peakPps } = incident;
  const isAddress = parsePrefix(target) !== null;
  const values: [relation: string, type: string, value: string | null][] = [
    isAddress ? ['ip-dst', 'ip-dst', target] : ['domain-dst', 'domain', target],
    ['protocol', 'text', protocolOf(incident)],
    ['first-seen', 'datetime', isoOf(openedAt)],
    ['last-seen', 'datetime', endedAt === null ? null : isoOf(endedAt)],
    ['total-bps', 'counter', peakBps > 0 ? String(Math.round(peakBps)) : null],
    ['total-pps', 'counter', peakPps > 0 ? String(Math.round(peakPps)) : null],
    ['text', 'text', `Peak ${formatPpsUnit(peakPps)}, ${formatBpsUnit(peakBps)}`],
  ];
  const known = values.filter((one): one is [string, string, string] => one[2] !== null);
  return {
    uuid: stableUuid(`${id} ddos`),
    ...DDOS_OBJECT,
    Attribute: known.map(([relation, type, value]) => ({
      uuid: stableUuid(`${id} ddos ${relation}`),
      object_relation: relation,
      type,
      category: relation.endsWith('-dst') ? 'Network activity' : 'Other',
      value,
      to_ids: false,
    })),
  };
}

/** The template knows four; null: none of them, or not known. */
function protocolOf({ vectors }: Incident): string | null {
  const [first] = knownVectors(vectors);
  const families: Readonly<Partial<Record<VectorFamily, string>>> = {
    'tcp-flood': 'TCP',
    'tcp-reflection': 'TCP',
    'udp-flood': 'UDP',
    'udp-reflection': 'UDP',
    'icmp-flood': 'ICMP',
    'ip-flood': 'IP',
    'fragment-flood': 'IP',
  };
  return first === undefined ? null : (families[first.family] ?? null);
}
