/**
 * Counters of a firewall poll after poll: rates, trends, what was reset or reloaded. A rate is a difference of two readings of one rule in one epoch;
 * where that is not certain (first look, counter lower than before, rules made anew, another boot) it is unknown for one tick, never a guess.
 * Bounded: 20 000 rules are watched, 500 rows handed out.
 */
import type { CounterSample, PacketCounter } from '../records/counter-sample.js';
import type { RuleRow, RulesView, SetRow } from '../snapshot/rules-view.js';
import { chainOf, type RuleItem, ruleItems, tableOf } from './rule-item.js';
import { matchAgain } from './rule-matching.js';
import { RuleNotes } from './rule-notes.js';
import { SignalRates } from './rule-signals.js';
import { RuleTrends } from './rule-trends.js';

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
/** A 400 Gbit/s link carries 0.6 Gpps of smallest frames; more than that is no rate but another counter. */
const MAX_PPS = 1e9;

interface Watched {
  /** As first seen: what the screen holds on to across reloads. */
  readonly viewKey: string;
  readonly firstMs: number;
  readonly isOlder: boolean;
  readonly slot: number;
  readonly sincePoll: number;
  item: RuleItem;
  order: number;
  poll: number;
  last: PacketCounter | null;
  lastMs: number;
  pps: number | null;
  bps: number | null;
  movedMs: number | null;
}

export class RuleRates {
  readonly #maxRules: number;
  readonly #maxRows: number;
  readonly #trends = new RuleTrends();
  readonly #notes = new RuleNotes();
  readonly #signals = new SignalRates();
  readonly #viewKeys = new Set<string>();
  #watched = new Map<string, Watched>();
  /** In the order of the firewall. */
  #order: Watched[] = [];
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
    const next = new Map<string, Watched>();
    const order: Watched[] = [];
    const fresh: RuleItem[] = [];
    const resets = new Set<string>();
    const known: { each: Watched; item: RuleItem }[] = [];
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
    lost: readonly Watched[],
    { steadyMs }: CounterSample,
    isFirst: boolean,
    next: Map<string, Watched>,
  ): Watched[] {
    const matches = matchAgain(lost, fresh);
    const reloaded = new Map<string, number>();
    const again = new Set<Watched>();
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

  #begin(item: RuleItem, steadyMs: number, isFirst: boolean): Watched {
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
    gone: readonly Watched[],
    unread: ReadonlySet<string>,
    next: Map<string, Watched>,
    order: Watched[],
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
    const all = sample.rules.length + sample.counters.length;
    const present = all > this.#maxRules ? [`${all} rules: the first ${this.#maxRules} are watched`] : [];
    return {
      rxPps,
      rxBps,
      rows: this.#chosen().map((each) => this.#row(each, sample.steadyMs, rxPps, leftSec)),
      ruleCount: Math.max(sample.rules.length, this.#order.filter(({ item }) => item.kind === 'rule').length),
      sets: sample.sets.map(setRow),
      signals: this.#signals.rows(sample.sets),
      notes: this.#notes.list(sample.steadyMs, [...sample.partial, ...present]),
    };
  }

  /** Busiest first, ours next, then in the order of the firewall; a bounded number. */
  #chosen(): Watched[] {
    const busy = this.#order.filter(({ pps }) => pps !== null && pps > 0).sort((a, b) => (b.pps ?? 0) - (a.pps ?? 0));
    const chosen = new Set(busy.slice(0, this.#maxRows));
    const busyCount = chosen.size;
    for (const each of this.#order) {
      if (chosen.size >= this.#maxRows) break;
      if (each.item.rule.mitigationId !== null) chosen.add(each);
    }
    for (const each of this.#order) {
      if (chosen.size >= this.#maxRows) break;
      chosen.add(each);
    }
    const list = [...chosen];
    return [...list.slice(0, busyCount), ...list.slice(busyCount).sort((a, b) => a.order - b.order)];
  }

  #row(each: Watched, steadyMs: number, rxPps: number | null, leftSec: LeftSec): RuleRow {
    const { kind, rule } = each.item;
    const share = each.pps === null || rxPps === null || rxPps <= 0 ? null : Math.min(1, each.pps / rxPps);
    return {
      key: each.viewKey,
      kind,
      by: rule.by,
      family: rule.family,
      table: rule.table,
      chain: rule.chain,
      position: rule.position,
      text: rule.text,
      comment: rule.comment,
      verdict: rule.verdict,
      packets: each.last?.packets ?? null,
      bytes: each.last?.bytes ?? null,
      pps: each.pps,
      bps: each.bps,
      share,
      trend: this.#trends.read(each.slot, each.sincePoll),
      ageSec: (steadyMs - each.firstMs) / 1000,
      isOlder: each.isOlder,
      idleSec: each.movedMs === null ? null : (steadyMs - each.movedMs) / 1000,
      sets: rule.sets,
      mitigationId: rule.mitigationId,
      leftSec: rule.mitigationId === null ? null : leftSec(rule.mitigationId),
    };
  }
}

/** The newest reading of a rule; `isNewEpoch`: nothing can be said about the time since the one before. */
function measure(each: Watched, item: RuleItem, steadyMs: number, isNewEpoch: boolean): void {
  const { counter } = item.rule;
  const { last, lastMs } = each;
  const elapsedSec = (steadyMs - lastMs) / 1000;
  each.item = item;
  each.last = counter;
  each.lastMs = steadyMs;
  each.pps = null;
  each.bps = null;
  if (isNewEpoch || counter === null || last === null || elapsedSec <= 0 || isLower(counter, last)) return;
  const pps = (counter.packets - last.packets) / elapsedSec;
  if (!(pps <= MAX_PPS)) return;
  each.pps = pps;
  each.bps = ((counter.bytes - last.bytes) * 8) / elapsedSec;
  if (pps > 0) each.movedMs = steadyMs;
}

function isLower(now: PacketCounter | null, before: PacketCounter | null): boolean {
  return now !== null && before !== null && (now.packets < before.packets || now.bytes < before.bytes);
}

/** What is reset together. */
function countersOf({ kind, rule }: RuleItem): string {
  return kind === 'counter' ? `named counters of ${tableOf(rule)}` : `counters of chain ${chainOf(rule, rule.chain)}`;
}

/** Words of rules without a handle that are gone: of equal ones that are left nobody knows which is which. */
function equalsOf(gone: readonly Watched[]): ReadonlySet<string> {
  return new Set(gone.filter(({ item }) => item.rule.handle === null).map(({ item }) => wordsOf(item)));
}

function wordsOf({ rule }: RuleItem): string {
  return `${chainOf(rule, rule.chain)}\0${rule.text}\0${rule.comment}`;
}

function setRow({
  key,
  by,
  family,
  table,
  name,
  type,
  flags,
  elements,
  maxElements,
}: CounterSample['sets'][number]): SetRow {
  const fill =
    elements === null || maxElements === null || maxElements <= 0 ? null : Math.min(1, elements / maxElements);
  return { key, by, family, table, name, type, flags, elements, maxElements, fill };
}
