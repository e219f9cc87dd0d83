/**
 * Which permission of a token a path wants, in the words of the form that makes tokens. Source: `x-api-token-group` of Cloudflare's API description
 * (July 2026) and developers.cloudflare.com/fundamentals/api/reference/permissions.
 */
import type { ApiMethod } from './api.js';

interface PathPermission {
  readonly path: RegExp;
  readonly scope: 'Zone' | 'Account' | 'User';
  readonly read: string;
  readonly write: string;
}

const READ_WRITE = (name: string) => ({ read: `${name} Read`, write: `${name} Write` });
const ONE = (name: string) => ({ read: name, write: name });

/** The first that fits. */
const PERMISSIONS: readonly PathPermission[] = [
  { path: /^\/zones\/[^/]+\/logpush\//, scope: 'Zone', ...ONE('Logs Read') },
  { path: /^\/zones\/.*\/phases\/ddos_l7\//, scope: 'Zone', ...READ_WRITE('HTTP DDoS Managed Ruleset') },
  { path: /^\/zones\/[^/]+\/rulesets\b/, scope: 'Zone', ...READ_WRITE('Zone WAF') },
  { path: /^\/zones\/[^/]+\/bot_management\b/, scope: 'Zone', ...READ_WRITE('Bot Management') },
  { path: /^\/zones\/[^/]+\/spectrum\/analytics\//, scope: 'Zone', ...ONE('Analytics Read') },
  { path: /^\/zones\/[^/]+\/(?:settings|spectrum)\b/, scope: 'Zone', ...READ_WRITE('Zone Settings') },
  { path: /^\/zones\/[^/]+\/firewall\/access_rules\//, scope: 'Zone', ...READ_WRITE('Firewall Services') },
  { path: /^\/zones(?:\/[^/]+)?$/, scope: 'Zone', ...READ_WRITE('Zone') },
  { path: /^\/accounts\/.*\/phases\/ddos_l4\//, scope: 'Account', ...READ_WRITE('L4 DDoS Managed Ruleset') },
  { path: /^\/accounts\/.*\/phases\/magic_transit/, scope: 'Account', ...READ_WRITE('Magic Firewall') },
  { path: /^\/accounts\/[^/]+\/rulesets\b/, scope: 'Account', ...READ_WRITE('Magic Firewall') },
  {
    path: /^\/accounts\/[^/]+\/rules\/lists\b/,
    scope: 'Account',
    read: 'Account Filter Lists Read',
    write: 'Account Filter Lists Edit',
  },
  {
    path: /^\/accounts\/[^/]+\/firewall\/access_rules\//,
    scope: 'Account',
    ...READ_WRITE('Account Firewall Access Rules'),
  },
  {
    path: /^\/accounts\/[^/]+\/addressing\//,
    scope: 'Account',
    read: 'IP Prefixes: Read',
    write: 'IP Prefixes: BGP On Demand Write',
  },
  {
    path: /^\/accounts\/[^/]+\/mnm\//,
    scope: 'Account',
    read: 'Magic Network Monitoring Config Read',
    write: 'Magic Network Monitoring Config Write',
  },
  { path: /^\/accounts\/[^/]+\/magic\//, scope: 'Account', ...READ_WRITE('DDoS Protection') },
  { path: /^\/accounts\/[^/]+\/alerting\//, scope: 'Account', ...ONE('Notifications Read') },
  { path: /^\/accounts\/[^/]+\/intel\//, scope: 'Account', ...ONE('Intel Read') },
  { path: /^\/graphql$/, scope: 'Zone', ...ONE('Analytics Read (and Account Analytics Read for an account)') },
];

/** `Zone > Zone WAF Write`; null: not known. */
export function permissionFor(method: ApiMethod, path: string): string | null {
  const found = PERMISSIONS.find((entry) => entry.path.test(path));
  if (found === undefined) return null;
  return `${found.scope} > ${method === 'GET' || path === '/graphql' ? found.read : found.write}`;
}

/** What a token for everything ddostop can do needs, and for looking only. */
export const PERMISSIONS_TO_LOOK = ['Zone > Zone Read', 'Zone > Logs Read', 'Zone > Analytics Read'] as const;

export const PERMISSIONS_TO_ACT = [
  'Zone > Zone WAF Write',
  'Zone > Zone Settings Write',
  'Account > Account Filter Lists Edit',
] as const;
