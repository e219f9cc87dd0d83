/**
 * What `nft -j -t list ruleset` and `nft -j list counters` print (libnftables-json(5); shapes seen with 1.0.6): chains, rules with their counters,
 * named counters, heads of sets. One JSON.parse; objects of a kind we do not know are passed over, one of an unknown shape is counted.
 */
import { messageOf, UserError } from '../../../src/errors.js';
import type {
  ChainCounter,
  NamedCounter,
  PacketCounter,
  RuleCounter,
  RuleFamily,
  SetSummary,
} from '../../../src/records/counter-sample.js';
import { keyOf, mitigationIdOf, specHash } from '../spec-hash.js';
import { asNumber, asText, asWords, isObject, type Json } from './json-shape.js';
import { type RuleFacts, readCounter, readRuleFacts } from './rule-facts.js';

export interface NftRuleset {
  readonly chains: readonly ChainCounter[];
  readonly rules: readonly NftRule[];
  readonly sets: readonly SetSummary[];
  readonly counters: readonly NamedCounter[];
  /** "ip filter" of every table. */
  readonly tables: readonly string[];
  /** Rules beyond the bound, and objects without the words they must have. */
  readonly leftOut: number;
}

export interface NftRule {
  readonly rule: RuleCounter;
  readonly hasXt: boolean;
  readonly isNativeOnly: boolean;
}

/** 50 000 rules are 14 MB of JSON and more than a second of nft's; beyond that nothing is looked at one by one. */
export const MAX_RULES = 60_000;
const MAX_SETS = 10_000;
const FAMILIES: ReadonlySet<string> = new Set(['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev']);

export function parseNftRuleset(text: string): NftRuleset {
  const reader = new RulesetReader();
  for (const entry of objectsOf(text)) reader.take(entry);
  return reader.done();
}

/** The list under "nftables". An empty answer is one too: nft prints nothing for an empty ruleset in some versions. */
export function objectsOf(text: string): readonly unknown[] {
  if (text.trim() === '') return [];
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (cause) {
    throw garbled(messageOf(cause), cause);
  }
  const objects = isObject(root) ? root['nftables'] : undefined;
  if (!Array.isArray(objects)) throw garbled('no "nftables" array at its top');
  return objects;
}

class RulesetReader {
  readonly #tables: string[] = [];
  readonly #tableHandles = new Map<string, number>();
  readonly #chains: ChainCounter[] = [];
  readonly #sets: SetSummary[] = [];
  readonly #counters: NamedCounter[] = [];
  readonly #rules: { readonly facts: RuleFacts; readonly json: Json; readonly place: Place }[] = [];
  readonly #filled = new Set<string>();
  readonly #references = new Map<string, number>();
  #leftOut = 0;

  take(entry: unknown): void {
    if (!isObject(entry)) return;
    if (isObject(entry['table'])) this.#takeTable(entry['table']);
    else if (isObject(entry['chain'])) this.#takeChain(entry['chain']);
    else if (isObject(entry['rule'])) this.#takeRule(entry['rule']);
    else if (isObject(entry['set'])) this.#takeSet(entry['set'], false);
    else if (isObject(entry['map'])) this.#takeSet(entry['map'], true);
    else if (isObject(entry['counter'])) this.#takeCounter(entry['counter']);
  }

