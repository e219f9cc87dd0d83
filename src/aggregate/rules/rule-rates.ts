/**
 * Counters of a firewall poll after poll: rates, trends, what was reset or reloaded. A rate is a difference of two readings of one rule in one epoch;
 * where that is not certain (first look, counter lower than before, rules made anew, another boot) it is unknown for one tick, never a guess.
 * Bounded: 20 000 rules are watched, 500 rows handed out.
 */
import type { CounterSample } from '../../records/counter-sample.js';
import type { RulesView } from '../../snapshot/rules-view.js';
import { type RuleItem, ruleItems, tableOf } from './rule-item.js';
import { matchAgain } from './rule-matching.js';
import { RuleNotes } from './rule-notes.js';
import { chosenRules, ruleRow, setRow } from './rule-rows.js';
import { SignalRates } from './rule-signals.js';
import { RuleTrends } from './rule-trends.js';
import { countersOf, equalsOf, isLower, measure, type WatchedRule, wordsOf } from './rule-watch.js';

export type RulesPart = Pick<RulesView, 'rxPps' | 'rxBps' | 'rows' | 'ruleCount' | 'sets' | 'signals' | 'notes'>;

export interface RuleRatesOptions {
  /** Rules with a history; default 20 000. */
  readonly maxRules?: number;
  /** Rows of a view; default 500. */
  readonly maxRows?: number;
}

/** Seconds a mitigation of ours has left; null: not known. */
export type LeftSec = (mitigationId: string) => number | null;

const MAX_RULES = 20_000;
const MAX_ROWS = 500;
export class RuleRates {
  readonly #maxRules: number;
  readonly #maxRows: number;
  readonly #trends = new RuleTrends();
  readonly #notes = new RuleNotes();
  readonly #signals = new SignalRates();
  readonly #viewKeys = new Set<string>();
  #watched = new Map<string, WatchedRule>();
  /** In the order of the firewall. */
  #order: WatchedRule[] = [];
  #poll = 0;
  #bootId = '';
  #sample: CounterSample | null = null;

  constructor({ maxRules = MAX_RULES, maxRows = MAX_ROWS }: RuleRatesOptions = {}) {
    this.#maxRules = maxRules;
    this.#maxRows = maxRows;
  }

