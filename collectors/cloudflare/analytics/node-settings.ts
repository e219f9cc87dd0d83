/**
 * What a token may ask of each node, and how much: developers.cloudflare.com/analytics/graphql-api/features/discovery/settings. `availableFields` has nested
 * fields as a path, "sum_packets".
 */
import { isRecord } from '../../../src/platform/cloudflare/api-answer.js';
import type { AnalyticsNode } from './analytics-nodes.js';
import { wholeOf } from './field-values.js';

export interface NodeSettings {
  readonly isEnabled: boolean;
  /** Empty: not said, so all. */
  readonly fields: ReadonlySet<string>;
  readonly maxPage: number;
  readonly maxFields: number;
  readonly maxDurationSec: number;
  readonly notOlderSec: number;
}

const ASKED = '{ enabled availableFields maxPageSize maxNumberOfFields maxDuration notOlderThan }';
/** Where nothing is said: the documentation's "usually". */
const USUAL = { maxPage: 10_000, maxFields: 30, maxDurationSec: 3600, notOlderSec: 86_400 };
/** A node has some 100. */
const MOST_FIELDS = 1000;

export function nodeNames(nodes: readonly AnalyticsNode[], scope: AnalyticsNode['scope']): string[] {
  return [...new Set(nodes.filter((node) => node.scope === scope).flatMap((node) => node.names))];
}

export function settingsDocument(names: readonly string[], scope: AnalyticsNode['scope']): string {
  const fields = `settings { ${names.map((name) => `${name} ${ASKED}`).join(' ')} }`;
  return scope === 'account'
    ? `query AccountSettings($account: string!) { viewer { accounts(filter: {accountTag: $account}) { ${fields} } } }`
    : `query ZoneSettings($zone: string!) { viewer { zones(filter: {zoneTag: $zone}) { ${fields} } } }`;
}

/** By name of the node; empty: no such account or zone, or the token may not see it. */
export function readSettings(data: unknown, scope: AnalyticsNode['scope']): ReadonlyMap<string, NodeSettings> {
  const viewer = isRecord(data) ? data['viewer'] : null;
  const places = isRecord(viewer) ? viewer[scope === 'account' ? 'accounts' : 'zones'] : null;
  const place: unknown = Array.isArray(places) ? places[0] : null;
  const settings = isRecord(place) ? place['settings'] : null;
  const found = new Map<string, NodeSettings>();
  if (!isRecord(settings)) return found;
  for (const [name, said] of Object.entries(settings).slice(0, 100)) {
    if (isRecord(said)) found.set(name, settingsOf(said));
  }
  return found;
}

/** What holds for all of these at once. */
export function strictest(all: readonly NodeSettings[]): NodeSettings | null {
  const [first, ...others] = all;
  if (first === undefined) return null;
  return others.reduce(
    (strict, one) => ({
      isEnabled: strict.isEnabled && one.isEnabled,
      fields: commonOf(strict.fields, one.fields),
      maxPage: Math.min(strict.maxPage, one.maxPage),
      maxFields: Math.min(strict.maxFields, one.maxFields),
      maxDurationSec: Math.min(strict.maxDurationSec, one.maxDurationSec),
      notOlderSec: Math.min(strict.notOlderSec, one.notOlderSec),
    }),
    first,
  );
}

function commonOf(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  if (a.size === 0) return b;
  return b.size === 0 ? a : new Set([...a].filter((field) => b.has(field)));
}

function settingsOf(said: Readonly<Record<string, unknown>>): NodeSettings {
  const atLeastOne = (name: string, usual: number) => {
    const value = wholeOf(said[name]);
    return value === null || value < 1 ? usual : value;
  };
  const available = Array.isArray(said['availableFields']) ? said['availableFields'].slice(0, MOST_FIELDS) : [];
  return {
    isEnabled: said['enabled'] === true,
    fields: new Set(available.filter((field) => typeof field === 'string').map((field) => field.replace(/[./]/g, '_'))),
    maxPage: atLeastOne('maxPageSize', USUAL.maxPage),
    maxFields: atLeastOne('maxNumberOfFields', USUAL.maxFields),
    maxDurationSec: atLeastOne('maxDuration', USUAL.maxDurationSec),
    notOlderSec: atLeastOne('notOlderThan', USUAL.notOlderSec),
  };
}
