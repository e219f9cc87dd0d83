/**
 * The arguments and the text that FastNetMon gives to its notify script (pavel-odintsov/fastnetmon, src/notify_about_attack.sh and
 * serialize_attack_description): SCRIPT IP incoming|outgoing PPS ban|unban|attack_details, details on stdin, none for unban. Lines
 * whose numbers nobody measured are left out; FastNetMon has zeros there.
 */
import type { FastnetmonConfig } from '../../config/hook-config.js';
import { parsePrefix } from '../../format/address.js';
import type { HookMessage } from '../hook-message.js';
import type { IncidentFacts } from '../incident-facts.js';

const ACTIONS: Readonly<Partial<Record<HookMessage['event'], string>>> = {
  opened: 'ban',
  updated: 'attack_details',
  ended: 'unban',
};

/** Null: FastNetMon has no such call, or the target is no address. */
export function fastnetmonCall(
  hook: FastnetmonConfig,
  { event, facts }: HookMessage,
): { readonly argv: readonly string[]; readonly stdin: string } | null {
  const action = ACTIONS[event];
  // Scripts put it into commands of their own: nothing but an address or a prefix gets there.
  if (action === undefined || parsePrefix(facts.target) === null) return null;
  const pps = String(Math.max(0, Math.round(facts.peakPps)));
  return {
    argv: [hook.script, facts.target, directionOf(facts), pps, action],
    stdin: action === 'unban' ? '' : attackText(facts),
  };
}

function attackText(facts: IncidentFacts): string {
  const direction = directionOf(facts);
  const peak = Math.round(facts.peakPps);
  const protocols = ['tcp', 'syn tcp', 'udp', 'icmp', 'ip fragmented'] as const;
  const way = direction === 'incoming' ? 'Incoming' : 'Outgoing';
  const lines = [
    `IP: ${facts.target}`,
    `Attack type: ${typeOf(facts)}`,
    `Initial attack power: ${peak} packets per second`,
    `Peak attack power: ${peak} packets per second`,
    `Attack direction: ${direction}`,
    `Attack protocol: ${protocolOf(facts)}`,
    `Total ${direction} traffic: ${Math.round(facts.peakBps / 1e6)} mbps`,
    `Total ${direction} pps: ${peak} packets per second`,
    ...protocols.map((name) => `${way} ${name} pps: ${ppsOf(facts, name)} packets per second`),
    '',
    ...facts.evidence,
  ];
  return `${lines.join('\n')}\n`;
}

type Protocol = 'tcp' | 'syn tcp' | 'udp' | 'icmp' | 'ip fragmented';

/** Ids of the vector catalogue by their beginnings. */
const BELONGS: Readonly<Record<Protocol, RegExp>> = {
  tcp: /^(?:tcp-|app-http|app-tls|land)/,
  'syn tcp': /^tcp-syn(?!ack|fin)/,
  udp: /^(?:udp-|refl-|app-dns)/,
  icmp: /^icmp-/,
  'ip fragmented': /-frag$/,
};

function ppsOf({ vectors }: IncidentFacts, protocol: Protocol): number {
  const sum = vectors.filter(({ id }) => BELONGS[protocol].test(id)).reduce((all, { pps }) => all + pps, 0);
  return Math.round(sum);
}

function protocolOf({ vectors }: IncidentFacts): string {
  const id = vectors[0]?.id ?? '';
  return (['tcp', 'udp', 'icmp'] as const).find((name) => BELONGS[name].test(id)) ?? 'unknown';
}

/** FastNetMon's names of what it tells apart. */
function typeOf({ vectors }: IncidentFacts): string {
  const id = vectors[0]?.id ?? '';
  if (BELONGS['syn tcp'].test(id)) return 'syn_flood';
  if (BELONGS.icmp.test(id)) return 'icmp_flood';
  if (BELONGS['ip fragmented'].test(id)) return 'ip_fragmentation';
  const named = { 'refl-dns': 'dns_amplification', 'refl-ntp': 'ntp_amplification', 'refl-ssdp': 'ssdp_amplification' };
  if (Object.hasOwn(named, id)) return named[id as keyof typeof named];
  if (id === 'refl-snmp') return 'snmp_amplification';
  return BELONGS.udp.test(id) ? 'udp_flood' : 'unknown';
}

function directionOf({ direction }: IncidentFacts): 'incoming' | 'outgoing' {
  return direction === 'outgoing' ? 'outgoing' : 'incoming';
}
