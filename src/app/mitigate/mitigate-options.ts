/** Command-line options of `ddostop mitigate` -> a request. */
import { UserError } from '../../errors.js';
import type { GuardedPath, MitigationBackend, MitigationRequest, SignatureBlock } from '../../mitigation/types.js';
import { parseDuration } from '../options/duration-option.js';
import { type LimitOptions, limitsOf } from '../options/limit-options.js';
import { parseSynProxy } from '../options/syn-proxy-option.js';
import { type EdgeActionOptions, edgeActionOf, edgeRuleActionOf } from './edge-action-options.js';

/** As commander fills it in; every value is still the text that was typed. */
export interface MitigateOptions extends LimitOptions, EdgeActionOptions {
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
  /** Zone and account of the edge, with the backend cloudflare. */
  readonly zone?: string;
  readonly account?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  /** The second question of what is asked twice. */
  readonly yesReally?: boolean;
  /** Of an edge: wait until its time is over, and take it back. */
  readonly stay?: boolean;
  readonly unchecked?: boolean;
  readonly format?: string;
  /** From the program's own options and configuration. */
  readonly readOnly?: boolean;
  readonly allowList?: readonly string[];
}

export const DEFAULT_TTL = '10m';
export const DEFAULT_WINDOW = '30s';

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
    ...edgePartOf(options),
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

/** What is asked of an edge; nothing of it is said to a firewall. */
function edgePartOf(options: MitigateOptions): Partial<MitigationRequest> {
  const edge = edgeActionOf(options);
  const action = edgeRuleActionOf(options);
  if (edge === null && action === null) return {};
  if (backendOf(options) !== 'cloudflare')
    throw new UserError('USAGE', 'an action at the edge was asked for', 'Add --backend cloudflare --zone ZONE.');
  return { ...(edge === null ? {} : { edge }), ...(action === null ? {} : { edgeRuleAction: action }) };
}

export function backendOf({ backend = 'nft' }: { readonly backend?: string }): MitigationBackend {
  if (backend === 'nft' || backend === 'iptables' || backend === 'cloudflare') return backend;
  throw new UserError(
    'USAGE',
    `--backend: expected nft, iptables or cloudflare, got ${JSON.stringify(backend.slice(0, 40))}`,
    'Leave it out for nft.',
  );
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
