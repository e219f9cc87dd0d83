/**
 * What `nft -j -t list ruleset` prints (libnftables-json(5); shapes seen with 1.0.6): chains, rules with their counters, named counters, heads of sets.
 * `nft -j list counters` has the same shape and is part of it. One JSON.parse; objects of a kind we do not know are passed over, what lacks a word that
 * its kind must have is counted.
 */
import { messageOf, UserError } from '../../../src/errors.js';
import type { ChainCounter, NamedCounter, SetSummary } from '../../../src/records/counter-sample.js';
import { asNumber, asText, asWords, isObject, type Json } from './json-shape.js';
import { chainKey, counterKey, familyOf, placeOf, setKey } from './place.js';
import { readCounter } from './rule-facts.js';
import { type NftRule, RuleList } from './rule-list.js';

export interface NftRuleset {
  readonly chains: readonly ChainCounter[];
  readonly rules: readonly NftRule[];
  readonly sets: readonly SetSummary[];
  readonly counters: readonly NamedCounter[];
  /** "ip filter" of every table. */
  readonly tables: readonly string[];
  /** Objects beyond the bounds, and those without the words they must have. */
  readonly leftOut: number;
}

const MAX_OTHERS = 10_000;

/**
 * `trusted`: the listing before, when nobody has changed a rule since. Where handle and place are the same again a rule's words are taken from there,
 * and of the new one the counter only, which takes a third of the time.
 */
export function parseNftRuleset(text: string, trusted: NftRuleset | null = null): NftRuleset {
  const reader = new RulesetReader(trusted?.rules ?? []);
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
  readonly #tables = new Map<string, number>();
  readonly #chains: ChainCounter[] = [];
  readonly #sets: SetSummary[] = [];
  readonly #counters: NamedCounter[] = [];
  readonly #rules: RuleList;
  #leftOut = 0;

  constructor(trusted: readonly NftRule[]) {
    this.#rules = new RuleList(trusted);
  }

  take(entry: unknown): void {
    if (!isObject(entry)) return;
    if (isObject(entry['rule'])) {
      const known = this.#rules.add(entry['rule'], ({ family, table }) => this.#tables.get(`${family} ${table}`) ?? 0);
      if (!known) this.#leftOut += 1;
    } else if (isObject(entry['table'])) this.#takeTable(entry['table']);
    else if (isObject(entry['chain'])) this.#keep(this.#chains, chainOf(entry['chain']));
    else if (isObject(entry['set'])) this.#keep(this.#sets, setOf(entry['set'], false));
    else if (isObject(entry['map'])) this.#keep(this.#sets, setOf(entry['map'], true));
    else if (isObject(entry['counter'])) this.#keep(this.#counters, counterOf(entry['counter']));
  }

  done(): NftRuleset {
    const { filled } = this.#rules;
    return {
      chains: this.#chains,
      rules: this.#rules.done(this.#counters),
      sets: this.#sets.map((set) => (filled.has(set.key) ? withDynamic(set) : set)),
      counters: this.#counters,
      tables: [...this.#tables.keys()],
      leftOut: this.#leftOut,
    };
  }

  #takeTable(json: Json): void {
    const family = familyOf(json);
    const name = asText(json['name']);
    if (family === null || name === null || this.#tables.size >= MAX_OTHERS) this.#leftOut += 1;
    else this.#tables.set(`${family} ${name}`, asNumber(json['handle']) ?? 0);
  }

  #keep<T>(list: T[], item: T | null): void {
    if (item === null || list.length >= MAX_OTHERS) this.#leftOut += 1;
    else list.push(item);
  }
}

function chainOf(json: Json): ChainCounter | null {
  const place = placeOf(json, json['name']);
  if (place === null) return null;
  const policy = json['policy'];
  return {
    key: chainKey(place),
    by: 'nft',
    family: place.family,
    table: place.table,
    name: place.chain,
    hook: asText(json['hook']),
    priority: asNumber(json['prio']),
    policy: policy === 'accept' || policy === 'drop' ? policy : null,
    counter: null,
  };
}

function setOf(json: Json, isMap: boolean): SetSummary | null {
  const place = placeOf(json, '');
  const name = asText(json['name']);
  if (place === null || name === null) return null;
  const type = asWords(json['type']).join(' . ');
  const counts = countsElements(json['stmt']) ? ['counter'] : [];
  return {
    key: setKey(place, name),
    by: 'nft',
    family: place.family,
    table: place.table,
    name,
    type: isMap ? `${type} : ${asWords(json['map']).join(' . ')}` : type,
    flags: [...asWords(json['flags']), ...(isMap ? ['map'] : []), ...counts],
    elements: null,
    maxElements: asNumber(json['size']),
  };
}

function counterOf(json: Json): NamedCounter | null {
  const place = placeOf(json, '');
  const name = asText(json['name']);
  const counter = readCounter(json);
  if (place === null || name === null || counter === null) return null;
  return { key: counterKey(place, name), family: place.family, table: place.table, name, ...counter };
}

/** nft 1.0.6 leaves this flag out of its JSON; a rule that adds to the set gives it away. */
function withDynamic(set: SetSummary): SetSummary {
  return set.flags.includes('dynamic') ? set : { ...set, flags: [...set.flags, 'dynamic'] };
}

function countsElements(stmt: unknown): boolean {
  return Array.isArray(stmt) && stmt.some((each) => isObject(each) && 'counter' in each);
}

function garbled(what: string, cause?: unknown): UserError {
  return new UserError(
    'NFT_OUTPUT',
    `cannot read what nft printed: ${what.slice(0, 120)}; expected a listing of "nft -j"`,
    'Run "nft -j -t list ruleset" by hand; nft 1.0 or later is needed.',
    { cause },
  );
}
