/** Command-line options of `ddostop mitigate` -> a request. */
import { UserError } from '../errors.js';
import type { GuardedPath, MitigationBackend, MitigationRequest, SignatureBlock } from '../mitigation/types.js';
import { type LimitOptions, limitsOf } from './limit-options.js';
import { parseSynProxy } from './syn-proxy-option.js';

/** As commander fills it in; every value is still the text that was typed. */
export interface MitigateOptions extends LimitOptions {
  readonly id?: string;
  readonly block?: readonly string[];
  readonly blockTarget?: readonly string[];
  readonly allow?: readonly string[];
  readonly guard?: readonly string[];
  /** File of a diff, or "-". */
  readonly signature?: string;
  readonly rate?: string;
  readonly blockFile?: string;
  readonly sampleOnly?: boolean;
  readonly good?: readonly string[];
  readonly countSenders?: readonly string[];
  readonly synProxy?: readonly string[];
  readonly ingress?: readonly string[];
  readonly behindCdn?: boolean;
  readonly whileMatching?: boolean;
  /** An ssh host; this machine when left out. */
  readonly on?: string;
  readonly sshConfig?: string;
  readonly sudo?: boolean;
  readonly narrow?: boolean;
  readonly ttl?: string;
  readonly confirmWindow?: string;
  readonly incident?: string;
  readonly why?: string;
  readonly backend?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly unchecked?: boolean;
  readonly format?: string;
  /** From the program's own options and configuration. */
  readonly readOnly?: boolean;
  readonly allowList?: readonly string[];
}

export const DEFAULT_TTL = '10m';
export const DEFAULT_WINDOW = '30s';

const UNIT_SEC = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `signature`: what the file of `options.signature` holds. */
export function requestOf(options: MitigateOptions, signature: SignatureBlock | null = null): MitigationRequest {
  if (options.good !== undefined && options.sampleOnly !== true)
    throw new UserError('USAGE', '--good is of a sample', 'Add --sample-only.');
  const limits = limitsOf(options);
  return {
    backend: backendOf(options),
    blockSources: options.block ?? [],
    blockTargets: options.blockTarget ?? [],
    allow: options.allow ?? [],
    guard: (options.guard ?? []).map(parseGuard),
    ...(signature === null ? {} : { signature }),
    ...(options.rate === undefined ? {} : { rateLimitPps: parseRate(options.rate) }),
    ...(limits.length === 0 ? {} : { limits }),
    ...(options.behindCdn === true ? { isBehindCdn: true } : {}),
    ...(options.ingress === undefined ? {} : { ingress: options.ingress }),
    ...(options.countSenders === undefined ? {} : { countSenders: options.countSenders }),
    ...(options.synProxy === undefined ? {} : { synProxy: options.synProxy.map(parseSynProxy) }),
    ...(options.sampleOnly === true ? { sampleOnly: { good: options.good ?? [] } } : {}),
    ttlSec: parseDuration('--ttl', options.ttl ?? DEFAULT_TTL),
    confirmWindowSec: parseDuration('--confirm-window', options.confirmWindow ?? DEFAULT_WINDOW),
    incidentId: options.incident ?? '',
    why: options.why ?? 'manual',
  };
}

export function backendOf({ backend = 'nft' }: { readonly backend?: string }): MitigationBackend {
  if (backend === 'nft' || backend === 'iptables') return backend;
  throw new UserError(
    'USAGE',
    `--backend: expected nft or iptables, got ${JSON.stringify(backend.slice(0, 40))}`,
    'Leave it out for nft.',
  );
}

/** "90", "90s", "10m", "2h", "1d" -> seconds. */
export function parseDuration(option: string, text: string): number {
  const match = /^([0-9]{1,7})([smhd]?)$/.exec(text);
  if (match === null) {
    throw new UserError(
      'BAD_DURATION',
      `${option}: expected a whole number with s, m, h or d, got ${JSON.stringify(text.slice(0, 40))}`,
      'E.g. 30s, 10m, 2h.',
    );
  }
  const [, digits, unit] = match as unknown as [string, string, keyof typeof UNIT_SEC | ''];
  return Number(digits) * (unit === '' ? 1 : UNIT_SEC[unit]);
}

function parseRate(text: string): number {
  if (/^[0-9]{1,7}$/.test(text)) return Number(text);
  throw new UserError(
    'BAD_RATE',
    `--rate: expected packets a second, a whole number, got ${JSON.stringify(text.slice(0, 40))}`,
    'E.g. --rate 500.',
  );
}

/** "203.0.113.10:22", "[2001:db8::1]:22". The address itself is checked with the rest of the request. */
function parseGuard(text: string): GuardedPath {
  const match = /^(?:\[([^\]]{2,64})\]|([^:[\]]{1,64})):([0-9]{1,5})$/.exec(text);
  if (match === null) {
    throw new UserError(
      'BAD_GUARD',
      `--guard: expected ADDRESS:PORT, got ${JSON.stringify(text.slice(0, 64))}`,
      'E.g. --guard 203.0.113.10:22 or --guard [2001:db8::1]:22.',
    );
  }
  return { address: (match[1] ?? match[2]) as string, port: Number(match[3]) };
}