  take(sample: CounterSample, leftSec: LeftSec = () => null): RulesPart {
    this.#poll += 1;
    this.#trends.nextPoll();
    if (this.#bootId !== '' && sample.bootId !== '' && sample.bootId !== this.#bootId) this.#beginAnew(sample);
    if (sample.bootId !== '') this.#bootId = sample.bootId;
    const resets = this.#update(ruleItems(sample, this.#maxRules), sample);
    for (const words of resets) this.#notes.say(`${words} were reset`, sample.steadyMs);
    for (const each of this.#order) this.#trends.write(each.slot, each.pps);
    this.#signals.take(sample);
    this.#sample = sample;
    return this.#view(sample, leftSec);
  }

  /** A poll that told no rules: figures stay, trends have a gap. `stack`: what the host's stack said all the same; null: nothing did. */
  miss(stack: CounterSample | null, leftSec: LeftSec = () => null): RulesPart | null {
    this.#poll += 1;
    this.#trends.nextPoll();
    if (stack === null) this.#signals.forget();
    else this.#signals.take(stack);
    const sample = this.#sample ?? stack;
    return sample === null ? null : this.#view(sample, leftSec);
  }

  /** Same figures again, when something beside them changed. */
  again(leftSec: LeftSec = () => null): RulesPart | null {
    return this.#sample === null ? null : this.#view(this.#sample, leftSec);
  }

  /** Says which counters were reset. */
  #update(items: readonly RuleItem[], sample: CounterSample): ReadonlySet<string> {
    const isFirst = this.#sample === null;
    const next = new Map<string, WatchedRule>();
    const order: WatchedRule[] = [];
    const fresh: RuleItem[] = [];
    const resets = new Set<string>();
    const known: { each: WatchedRule; item: RuleItem }[] = [];
    for (const item of items) {
      const each = this.#watched.get(item.rule.key);
      if (each === undefined || each.poll === this.#poll) fresh.push(item);
      else {
        each.poll = this.#poll;
        known.push({ each, item });
        if (isLower(item.rule.counter, each.last)) resets.add(countersOf(item));
      }
    }
    const unread = new Set(sample.unread);
    const lost = this.#order.filter((each) => each.poll !== this.#poll);
    const gone = this.#adopt(fresh, lost, sample, isFirst, next);
    const doubtful = equalsOf(gone);
    for (const { each, item } of known) {
      const isDoubtful = item.rule.handle === null && doubtful.has(wordsOf(item));
      measure(each, item, sample.steadyMs, resets.has(countersOf(item)) || isDoubtful);
      next.set(item.rule.key, each);
    }
    for (const item of items) {
      const each = next.get(item.rule.key);
      if (each !== undefined && each.item === item) order.push(each);
    }
    this.#keepUnread(gone, unread, next, order);
    for (const [at, each] of order.entries()) each.order = at;
    this.#watched = next;
    this.#order = order;
    return resets;
  }

  /** Rules with a new key: those that go on from one that was lost, and new ones. Returns what is really gone. */
  #adopt(
    fresh: readonly RuleItem[],
    lost: readonly WatchedRule[],
    { steadyMs }: CounterSample,
    isFirst: boolean,
    next: Map<string, WatchedRule>,
  ): WatchedRule[] {
    const matches = matchAgain(lost, fresh);
    const reloaded = new Map<string, number>();
    const again = new Set<WatchedRule>();
    for (const [at, item] of fresh.entries()) {
      const match = matches[at] ?? null;
      if (match !== null) {
        again.add(match);
        match.poll = this.#poll;
        if (item.kind === 'rule') reloaded.set(tableOf(item.rule), (reloaded.get(tableOf(item.rule)) ?? 0) + 1);
        measure(match, item, steadyMs, true);
      }
      if (match !== null || !next.has(item.rule.key)) {
        next.set(item.rule.key, match ?? this.#begin(item, steadyMs, isFirst));
      }
    }
    for (const [table, count] of reloaded) {
      this.#notes.say(`rules of ${table} were reloaded: ${count} matched again`, steadyMs);
    }
    return lost.filter((each) => !again.has(each));
  }

  #begin(item: RuleItem, steadyMs: number, isFirst: boolean): WatchedRule {
    const { key, counter } = item.rule;
    return {
      viewKey: this.#freeViewKey(key),
      firstMs: steadyMs,
      isOlder: isFirst,
      ...this.#trends.open(),
      item,
      order: 0,
      poll: this.#poll,
      last: counter,
      lastMs: steadyMs,
      pps: null,
      bps: null,
      movedMs: null,
    };
  }

  /** A rule that was found again keeps its first key, which a later one may bring along. */
  #freeViewKey(key: string): string {
    let free = key;
    while (this.#viewKeys.has(free)) free += "'";
    this.#viewKeys.add(free);
    return free;
  }

  /** Rules of tables that could not be read are not gone; nothing is known of them now. */
  #keepUnread(
    gone: readonly WatchedRule[],
    unread: ReadonlySet<string>,
    next: Map<string, WatchedRule>,
    order: WatchedRule[],
  ): void {
    for (const each of gone) {
      const isKept = unread.has(tableOf(each.item.rule)) && order.length < this.#maxRules;
      if (!isKept || next.has(each.item.rule.key)) {
        this.#trends.close(each.slot);
        this.#viewKeys.delete(each.viewKey);
        continue;
      }
      each.pps = null;
      each.bps = null;
      next.set(each.item.rule.key, each);
      order.push(each);
    }
  }

  #beginAnew({ steadyMs }: CounterSample): void {
    this.#notes.say('the host was started anew: counters begin again', steadyMs);
    for (const each of this.#order) each.last = null;
    this.#signals.forget();
  }

  #view(sample: CounterSample, leftSec: LeftSec): RulesPart {
    const { rxPps, rxBps } = this.#signals;
    const context = { trends: this.#trends, steadyMs: sample.steadyMs, rxPps, leftSec };
    const all = sample.rules.length + sample.counters.length;
    const present = all > this.#maxRules ? [`${all} rules: the first ${this.#maxRules} are watched`] : [];
    return {
      rxPps,
      rxBps,
      rows: chosenRules(this.#order, this.#maxRows).map((each) => ruleRow(each, context)),
      ruleCount: Math.max(sample.rules.length, this.#order.filter(({ item }) => item.kind === 'rule').length),
      sets: sample.sets.map(setRow),
      signals: this.#signals.rows(sample.sets),
      notes: this.#notes.list(sample.steadyMs, [...sample.partial, ...present]),
    };
  }
}
