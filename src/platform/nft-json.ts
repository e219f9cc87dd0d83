/**
 * What `nft -j list …` prints, as plain objects (libnftables-json(5), json_schema_version 1; shapes seen with 1.0.6).
 * Text that is no such listing gives a UserError; an object of a kind we do not read is skipped, an unknown shape inside one is not guessed at.
 */
import { UserError } from '../errors.js';

export interface NftTable {
  readonly family: string;
  readonly name: string;
}

export interface NftChain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  /** Base chains only. */
  readonly hook: string | null;
  readonly priority: number | null;
}

export interface NftRule {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly handle: number | null;
  readonly comment: string | null;
  /** Packets and bytes of its first counter statement. */
  readonly counter: NftCounter | null;
  /** Names of the sets it looks up ("@name"). */
  readonly sets: readonly string[];
}

export interface NftCounter {
  readonly packets: number;
  readonly bytes: number;
}

/** Value of an element: an address or port, a prefix, a range, or a concatenation of such. */
export type NftValue =
  | { readonly kind: 'single'; readonly text: string }
  | { readonly kind: 'prefix'; readonly address: string; readonly length: number }
  | { readonly kind: 'range'; readonly low: string; readonly high: string }
  | { readonly kind: 'concat'; readonly parts: readonly NftValue[] };

export interface NftElement {
  readonly value: NftValue;
  /** Seconds, whole as nft prints them in JSON; null = does not expire. */
  readonly timeoutSec: number | null;
  readonly expiresSec: number | null;
  readonly comment: string | null;
  readonly counter: NftCounter | null;
}

export interface NftSet {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly flags: readonly string[];
  readonly elements: readonly NftElement[];
}

export interface NftListing {
  readonly tables: readonly NftTable[];
  readonly chains: readonly NftChain[];
  readonly rules: readonly NftRule[];
  readonly sets: readonly NftSet[];
}

type Json = Readonly<Record<string, unknown>>;

export function parseNftListing(text: string): NftListing {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (cause) {
    throw garbled(`not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  const objects = isObject(root) ? root['nftables'] : undefined;
  if (!Array.isArray(objects)) throw garbled('no "nftables" array at its top');
  const tables: NftTable[] = [];
  const chains: NftChain[] = [];
  const rules: NftRule[] = [];
  const sets: NftSet[] = [];
  for (const entry of objects as readonly unknown[]) {
    if (!isObject(entry)) throw garbled('an entry that is no object');
    if (isObject(entry['table'])) tables.push(readTable(entry['table']));
    else if (isObject(entry['chain'])) chains.push(readChain(entry['chain']));
    else if (isObject(entry['rule'])) rules.push(readRule(entry['rule']));
    else if (isObject(entry['set'])) sets.push(readSet(entry['set']));
    // metainfo, map, counter, quota, flowtable…: nothing of ours
  }
  return { tables, chains, rules, sets };
}

function readTable(json: Json): NftTable {
  return { family: word(json, 'family'), name: word(json, 'name') };
}

function readChain(json: Json): NftChain {
  const priority = json['prio'];
  return {
    family: word(json, 'family'),
    table: word(json, 'table'),
    name: word(json, 'name'),
    hook: optionalText(json['hook']),
    priority: typeof priority === 'number' ? priority : null,
  };
}

function readRule(json: Json): NftRule {
  const expressions: readonly unknown[] = Array.isArray(json['expr']) ? json['expr'] : [];
  let counter: NftCounter | null = null;
  const sets: string[] = [];
  for (const expression of expressions) {
    if (!isObject(expression)) continue;
    counter ??= readCounter(expression['counter']);
    const match = expression['match'];
    const right = isObject(match) ? match['right'] : undefined;
    if (typeof right === 'string' && right.startsWith('@')) sets.push(right.slice(1));
  }
  return {
    family: word(json, 'family'),
    table: word(json, 'table'),
    chain: word(json, 'chain'),
    handle: typeof json['handle'] === 'number' ? json['handle'] : null,
    comment: optionalText(json['comment']),
    counter,
    sets,
  };
}

function readSet(json: Json): NftSet {
  const flags = json['flags'];
  const elements = json['elem'] ?? [];
  if (!Array.isArray(elements)) throw garbled('a set whose "elem" is no array');
  return {
    family: word(json, 'family'),
    table: word(json, 'table'),
    name: word(json, 'name'),
    flags: (Array.isArray(flags) ? flags : [flags]).filter((flag): flag is string => typeof flag === 'string'),
    elements: (elements as readonly unknown[]).map(readElement),
  };
}

function readElement(json: unknown): NftElement {
  const inner = isObject(json) ? json['elem'] : undefined;
  if (!isObject(inner)) {
    return { value: readValue(json), timeoutSec: null, expiresSec: null, comment: null, counter: null };
  }
  return {
    value: readValue(inner['val']),
    timeoutSec: seconds(inner['timeout']),
    expiresSec: seconds(inner['expires']),
    comment: optionalText(inner['comment']),
    counter: readCounter(inner['counter']),
  };
}

function readValue(json: unknown, depth = 0): NftValue {
  if (typeof json === 'string') return { kind: 'single', text: json };
  if (typeof json === 'number' && Number.isFinite(json)) return { kind: 'single', text: String(json) };
  if (isObject(json) && depth < 2) {
    const { prefix, range, concat } = json;
    if (isObject(prefix) && typeof prefix['addr'] === 'string' && Number.isInteger(prefix['len'])) {
      return { kind: 'prefix', address: prefix['addr'], length: prefix['len'] as number };
    }
    if (Array.isArray(range) && range.length === 2) {
      return { kind: 'range', low: String(range[0]), high: String(range[1]) };
    }
    if (Array.isArray(concat)) {
      return { kind: 'concat', parts: (concat as readonly unknown[]).map((part) => readValue(part, depth + 1)) };
    }
  }
  throw garbled(`a set element of unknown shape: ${(JSON.stringify(json) ?? 'nothing').slice(0, 80)}`);
}

/** Null for `{"counter": null}` (declared, never counted) and for a named counter's reference. */
function readCounter(json: unknown): NftCounter | null {
  if (!isObject(json)) return null;
  const { packets, bytes } = json;
  return typeof packets === 'number' && typeof bytes === 'number' ? { packets, bytes } : null;
}

function seconds(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

function optionalText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function word(json: Json, key: string): string {
  const value = json[key];
  if (typeof value !== 'string' || value === '') throw garbled(`an object without "${key}"`);
  return value;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function garbled(what: string, cause?: unknown): UserError {
  return new UserError(
    'NFT_OUTPUT',
    `cannot read what nft printed: ${what}; expected a listing of "nft -j"`,
    'Run "nft -j list ruleset" by hand; nft 1.0 or later is needed.',
    { cause },
  );
}
