/** What the edge says of itself, read tolerantly: of an answer only what is known is taken. */
import type { ApiAnswer, CloudflareApi } from '../../platform/cloudflare/api.js';
import { isStatus } from './edge-failures.js';

export interface EdgeRule {
  readonly id: string;
  readonly ref: string;
  readonly action: string;
  readonly expression: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly actionParameters: Readonly<Record<string, unknown>>;
}

export interface EdgeRuleset {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly phase: string;
  /** A counter; NaN where the answer has none. */
  readonly version: number;
  readonly rules: readonly EdgeRule[];
}

export interface EdgeList {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly description: string;
}

export interface EdgeListItem {
  readonly id: string;
  /** Address, prefix or AS number as text. */
  readonly value: string;
  readonly comment: string;
}

export interface EdgeAccessRule {
  readonly id: string;
  readonly mode: string;
  readonly target: string;
  readonly value: string;
  readonly notes: string;
}

type Json = Readonly<Record<string, unknown>>;
type Read = <Result>(
  path: string,
  query?: Readonly<Record<string, string | number | boolean>>,
) => Promise<ApiAnswer<Result>>;

/** A list has 10 000 items and more; pages of 500. */
const MAX_PAGES = 100;

export function readerOf(api: CloudflareApi): Read {
  return (path, query) => api.call({ method: 'GET', path, ...(query === undefined ? {} : { query }) });
}

export type { Read };

/** The ruleset that a phase begins with; null: there is none yet. */
export async function readEntrypoint(read: Read, base: string, phase: string): Promise<EdgeRuleset | null> {
  try {
    const { result } = await read<Json>(`${base}/rulesets/phases/${phase}/entrypoint`);
    return rulesetOf(result);
  } catch (error) {
    if (isStatus(error, 404)) return null;
    throw error;
  }
}

export async function readRulesets(read: Read, base: string): Promise<EdgeRuleset[]> {
  const { result } = await read<unknown>(`${base}/rulesets`);
  return listOf(result).map(rulesetOf);
}

export function rulesetOf(value: unknown): EdgeRuleset {
  const ruleset = objectOf(value);
  return {
    id: textOf(ruleset['id']),
    name: textOf(ruleset['name']),
    kind: textOf(ruleset['kind']),
    phase: textOf(ruleset['phase']),
    version: Number.parseInt(textOf(ruleset['version']), 10),
    rules: listOf(ruleset['rules']).map(ruleOf),
  };
}

function ruleOf(value: unknown): EdgeRule {
  const rule = objectOf(value);
  return {
    id: textOf(rule['id']),
    ref: textOf(rule['ref']),
    action: textOf(rule['action']),
    expression: textOf(rule['expression']),
    description: textOf(rule['description']),
    enabled: rule['enabled'] !== false, // the edge's default is on
    actionParameters: objectOf(rule['action_parameters']),
  };
}

export async function readLists(read: Read, base: string): Promise<EdgeList[]> {
  const { result } = await read<unknown>(`${base}/rules/lists`);
  return listOf(result).map((value) => {
    const list = objectOf(value);
    return {
      id: textOf(list['id']),
      name: textOf(list['name']),
      kind: textOf(list['kind']),
      description: textOf(list['description']),
    };
  });
}

export async function readListItems(read: Read, base: string, listId: string): Promise<EdgeListItem[]> {
  const items: EdgeListItem[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query: Record<string, string | number> = { per_page: 500, ...(cursor === null ? {} : { cursor }) };
    const { result, resultInfo } = await read<unknown>(
      `${base}/rules/lists/${encodeURIComponent(listId)}/items`,
      query,
    );
    for (const value of listOf(result)) items.push(itemOf(objectOf(value)));
    cursor = textOf(objectOf(resultInfo?.['cursors'])['after']);
    if (cursor === '') break;
  }
  return items;
}

function itemOf(item: Json): EdgeListItem {
  const asn = item['asn'];
  return {
    id: textOf(item['id']),
    value: typeof asn === 'number' ? `${asn}` : textOf(item['ip']),
    comment: textOf(item['comment']),
  };
}

/** `query`: what is asked for, e.g. notes. */
export async function readAccessRules(
  read: Read,
  base: string,
  query: Readonly<Record<string, string>>,
): Promise<EdgeAccessRule[]> {
  const rules: EdgeAccessRule[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { result } = await read<unknown>(`${base}/firewall/access_rules/rules`, { ...query, page, per_page: 50 });
    const found = listOf(result);
    rules.push(...found.map(accessRuleOf));
    if (found.length < 50) break;
  }
  return rules;
}

function accessRuleOf(value: unknown): EdgeAccessRule {
  const rule = objectOf(value);
  const configuration = objectOf(rule['configuration']);
  return {
    id: textOf(rule['id']),
    mode: textOf(rule['mode']),
    target: textOf(configuration['target']),
    value: textOf(configuration['value']),
    notes: textOf(rule['notes']),
  };
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? `${value}` : '';
}
