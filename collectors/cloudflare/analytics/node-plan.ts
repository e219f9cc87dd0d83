/** Nodes that can be asked, with the fields they have here; and in words what cannot. */
import type { AnalyticsNode } from './analytics-nodes.js';
import { type NodeSettings, strictest } from './node-settings.js';

export interface PlannedNode {
  readonly node: AnalyticsNode;
  /** Of `node.names`, the one to ask. */
  readonly name: string;
  /** "sum.packets", "count". */
  readonly fields: readonly string[];
  readonly limit: number;
  /** How wide a span may be, and how old. */
  readonly maxDurationSec: number;
  readonly notOlderSec: number;
  /** Zone ids; empty of an account's. */
  readonly zones: readonly string[];
}

export interface NodePlan {
  readonly nodes: readonly PlannedNode[];
  readonly remarks: readonly string[];
}

export type SettingsByPlace = ReadonlyMap<string, ReadonlyMap<string, NodeSettings>>;

const PERMISSION = { account: 'Account > Account Analytics Read', zone: 'Zone > Analytics Read' } as const;

/** `settings`: by zone id, or by account id. Places the token may not see are not in it. */
export function planNodes(
  nodes: readonly AnalyticsNode[],
  scope: AnalyticsNode['scope'],
  settings: SettingsByPlace,
): NodePlan {
  const planned: PlannedNode[] = [];
  const missing = new Set<string>();
  const remarks: string[] = [];
  for (const node of nodes.filter((one) => one.scope === scope)) {
    const name = node.names.find((one) => placesWith(one, settings).length > 0);
    if (name === undefined) {
      missing.add(node.title);
      continue;
    }
    const places = placesWith(name, settings);
    const limits = strictest(places.map((place) => settings.get(place)?.get(name) as NodeSettings)) as NodeSettings;
    const fields = fieldsOf(node, limits);
    if (fields === null) remarks.push(`${node.title}: not asked, its fields are not available here`);
    else planned.push({ ...limitsOf(node, limits), node, name, fields, zones: scope === 'zone' ? places : [] });
  }
  if (missing.size > 0) {
    remarks.push(`not on this plan, or without the permission "${PERMISSION[scope]}": ${[...missing].join(', ')}`);
  }
  return { nodes: planned, remarks };
}

export function forbiddenWords(scope: AnalyticsNode['scope'], place: string, what: string): string {
  return `${scope} ${place}: no analytics, they need the permission "${PERMISSION[scope]}" (${what})`;
}

function placesWith(name: string, settings: SettingsByPlace): string[] {
  return [...settings].filter(([, nodes]) => nodes.get(name)?.isEnabled === true).map(([place]) => place);
}

function limitsOf(node: AnalyticsNode, limits: NodeSettings) {
  const { maxDurationSec, notOlderSec } = limits;
  return { limit: Math.min(node.limit, limits.maxPage), maxDurationSec, notOlderSec };
}

/** Null: what the node cannot do without is not there. */
function fieldsOf(node: AnalyticsNode, { fields, maxFields }: NodeSettings): string[] | null {
  const has = (field: string) => fields.size === 0 || fields.has(field.replace('.', '_'));
  // A list in which we know nothing is written in a way we do not know.
  const isRead = [...node.needs, ...node.wants.flat()].some(has);
  const isThere = isRead ? has : () => true;
  if (!node.needs.every(isThere) || node.needs.length > maxFields) return null;
  const wanted = node.wants.flatMap((one) => (typeof one === 'string' ? [one] : [...one]).find(isThere) ?? []);
  return [...new Set([...node.needs, ...wanted])].slice(0, maxFields);
}
