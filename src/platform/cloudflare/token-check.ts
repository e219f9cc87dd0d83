/** Is the token valid, and what does it let us read. */
import { type ApiMethod, type CloudflareApi, pathOf } from './api.js';
import { isRecord } from './api-answer.js';
import { ApiFailure } from './api-failure.js';
import { permissionFor } from './permission-names.js';

export interface TokenState {
  readonly id: string;
  readonly status: 'active' | 'disabled' | 'expired' | 'unknown';
  /** Epoch ms; null: never, or not said. */
  readonly expiresAtMs: number | null;
  readonly notBeforeMs: number | null;
  readonly owner: 'user' | 'account';
}

export interface PermissionState {
  /** Stable word: "logs", "waf". */
  readonly area: PermissionArea;
  /** What reading it wants: "Zone > Logs Read". */
  readonly permission: string;
  /** True: reading is allowed. That says nothing about writing, which only a write can show. */
  readonly allowed: boolean | 'unknown';
  readonly detail: string;
}

export const PERMISSION_AREAS = [
  'zone',
  'logs',
  'analytics',
  'waf',
  'rateLimit',
  'httpDdos',
  'zoneSettings',
  'botManagement',
  'spectrum',
  'zoneAccessRules',
  'accountAnalytics',
  'lists',
  'accessRules',
  'networkFirewall',
  'networkDdos',
  'prefixes',
  'flowMonitoring',
  'intel',
  'notifications',
] as const;

export type PermissionArea = (typeof PERMISSION_AREAS)[number];

export interface ProbedIds {
  readonly zoneId: string | null;
  readonly accountId: string | null;
}

/** Rejects with CLOUDFLARE_TOKEN when the server does not know it. */
export async function verifyToken(api: CloudflareApi, accountId?: string, signal?: AbortSignal): Promise<TokenState> {
  try {
    return await verifyAt(api, '/user/tokens/verify', 'user', signal);
  } catch (error) {
    // A token of an account is not known at the user's path.
    const isRefused = error instanceof ApiFailure && error.kind === 'refused' && error.status !== 0;
    if (!isRefused || accountId === undefined) throw error;
    return verifyAt(api, pathOf`/accounts/${accountId}/tokens/verify`, 'account', signal);
  }
}

/** One cheap read an area, one after the other. Never rejects for what an area answers. */
export async function probePermissions(
  api: CloudflareApi,
  ids: ProbedIds,
  signal?: AbortSignal,
): Promise<readonly PermissionState[]> {
  const states: PermissionState[] = [];
  for (const probe of probesOf(ids)) states.push(await probeArea(api, probe, signal));
  return states;
}

async function verifyAt(
  api: CloudflareApi,
  path: string,
  owner: TokenState['owner'],
  signal?: AbortSignal,
): Promise<TokenState> {
  const { result } = await api.call<unknown>({ method: 'GET', path, ...(signal === undefined ? {} : { signal }) });
  const fields = isRecord(result) ? result : {};
  const status = fields['status'];
  return {
    id: typeof fields['id'] === 'string' ? fields['id'].slice(0, 64) : '',
    status: status === 'active' || status === 'disabled' || status === 'expired' ? status : 'unknown',
    expiresAtMs: dateOf(fields['expires_on']),
    notBeforeMs: dateOf(fields['not_before']),
    owner,
  };
}

