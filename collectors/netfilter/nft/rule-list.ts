/** Rules of nft's listing, in its order. Their words are read anew or, where nobody has changed a rule, taken from the listing before. */
import type { NamedCounter, PacketCounter, RuleCounter } from '../../../src/records/counter-sample.js';
import { keyOf, mitigationIdOf, specHash } from '../spec-hash.js';
import { asNumber, asText, type Json } from './json-shape.js';
import { chainKey, counterKey, type Place, placeOf, setKey } from './place.js';
import { firstCounter, type RuleFacts, readRuleFacts } from './rule-facts.js';

export interface NftRule {
  readonly rule: RuleCounter;
  readonly facts: RuleFacts;
  /** Of its table: one that was made anew has another, and numbers its rules from the start. */
  readonly tableHandle: number;
}

/** 50 000 rules are 14 MB of JSON and more than a second of nft's; beyond that nothing is looked at one by one. */
const MAX_RULES = 60_000;

export class RuleList {
  /** Keys of sets that packets add elements to. */
  readonly filled = new Set<string>();
  readonly #rules: NftRule[] = [];
  readonly #positions = new Map<string, number>();
  readonly #references = new Map<string, number>();
  readonly #trusted: readonly NftRule[];

  constructor(trusted: readonly NftRule[]) {
    this.#trusted = trusted;
  }

  /** False: not a rule as we know it, or one too many. */
  add(json: Json, tableHandleOf: (place: Place) => number): boolean {
    const place = placeOf(json, json['chain']);
    if (place === null || this.#rules.length >= MAX_RULES) return false;
    const tableHandle = tableHandleOf(place);
    const same = this.#sameAsBefore(json, place, tableHandle);
    const facts = same?.facts ?? readRuleFacts(json['expr']);
    const position = this.#nextPosition(place);
    const words = same?.rule ?? ruleOf(json, place, facts, tableHandle, position);
    const rule = withCounter(words, position, firstCounter(json['expr']));
    this.#rules.push({ rule, facts, tableHandle });
    for (const set of facts.fills) this.filled.add(setKey(place, set));
    if (facts.counterName !== null) {
      const key = counterKey(place, facts.counterName);
      this.#references.set(key, (this.#references.get(key) ?? 0) + 1);
    }
    return true;
  }

  /** A counter object that only one rule counts with is that rule's; one of several is nobody's, it has a row to itself. */
  done(counters: readonly NamedCounter[]): NftRule[] {
    if (this.#references.size === 0) return this.#rules;
    const named = new Map(counters.map((counter) => [counter.key, counter]));
    return this.#rules.map((each) => {
      const { rule, facts } = each;
      const key = facts.counterName === null ? '' : counterKey(rule, facts.counterName);
      const counter = this.#references.get(key) === 1 ? named.get(key) : undefined;
      return counter === undefined || rule.counter !== null
        ? each
        : { ...each, rule: { ...rule, counter: plain(counter) } };
    });
  }

  #sameAsBefore(json: Json, place: Place, tableHandle: number): NftRule | null {
    const before = this.#trusted[this.#rules.length];
    if (before === undefined || before.tableHandle !== tableHandle) return null;
    const { handle, family, table, chain } = before.rule;
    const isSame =
      handle === json['handle'] && chain === place.chain && table === place.table && family === place.family;
    return isSame ? before : null;
  }

  #nextPosition(place: Place): number {
    const key = chainKey(place);
    const position = (this.#positions.get(key) ?? 0) + 1;
    this.#positions.set(key, position);
    return position;
  }
}

function ruleOf(json: Json, place: Place, facts: RuleFacts, tableHandle: number, position: number): RuleCounter {
  const comment = asText(json['comment']) ?? '';
  const handle = asNumber(json['handle']);
  const number = `${tableHandle}/${handle ?? `at ${position}`}`;
  return {
    key: keyOf(chainKey(place), number, specHash(`${facts.text}\0${comment}`)),
    handle,
    by: 'nft',
    family: place.family,
    table: place.table,
    chain: place.chain,
    position,
    text: facts.text,
    comment,
    verdict: facts.verdict,
    counter: null,
    sets: facts.sets,
    mitigationId: mitigationIdOf(comment),
  };
}

/** Written out as in `ruleOf`: with a spread V8 makes objects that are slow to read. */
function withCounter(rule: RuleCounter, position: number, counter: PacketCounter | null): RuleCounter {
  return {
    key: rule.key,
    handle: rule.handle,
    by: rule.by,
    family: rule.family,
    table: rule.table,
    chain: rule.chain,
    position,
    text: rule.text,
    comment: rule.comment,
    verdict: rule.verdict,
    counter,
    sets: rule.sets,
    mitigationId: rule.mitigationId,
  };
}

function plain({ packets, bytes }: PacketCounter): PacketCounter {
  return { packets, bytes };
}
