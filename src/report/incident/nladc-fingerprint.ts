/**
 * An incident as a fingerprint of the DDoS Clearing House. What its packets have in common is known of the whole attack: with one vector it is told as
 * that vector's, with several each has what the catalogue says of it and nothing more.
 */

import { tcpFlagNames } from '../../format/protocol-name.js';
import type { PictureTop } from '../../incident/journal-event.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import { vectorOf } from '../../signature/vectors/catalogue.js';
import {
  ANONYMOUS,
  isoOf,
  namedShares,
  protocolText,
  type Shares,
  sealFingerprint,
  vectorBody,
} from '../fingerprint.js';

export interface FingerprintOptions {
  /** False unless told: fingerprints are made to be handed on. */
  readonly withTarget?: boolean;
}

export function fingerprintOf(
  stored: StoredIncident,
  { withTarget = false }: FingerprintOptions = {},
): Record<string, unknown> {
  const { incident, signature } = stored;
  const { openedAt, endedAt, packets, bytes, sources, target } = incident;
  const seconds = endedAt === null ? 0 : Math.max(0, endedAt - openedAt);
  const perSecond = (sum: number) => (seconds > 0 ? Math.round(sum / seconds) : 0);
  const rule = signature?.backends['bpf']?.[0] ?? null;
  return sealFingerprint({
    attack_vectors: vectorBodies(stored, seconds),
    target: withTarget ? target : ANONYMOUS,
    tags: tagsOf(stored),
    time_start: isoOf(openedAt),
    time_end: endedAt === null ? null : isoOf(endedAt),
    duration_seconds: Math.round(seconds),
    total_packets: packets,
    total_megabytes: Math.round(bytes / 1e6),
    total_ips: sources.distinct,
    avg_bps: perSecond(bytes * 8),
    avg_pps: perSecond(packets),
    avg_Bpp: packets > 0 ? Math.round(bytes / packets) : 0,
    ddostop_rule: rule === null || withTarget ? rule : withoutTarget(rule, target),
  });
}

/** A filter may be told without where the attack went; one that names it in another way than we know is left out. */
function withoutTarget(rule: string, target: string): string | null {
  const match = /^(?:dst (?:host|net) \S+|\(dst (?:host|net) \S+\)) and (.+)$/s.exec(rule);
  const rest = match?.[1] ?? rule;
  const address = target.split('/')[0] as string;
  return address !== '' && rest.includes(address) ? null : rest;
}

function tagsOf({ incident }: StoredIncident): string[] {
  const known = incident.vectors.flatMap(({ id }) => vectorOf(id) ?? []);
  const names = known.map(({ name }) => name);
  const amplified = known.some(({ amplification }) => amplification !== null);
  return [
    ...names,
    ...(amplified ? ['Amplification attack'] : []),
    ...(incident.vectors.length > 1 ? ['Multi-vector attack'] : []),
  ];
}

function vectorBodies({ incident, picture }: StoredIncident, seconds: number): Record<string, unknown>[] {
  const { vectors, packets, openedAt } = incident;
  const all = vectors.reduce((sum, { share }) => sum + share, 0);
  return vectors.map(({ id, name, share }) =>
    vectorBody({
      service: vectorOf(id)?.name ?? name,
      fraction: all > 0 ? Number((share / all).toFixed(3)) : 0,
      packets: packets * share,
      startSec: openedAt,
      seconds,
      shares: (attribute) =>
        (vectors.length === 1 ? topShares(picture?.tops ?? [], attribute) : null) ?? catalogueShares(id, attribute),
    }),
  );
}

const WORDS: Readonly<Record<string, string>> = {
  icmp: 'ICMP', tcp: 'TCP', udp: 'UDP', gre: 'GRE', esp: 'ESP', icmpv6: 'IPv6-ICMP', 'first fragment': 'first', 'later fragment': 'later',
}; // biome-ignore format: a table

/** Of the attack, as the peak was pictured. */
function topShares(tops: readonly PictureTop[], attribute: string): Shares {
  const top = tops.find(({ name }) => name === attribute);
  if (top === undefined) return null;
  return namedShares(top.rows.map(({ key, share }) => [WORDS[key] ?? key, share]));
}

/** What every packet of the vector has. */
function catalogueShares(id: string, attribute: string): Shares {
  const [only, ...others] = vectorOf(id)?.recognise ?? [];
  const predicate = others.length > 0 ? undefined : only?.find((one) => one.attribute === attribute);
  if (predicate?.operator !== 'eq') return null;
  const { value } = predicate;
  if (attribute === 'ip.proto') return { [protocolText(value)]: 1 };
  return { [attribute === 'tcp.flags' ? tcpFlagNames(Number(value)) : String(value)]: 1 };
}
