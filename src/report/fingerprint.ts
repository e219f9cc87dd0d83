/**
 * A fingerprint as the DDoS Clearing House exchanges them (NLADC dissector, fingerprint format): what the attack's vectors look like, by share of
 * their packets. Made from the packets of the attack; where good traffic is known, only what it does not explain is told.
 */
import { createHash } from 'node:crypto';
import { visibleJson } from '../format/clean-text.js';
import { tcpFlagNames } from '../format/protocol-name.js';
import type { Analysis } from '../signature/analysis.js';
import type { Diff, DiffAttribute } from '../signature/diff/diff.js';

/** A value with less is one of "others". */
const LEAST_SHARE = 0.05;
export const ANONYMOUS = 'Anonymized';

/** By value; random: none stands for itself; null: nothing is known of it. */
export type Shares = Readonly<Record<string, number>> | 'random' | null;

export interface VectorFacts {
  readonly service: string | null;
  /** Of the attack, 0..1. */
  readonly fraction: number;
  readonly packets: number;
  readonly startSec: number;
  readonly seconds: number;
  /** Of an attribute by its name. */
  readonly shares: (name: string) => Shares;
}

export function buildFingerprint(analysis: Analysis): Record<string, unknown> {
  const { attack, diffs, vectors, target, proposal } = analysis;
  const diff = diffs.find(({ kind }) => kind === 'packet');
  const seconds = Number.isFinite(attack.fromSec) ? attack.toSec - attack.fromSec : 0;
  const body = {
    attack_vectors: diff === undefined ? [] : [vectorOf(diff, analysis)],
    target: target ?? ANONYMOUS,
    tags: vectors.map(({ name }) => name),
    time_start: isoOf(attack.fromSec),
    time_end: isoOf(attack.toSec),
    duration_seconds: Math.round(seconds),
    total_packets: Math.round(diff?.attack.packets ?? 0),
    total_ips: null,
    avg_pps: seconds > 0 && diff !== undefined ? Math.round(diff.attack.packets / seconds) : 0,
    ddostop_rule:
      proposal.rule === null ? null : (proposal.backends.find(({ backend }) => backend === 'bpf')?.text[0] ?? null),
  };
  return sealFingerprint(body);
}

function vectorOf(diff: Diff, { vectors, attack }: Analysis): Record<string, unknown> {
  const texts: Readonly<Record<string, (value: string | number) => string>> = {
    'ip.proto': protocolText,
    'tcp.flags': (value) => tcpFlagNames(Number(value)),
    'ip.version': (value) => `IPv${value}`,
    'ip.fragment': (value) => ['whole', 'first', 'later'][Number(value)] ?? String(value),
  };
  return vectorBody({
    service: vectors[0]?.name ?? null,
    fraction: 1,
    packets: diff.attack.packets * diff.attackFraction.value,
    startSec: attack.fromSec,
    seconds: attack.toSec - attack.fromSec,
    shares: (name) => sharesOf(diff, name, texts[name] ?? String),
  });
}

/** A vector in the names of the format. */
export function vectorBody({
  service,
  fraction,
  packets,
  startSec,
  seconds,
  shares,
}: VectorFacts): Record<string, unknown> {
  const ports = shares('port.src');
  const onlyPort =
    ports === 'random' || ports === null ? undefined : Object.entries(ports).find(([, share]) => share > 0.9)?.[0];
  return {
    service,
    protocol: shares('ip.proto'),
    fraction_of_attack: fraction,
    source_port: onlyPort === undefined ? ports : Number(onlyPort),
    destination_ports: shares('port.dst'),
    tcp_flags: shares('tcp.flags'),
    nr_packets: Math.round(packets),
    time_start: isoOf(startSec),
    duration_seconds: Number.isFinite(startSec) ? Math.round(seconds) : 0,
    source_ips: shares('ip.src'),
    ethernet_type: shares('ip.version'),
    ip_length: shares('ip.length'),
    fragmentation: shares('ip.fragment'),
    ttl: shares('ip.ttl'),
    dns_query_name: shares('dns.zone'),
    dns_query_type: shares('dns.type'),
    icmp_type: shares('icmp.type'),
  };
}

/** Named by what is in it: the same attack told twice is one. */
export function sealFingerprint(body: Record<string, unknown>): Record<string, unknown> {
  return { ...body, key: createHash('md5').update(visibleJson(body)).digest('hex') };
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  1: 'ICMP',
  6: 'TCP',
  17: 'UDP',
  47: 'GRE',
  50: 'ESP',
  58: 'IPv6-ICMP',
};

export function protocolText(value: string | number): string {
  return PROTOCOLS[String(value)] ?? String(value);
}

/** Shares of values that stand for themselves, the rest as "others"; "random" where none does. */
function sharesOf({ attributes }: Diff, name: string, text: (value: string | number) => string): Shares {
  const attribute: DiffAttribute | undefined = attributes.find((each) => each.attribute.name === name);
  return namedShares((attribute?.values ?? []).map(({ value, attackShare }) => [text(value), attackShare]));
}

export function namedShares(values: readonly (readonly [string, number])[]): Exclude<Shares, null> {
  const large = values.filter(([, share]) => share >= LEAST_SHARE);
  if (large.length === 0) return 'random';
  const entries = large.map(([value, share]): [string, number] => [value, Number(share.toFixed(3))]);
  const others = 1 - entries.reduce((sum, [, share]) => sum + share, 0);
  return Object.fromEntries(others >= 0.0005 ? [...entries, ['others', Number(others.toFixed(3))]] : entries);
}

export function isoOf(sec: number): string | null {
  return Number.isFinite(sec) ? new Date(sec * 1000).toISOString() : null;
}
