/**
 * One document for all nodes that are due: aliased nodes in one scope of the account and one for each set of zones, so that it costs one request. Values
 * go as variables, never into the text.
 */
import type { PlannedNode } from './node-plan.js';

/** Epoch seconds. */
export interface AskedNode {
  readonly planned: PlannedNode;
  readonly fromSec: number;
  readonly toSec: number;
}

export interface AnalyticsDocument {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Alias of the scope that holds each node. */
  readonly scopes: ReadonlyMap<AskedNode, string>;
}

export function analyticsDocument(asked: readonly AskedNode[], account: string | null): AnalyticsDocument {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const scopes = new Map<AskedNode, string>();
  const declare = (name: string, type: string, value: unknown) => {
    if (name in variables) return;
    declared.push(`$${name}: ${type}`);
    variables[name] = value;
  };
  const groups = new Map<string, AskedNode[]>();
  for (const one of asked) {
    const { node, zones } = one.planned;
    const key = node.scope === 'account' ? 'account' : zones.join();
    groups.set(key, [...(groups.get(key) ?? []), one]);
    declare(`${node.id}Since`, 'Time!', timeText(one.fromSec));
    declare(`${node.id}Until`, 'Time!', timeText(one.toSec));
  }
  const parts = [...groups].map(([key, nodes], index) => {
    const alias = key === 'account' ? 'account' : `zones${index}`;
    for (const one of nodes) scopes.set(one, alias);
    const body = nodes.map(nodeText).join('\n    ');
    if (key === 'account') {
      declare('account', 'string!', account);
      return `account: accounts(filter: {accountTag: $account}) {\n    ${body}\n  }`;
    }
    const zones = nodes[0]?.planned.zones ?? [];
    declare(alias, '[string!]', zones);
    return `${alias}: zones(filter: {zoneTag_in: $${alias}}, limit: ${zones.length}) {\n    zoneTag\n    ${body}\n  }`;
  });
  const query = `query Analytics(${declared.join(', ')}) {\n viewer {\n  ${parts.join('\n  ')}\n }\n}`;
  return { query, variables, scopes };
}

/** Whole seconds: buckets begin with them. */
function timeText(sec: number): string {
  return `${new Date(sec * 1000).toISOString().slice(0, 19)}Z`;
}

function nodeText({ planned: { node, name, limit, fields } }: AskedNode): string {
  const time = node.timeName;
  const filter = `{${time}_geq: $${node.id}Since, ${time}_lt: $${node.id}Until${node.filter}}`;
  return `${node.id}: ${name}(limit: ${limit}, filter: ${filter}, orderBy: [${node.order}]) { ${selection(fields)} }`;
}

/** "sum.packets", "sum.bits", "count" → "sum { packets bits } count". */
function selection(fields: readonly string[]): string {
  const groups = new Map<string, string[]>();
  for (const field of fields) {
    const [group, name] = field.split('.') as [string, string | undefined];
    groups.set(group, [...(groups.get(group) ?? []), ...(name === undefined ? [] : [name])]);
  }
  return [...groups]
    .map(([group, names]) => (names.length === 0 ? group : `${group} { ${names.join(' ')} }`))
    .join(' ');
}