function dateOf(value: unknown): number | null {
  const ms = typeof value === 'string' && value.length < 64 ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

interface Probe {
  readonly area: PermissionArea;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  /** A question to GraphQL instead. */
  readonly graphql?: { readonly query: string; readonly variables: Readonly<Record<string, string>> };
}

/** The least that the notification history and access rules take. */
const FEW = { per_page: 5 };
const ZONE_SETTINGS =
  'query Probe($z: string!) { viewer { zones(filter: {zoneTag: $z}) { settings { httpRequestsAdaptiveGroups { enabled } } } } }';
const ACCOUNT_SETTINGS =
  'query Probe($a: string!) { viewer { accounts(filter: {accountTag: $a}) { settings { dosdAttackAnalyticsGroups { enabled } } } } }';

function probesOf({ zoneId, accountId }: ProbedIds): Probe[] {
  return [...(zoneId === null ? [] : zoneProbes(zoneId)), ...(accountId === null ? [] : accountProbes(accountId))];
}

function zoneProbes(zone: string): Probe[] {
  return [
    { area: 'zone', path: pathOf`/zones/${zone}` },
    { area: 'logs', path: pathOf`/zones/${zone}/logpush/edge/jobs` },
    { area: 'analytics', path: '/graphql', graphql: { query: ZONE_SETTINGS, variables: { z: zone } } },
    { area: 'waf', path: pathOf`/zones/${zone}/rulesets/phases/http_request_firewall_custom/entrypoint` },
    { area: 'rateLimit', path: pathOf`/zones/${zone}/rulesets/phases/http_ratelimit/entrypoint` },
    { area: 'httpDdos', path: pathOf`/zones/${zone}/rulesets/phases/ddos_l7/entrypoint` },
    { area: 'zoneSettings', path: pathOf`/zones/${zone}/settings/security_level` },
    { area: 'botManagement', path: pathOf`/zones/${zone}/bot_management` },
    { area: 'spectrum', path: pathOf`/zones/${zone}/spectrum/apps`, query: FEW },
    { area: 'zoneAccessRules', path: pathOf`/zones/${zone}/firewall/access_rules/rules`, query: FEW },
  ];
}

function accountProbes(account: string): Probe[] {
  return [
    { area: 'accountAnalytics', path: '/graphql', graphql: { query: ACCOUNT_SETTINGS, variables: { a: account } } },
    { area: 'lists', path: pathOf`/accounts/${account}/rules/lists` },
    { area: 'accessRules', path: pathOf`/accounts/${account}/firewall/access_rules/rules`, query: FEW },
    { area: 'networkFirewall', path: pathOf`/accounts/${account}/rulesets/phases/magic_transit/entrypoint` },
    { area: 'networkDdos', path: pathOf`/accounts/${account}/rulesets/phases/ddos_l4/entrypoint` },
    { area: 'prefixes', path: pathOf`/accounts/${account}/addressing/prefixes` },
    { area: 'flowMonitoring', path: pathOf`/accounts/${account}/mnm/rules` },
    // 192.0.2.1 is nobody's (RFC 5737).
    { area: 'intel', path: pathOf`/accounts/${account}/intel/ip`, query: { ipv4: '192.0.2.1' } },
    { area: 'notifications', path: pathOf`/accounts/${account}/alerting/v3/history`, query: FEW },
  ];
}

async function probeArea(api: CloudflareApi, probe: Probe, signal: AbortSignal | undefined): Promise<PermissionState> {
  const method: ApiMethod = probe.graphql === undefined ? 'GET' : 'POST';
  const named = permissionFor(method, probe.path) ?? 'not known';
  const permission = probe.area === 'accountAnalytics' ? 'Account > Account Analytics Read' : named;
  try {
    if (probe.graphql !== undefined) await api.graphql(probe.graphql.query, probe.graphql.variables, signal);
    else {
      const { path, query } = probe;
      await api.call({
        method: 'GET',
        path,
        ...(query === undefined ? {} : { query }),
        ...(signal === undefined ? {} : { signal }),
      });
    }
    return { area: probe.area, permission, ...READ_PROVEN };
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    return { area: probe.area, permission, ...meaningOf(error) };
  }
}

const READ_PROVEN = { allowed: true, detail: 'read only proven; writing shows when something is written' } as const;

function meaningOf(failure: ApiFailure): Pick<PermissionState, 'allowed' | 'detail'> {
  // A phase without an entrypoint yet answers 404 to who may look.
  if (failure.status === 404 && failure.path.endsWith('/entrypoint')) return READ_PROVEN;
  if (failure.code === 'CLOUDFLARE_FORBIDDEN' || failure.code === 'CLOUDFLARE_TOKEN') {
    return { allowed: false, detail: failure.hint };
  }
  return { allowed: 'unknown', detail: failure.what };
}
