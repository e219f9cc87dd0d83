/** SYN proxies of a request, checked: for which ports the kernel answers in the server's place, and what it promises there. */
import { UserError } from '../../errors.js';
import { formatPrefix, type Prefix } from '../../format/address.js';
import type { MitigationRequest, SynProxyRequest } from '../types.js';
import type { NormalPrefixes, NormalRules } from './normal-rules.js';

export interface NormalSynProxy {
  /** Null: whatever target passes here, this host among them. */
  readonly prefix: Prefix | null;
  readonly port: number;
  /** Bytes; with a null prefix those of IPv4. */
  readonly mss: number;
  /** Shift of the window. */
  readonly wscale: number;
  readonly sack: boolean;
  readonly timestamp: boolean;
}

/** Each is three rules a family that packets pass in turn. */
const MAX_PROXIES = 16;
/** RFC 9293 §3.7.1: what everybody takes; and the most that fits a packet of IPv4. */
const MSS = [536, 65_495] as const;
/** RFC 7323 §2.3. */
const MAX_WSCALE = 14;

/** It stands alone: what it does to a packet cannot be counted without doing it. */
export function synProxyRules(
  asked: readonly SynProxyRequest[],
  request: MitigationRequest,
  prefixes: NormalPrefixes,
): NormalRules {
  const { signature, limits = [], countSenders = [], sampleOnly } = request;
  const { blocks, targets } = prefixes;
  const others = limits.length + countSenders.length + blocks.length + targets.length;
  if (signature != null || others > 0 || sampleOnly !== undefined)
    throw new UserError('USAGE', 'a SYN proxy and something else in one mitigation', 'Apply them one after the other.');
  if (asked.length > MAX_PROXIES)
    throw new UserError(
      'TOO_MANY_TARGETS',
      `expected at most ${MAX_PROXIES} SYN proxies, got ${asked.length}`,
      'Name prefixes.',
    );
  const proxies = asked.map((proxy) => readSynProxy(proxy, prefixes));
  return { kind: 'synproxy', proxies, words: proxies.map(synProxyWords).join('; '), sample: null };
}

export function synProxyWords({ prefix, port, mss, wscale, sack, timestamp }: NormalSynProxy): string {
  const where = prefix === null ? '' : `${formatPrefix(prefix)} `;
  const options = [`mss ${mss}`, `wscale ${wscale}`, ...(sack ? ['sack'] : []), ...(timestamp ? ['timestamp'] : [])];
  return `SYN proxy for ${where}tcp port ${port} (${options.join(', ')})`;
}

function readSynProxy(asked: SynProxyRequest, { readPrefix }: NormalPrefixes): NormalSynProxy {
  const { port, mss, wscale, sack, timestamp } = asked;
  const prefix = asked.prefix === null ? null : readPrefix(asked.prefix, 'syn-proxy');
  requireWhole('a TCP port', port, 1, 65_535);
  requireWhole('a maximum segment size', mss, ...MSS);
  requireWhole('a window scale', wscale, 0, MAX_WSCALE);
  return { prefix, port, mss, wscale, sack: sack === true, timestamp: timestamp === true };
}

function requireWhole(what: string, value: number, from: number, to: number): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw new UserError(
    'BAD_SYN_PROXY',
    `--syn-proxy: expected ${what} of ${from} to ${to}, got ${value}`,
    'E.g. --syn-proxy 192.0.2.10:443=1460,7,sack,timestamp.',
  );
}
