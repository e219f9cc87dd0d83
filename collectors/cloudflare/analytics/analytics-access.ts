/** What may be asked, found out at the start and now and then: `settings` of the account and of each zone. */

import type { CloudflareApi } from '../../../src/platform/cloudflare/api.js';
import { ApiFailure } from '../../../src/platform/cloudflare/api-failure.js';
import { ANALYTICS_NODES } from './analytics-nodes.js';
import { forbiddenWords, type PlannedNode, planNodes, type SettingsByPlace } from './node-plan.js';
import { type NodeSettings, nodeNames, readSettings, settingsDocument } from './node-settings.js';
import { isForbidden } from './query-failure.js';

/** In one scope: developers.cloudflare.com/analytics/graphql-api/limits. */
const MOST_ZONES = 10;

export interface AnalyticsPlaces {
  readonly zones: readonly { readonly id: string; readonly name: string }[];
  /** Null: only zones. */
  readonly accountId: string | null;
}

export interface Access {
  readonly nodes: readonly PlannedNode[];
  readonly remarks: readonly string[];
}

type Scope = 'account' | 'zone';

/** Rejects with ApiFailure where that is no refusal, or where the token is not valid. */
export async function findAccess(api: CloudflareApi, places: AnalyticsPlaces, signal: AbortSignal): Promise<Access> {
  const { zones, accountId } = places;
  const remarks: string[] = [];
  if (zones.length > MOST_ZONES) remarks.push(`analytics of the first ${MOST_ZONES} of ${zones.length} zones only`);
  const ask = async (scope: Scope, named: readonly { readonly id: string; readonly name: string }[]) => {
    const found = new Map<string, Settings>();
    for (const { id, name } of named) {
      const settings = await settingsOf(api, scope, id, signal);
      if (typeof settings !== 'string') found.set(id, settings);
      else remarks.push(forbiddenWords(scope, name, settings));
    }
    return planOf(scope, found, remarks);
  };
  const ofAccount = accountId === null ? [] : await ask('account', [{ id: accountId, name: accountId }]);
  const ofZones = await ask('zone', zones.slice(0, MOST_ZONES));
  return { nodes: [...ofAccount, ...ofZones], remarks };
}

function planOf(scope: Scope, found: SettingsByPlace, remarks: string[]): readonly PlannedNode[] {
  if (found.size === 0) return [];
  const plan = planNodes(ANALYTICS_NODES, scope, found);
  remarks.push(...plan.remarks);
  return plan.nodes;
}

type Settings = ReadonlyMap<string, NodeSettings>;

/** A text: why there are none. Where they are refused as a whole, a name of ours may not be known there: then one by one. */
async function settingsOf(
  api: CloudflareApi,
  scope: Scope,
  id: string,
  signal: AbortSignal,
): Promise<Settings | string> {
  const names = nodeNames(ANALYTICS_NODES, scope);
  const all = await askSettings(api, names, scope, id, signal);
  if (!(all instanceof ApiFailure)) return all.size === 0 ? 'not there, or not visible to this token' : all;
  const found = new Map<string, NodeSettings>();
  for (const name of isForbidden(all) ? [] : names) {
    const one = await askSettings(api, [name], scope, id, signal);
    if (!(one instanceof ApiFailure)) for (const [known, settings] of one) found.set(known, settings);
  }
  return found.size === 0 ? (all.remarks[0]?.message ?? all.what) : found;
}

async function askSettings(
  api: CloudflareApi,
  names: readonly string[],
  scope: Scope,
  id: string,
  signal: AbortSignal,
): Promise<Settings | ApiFailure> {
  try {
    return readSettings(await api.graphql<unknown>(settingsDocument(names, scope), { [scope]: id }, signal), scope);
  } catch (error) {
    const isRefused = error instanceof ApiFailure && error.kind === 'refused' && error.code !== 'CLOUDFLARE_TOKEN';
    if (!isRefused || signal.aborted) throw error;
    return error;
  }
}