  done(): NftRuleset {
    const named = new Map(this.#counters.map((counter) => [counter.key, counter]));
    const positions = new Map<string, number>();
    const rules = this.#rules.map(({ facts, json, place }) => {
      const position = (positions.get(place.chainKey) ?? 0) + 1;
      positions.set(place.chainKey, position);
      const shared = facts.counterName === null ? undefined : named.get(counterKey(place, facts.counterName));
      // A counter of several rules is nobody's own; it has a row to itself.
      const isOwn = shared !== undefined && this.#references.get(shared.key) === 1;
      return this.#rule(facts, json, place, position, isOwn ? plain(shared) : null);
    });
    const sets = this.#sets.map((set) => (this.#filled.has(set.key) ? withDynamic(set) : set));
    return {
      chains: this.#chains,
      rules,
      sets,
      counters: this.#counters,
      tables: this.#tables,
      leftOut: this.#leftOut,
    };
  }

  #rule(facts: RuleFacts, json: Json, place: Place, position: number, named: PacketCounter | null): NftRule {
    const comment = asText(json['comment']) ?? '';
    const handle = asNumber(json['handle']);
    const table = this.#tableHandles.get(place.tableName) ?? 0;
    const rule: RuleCounter = {
      // The table's handle too: a table made anew numbers its rules from the start.
      key: keyOf(place.chainKey, `${table}/${handle ?? `at ${position}`}`, specHash(`${facts.text}\0${comment}`)),
      handle,
      by: 'nft',
      family: place.family,
      table: place.table,
      chain: place.chain,
      position,
      text: facts.text,
      comment,
      verdict: facts.verdict,
      counter: facts.counter ?? named,
      sets: facts.sets,
      mitigationId: mitigationIdOf(comment),
    };
    return { rule, hasXt: facts.hasXt, isNativeOnly: facts.isNativeOnly };
  }

  #takeTable(json: Json): void {
    const family = familyOf(json);
    const name = asText(json['name']);
    if (family === null || name === null) {
      this.#skip();
      return;
    }
    this.#tables.push(`${family} ${name}`);
    this.#tableHandles.set(`${family} ${name}`, asNumber(json['handle']) ?? 0);
  }

  #takeChain(json: Json): void {
    const place = placeOf(json, json['name']);
    if (place === null) {
      this.#skip();
      return;
    }
    const policy = json['policy'];
    this.#chains.push({
      key: place.chainKey,
      by: 'nft',
      family: place.family,
      table: place.table,
      name: place.chain,
      hook: asText(json['hook']),
      priority: asNumber(json['prio']),
      policy: policy === 'accept' || policy === 'drop' ? policy : null,
      counter: null,
    });
  }

  #takeRule(json: Json): void {
    const place = placeOf(json, json['chain']);
    if (place === null || this.#rules.length >= MAX_RULES) {
      this.#skip();
      return;
    }
    const facts = readRuleFacts(json['expr']);
    this.#rules.push({ facts, json, place });
    for (const set of facts.fills) this.#filled.add(setKey(place, set));
    if (facts.counterName === null) return;
    const key = counterKey(place, facts.counterName);
    this.#references.set(key, (this.#references.get(key) ?? 0) + 1);
  }

  #takeSet(json: Json, isMap: boolean): void {
    const place = placeOf(json, '');
    const name = asText(json['name']);
    if (place === null || name === null || this.#sets.length >= MAX_SETS) {
      this.#skip();
      return;
    }
    const type = asWords(json['type']).join(' . ');
    const flags = asWords(json['flags']);
    if (isMap) flags.push('map');
    if (countsElements(json['stmt'])) flags.push('counter');
    this.#sets.push({
      key: setKey(place, name),
      by: 'nft',
      family: place.family,
      table: place.table,
      name,
      type: isMap ? `${type} : ${asWords(json['map']).join(' . ')}` : type,
      flags,
      elements: null,
      maxElements: asNumber(json['size']),
    });
  }

  #takeCounter(json: Json): void {
    const place = placeOf(json, '');
    const name = asText(json['name']);
    const counter = readCounter(json);
    if (place === null || name === null || counter === null) {
      this.#skip();
      return;
    }
    const key = counterKey(place, name);
    this.#counters.push({ key, family: place.family, table: place.table, name, ...counter });
  }

  #skip(): void {
    this.#leftOut += 1;
  }
}

interface Place {
  readonly family: RuleFamily;
  readonly table: string;
  readonly tableName: string;
  readonly chain: string;
  readonly chainKey: string;
}

function placeOf(json: Json, chainName: unknown): Place | null {
  const family = familyOf(json);
  const table = asText(json['table']);
  const chain = asText(chainName);
  if (family === null || table === null || chain === null) return null;
  return { family, table, tableName: `${family} ${table}`, chain, chainKey: keyOf('nft', family, table, chain) };
}

function setKey({ family, table }: Place, name: string): string {
  return keyOf('set', family, table, name);
}

function counterKey({ family, table }: Place, name: string): string {
  return keyOf('counter', family, table, name);
}

function plain({ packets, bytes }: PacketCounter): PacketCounter {
  return { packets, bytes };
}

/** nft 1.0.6 leaves this flag out of its JSON; a rule that adds to the set gives it away. */
function withDynamic(set: SetSummary): SetSummary {
  return set.flags.includes('dynamic') ? set : { ...set, flags: [...set.flags, 'dynamic'] };
}

function countsElements(stmt: unknown): boolean {
  return Array.isArray(stmt) && stmt.some((each) => isObject(each) && 'counter' in each);
}

function familyOf(json: Json): RuleFamily | null {
  const family = json['family'];
  return typeof family === 'string' && FAMILIES.has(family) ? (family as RuleFamily) : null;
}

function garbled(what: string, cause?: unknown): UserError {
  return new UserError(
    'NFT_OUTPUT',
    `cannot read what nft printed: ${what.slice(0, 120)}; expected a listing of "nft -j"`,
    'Run "nft -j -t list ruleset" by hand; nft 1.0 or later is needed.',
    { cause },
  );
}
