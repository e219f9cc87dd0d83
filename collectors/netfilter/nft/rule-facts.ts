/** What one rule of `nft -j` says: readable text, verdict, the sets it looks up, whether iptables made it. */
import type { PacketCounter, RuleVerdict } from '../../../src/records/counter-sample.js';
import { asNumber, isObject, type Json, soleEntry } from './json-shape.js';
import { statementText } from './statement-text.js';

export interface RuleFacts {
  readonly text: string;
  readonly verdict: RuleVerdict;
  /** Name of the counter object it counts with; null: none, or a counter of its own. */
  readonly counterName: string | null;
  readonly sets: readonly string[];
  /** Sets that packets add elements to. */
  readonly fills: readonly string[];
  /** It holds an opaque expression of iptables-nft: the text is not the whole rule. */
  readonly hasXt: boolean;
  /** It says what iptables-save cannot print: 1.8.9 then leaves words out ("tcp dport {80,443}" becomes "-p tcp"), or stops. */
  readonly isNativeOnly: boolean;
}

const VERDICTS: Readonly<Record<string, RuleVerdict>> = {
  drop: 'drop',
  reject: 'reject',
  accept: 'accept',
  jump: 'jump',
  goto: 'jump',
  queue: 'queue',
  return: 'other',
  vmap: 'other',
  snat: 'other',
  dnat: 'other',
  masquerade: 'other',
  redirect: 'other',
  tproxy: 'other',
  synproxy: 'other',
  fwd: 'other',
};
/** Targets of iptables that nft names only. */
const XT_VERDICTS: Readonly<Record<string, RuleVerdict>> = { REJECT: 'reject', NFQUEUE: 'queue' };
const NATIVE_ONLY = new Set([
  'vmap',
  'mangle',
  'set',
  'map',
  'ct',
  'concat',
  'quota',
  'fib',
  'numgen',
  'jhash',
  'socket',
]);
const MAX_DEPTH = 12;
const MAX_STATEMENTS = 64;

export function readRuleFacts(expr: unknown): RuleFacts {
  const all: readonly unknown[] = Array.isArray(expr) ? expr : [];
  const statements = all.slice(0, MAX_STATEMENTS);
  const found = new Findings();
  let verdict: RuleVerdict = 'continue';
  let counterName: string | null = null;
  const words: string[] = [];
  for (const statement of statements) {
    const [name, content] = soleEntry(statement) ?? ['', undefined];
    verdict = verdictOf(name, content) ?? verdict;
    if (name === 'counter' && typeof content === 'string') counterName ??= content;
    found.look(statement, 0);
    const text = statementText(statement);
    if (text !== '') words.push(text);
  }
  if (all.length > MAX_STATEMENTS) words.push('…');
  return {
    text: words.join(' '),
    verdict,
    counterName,
    sets: [...found.sets],
    fills: [...found.fills],
    hasXt: found.hasXt,
    isNativeOnly: found.isNativeOnly || counterName !== null,
  };
}

/** Of its first counter statement: what is new at each poll. */
export function firstCounter(expr: unknown): PacketCounter | null {
  if (!Array.isArray(expr)) return null;
  for (const statement of expr.slice(0, MAX_STATEMENTS)) {
    const counter = isObject(statement) ? readCounter(statement['counter']) : null;
    if (counter !== null) return counter;
  }
  return null;
}

/** Null for `{"counter": null}` (declared, never counted) and for a reference. */
export function readCounter(content: unknown): PacketCounter | null {
  if (!isObject(content)) return null;
  const packets = asNumber(content['packets']);
  const bytes = asNumber(content['bytes']);
  return packets === null || bytes === null ? null : { packets, bytes };
}

function verdictOf(name: string, content: unknown): RuleVerdict | null {
  if (name !== 'xt') return VERDICTS[name] ?? null;
  if (!isObject(content) || content['type'] !== 'target') return null;
  return XT_VERDICTS[String(content['name'])] ?? 'other';
}

/** One walk over a statement for everything but its text. */
class Findings {
  readonly sets = new Set<string>();
  readonly fills = new Set<string>();
  hasXt = false;
  isNativeOnly = false;

  look(value: unknown, depth: number): void {
    if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const part of value) this.look(part, depth + 1);
      return;
    }
    for (const key in value) this.#see(key, (value as Json)[key], depth);
  }

  #see(key: string, content: unknown, depth: number): void {
    if (key === 'xt') this.hasXt = true;
    if (NATIVE_ONLY.has(key)) this.isNativeOnly = true;
    const isReference = key === 'right' || key === 'data' || key === 'set' || key === 'map';
    if (isReference && typeof content === 'string' && content.startsWith('@')) {
      this.sets.add(content.slice(1));
      this.isNativeOnly = true;
      if (key === 'set' || key === 'map') this.fills.add(content.slice(1));
      return;
    }
    this.look(content, depth + 1);
  }
}
