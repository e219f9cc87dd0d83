/** The host's network stack from /proc: what it tells whoever asks, without any right. */
import type { HostSignals } from '../../../src/records/counter-sample.js';
import { parseDevices, parseNamedPairs, parseNumber, parsePerProcessor, parseSoftnet } from './proc-tables.js';

export const SIGNAL_FILES = {
  netstat: '/proc/net/netstat',
  snmp: '/proc/net/snmp',
  dev: '/proc/net/dev',
  softnet: '/proc/net/softnet_stat',
  conntrack: '/proc/net/stat/nf_conntrack',
  synproxy: '/proc/net/stat/synproxy',
  conntrackCount: '/proc/sys/net/netfilter/nf_conntrack_count',
  conntrackMax: '/proc/sys/net/netfilter/nf_conntrack_max',
  bootId: '/proc/sys/kernel/random/boot_id',
} as const;

export type SignalFile = keyof typeof SIGNAL_FILES;
/** Text of each file; one that is not there is not in it. */
export type SignalTexts = Readonly<Partial<Record<SignalFile, string>>>;

export function readHostSignals(texts: SignalTexts): HostSignals {
  const netstat = parseNamedPairs(texts.netstat ?? '');
  const snmp = parseNamedPairs(texts.snmp ?? '');
  const devices = parseDevices(texts.dev ?? '');
  const softnet = parseSoftnet(texts.softnet ?? '');
  const conntrack = parsePerProcessor(texts.conntrack ?? '');
  const synproxy = parsePerProcessor(texts.synproxy ?? '');
  const drops = [conntrack.get('drop'), conntrack.get('early_drop'), conntrack.get('insert_failed')];
  return {
    synCookiesSent: netstat.get('TcpExt.SyncookiesSent') ?? null,
    synCookiesRecv: netstat.get('TcpExt.SyncookiesRecv') ?? null,
    synCookiesFailed: netstat.get('TcpExt.SyncookiesFailed') ?? null,
    listenOverflows: netstat.get('TcpExt.ListenOverflows') ?? null,
    listenDrops: netstat.get('TcpExt.ListenDrops') ?? null,
    requestQueueFull: netstat.get('TcpExt.TCPReqQFullDoCookies') ?? null,
    synProxySyn: synproxy.get('syn_received') ?? null,
    synProxyCookieValid: synproxy.get('cookie_valid') ?? null,
    synProxyCookieInvalid: synproxy.get('cookie_invalid') ?? null,
    conntrackCount: parseNumber(texts.conntrackCount ?? ''),
    conntrackMax: parseNumber(texts.conntrackMax ?? ''),
    conntrackDrops: drops.every((value) => value === undefined)
      ? null
      : drops.reduce<number>((sum, value) => sum + (value ?? 0), 0),
    rxPackets: devices?.packets ?? null,
    rxBytes: devices?.bytes ?? null,
    rxDropped: devices?.dropped ?? null,
    softnetDropped: softnet?.dropped ?? null,
    softnetSqueezed: softnet?.squeezed ?? null,
    udpReceiveErrors: snmp.get('Udp.InErrors') ?? null,
  };
}

/** "" when it is not what a boot id looks like. */
export function readBootId(texts: SignalTexts): string {
  const text = (texts.bootId ?? '').trim();
  return /^[0-9a-f-]{36}$/.test(text) ? text : '';
}
