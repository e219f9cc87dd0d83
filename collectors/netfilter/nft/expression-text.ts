/**
 * Expressions of an nft rule as text, close to what `nft list ruleset` prints (libnftables-json(5), "EXPRESSIONS"; compared with nft 1.0.6 by
 * test/netfilter/nft-text.test.ts). What we do not know is shown as its JSON, cut short: a rule is never hidden because of one word in it.
 */
import { asText, asWords, isObject, type Json, soleEntry } from './json-shape.js';

/** nft itself nests no deeper than a handful; more is shown as "…". */
const MAX_DEPTH = 12;
const MAX_UNKNOWN = 80;
/** An anonymous set may hold thousands; a row on a screen does not. */
const MAX_MEMBERS = 32;

/** Written without "meta" before them. */
const BARE_META = new Set(['iif', 'iifname', 'iifgroup', 'oif', 'oifname', 'oifgroup']);
const QUOTED_META = new Set([
  'iif',
  'iifname',
  'oif',
  'oifname',
  'ibrname',
  'obrname',
  'sdif',
  'sdifname',
  'time',
  'hour',
  'day',
]);

/** How constants beside an expression are written. */
export type Style = 'plain' | 'quoted' | 'hex' | 'mark';

export function styleBeside(left: unknown): Style {
  if (!isObject(left)) return 'plain';
  const [key, value] = soleEntry(left) ?? ['', null];
  if (Array.isArray(value)) return styleBeside(value[0]); // "&", "|", "<<"
  if (!isObject(value)) return 'plain';
  const word = asText(value['key']) ?? '';
  if ((key === 'meta' || key === 'ct') && word === 'mark') return 'mark';
  if (key === 'meta' && QUOTED_META.has(word)) return 'quoted';
  return key === 'payload' && 'base' in value ? 'hex' : 'plain';
}

export function expressionText(value: unknown, style: Style = 'plain', depth = 0): string {
  if (depth > MAX_DEPTH) return '…';
  if (typeof value === 'string') return style === 'quoted' && !value.startsWith('@') ? quoted(value) : value;
  if (typeof value === 'number') return numberText(value, style);
  if (typeof value === 'boolean') return value ? 'exists' : 'missing';
  const inner = (part: unknown) => expressionText(part, style, depth + 1);
  if (Array.isArray(value)) return value.slice(0, MAX_MEMBERS).map(inner).join(',');
  const [name, content] = soleEntry(value) ?? ['', null];
  const known = textOf(name, content, inner);
  return known ?? unknownText(value);
}

export function quoted(text: string): string {
  return `"${text}"`;
}

export function unknownText(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > MAX_UNKNOWN ? `${text.slice(0, MAX_UNKNOWN)}…` : text;
}

/** A timeout as nft writes it: 90 -> "1m30s". */
export function durationText(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  const text = parts.flatMap(([count, unit]) => (count > 0 ? [`${count}${unit}`] : [])).join('');
  return text === '' ? '0s' : text;
}

function numberText(value: number, style: Style): string {
  if (style === 'mark') return `0x${value.toString(16).padStart(8, '0')}`;
  return style === 'hex' ? `0x${value.toString(16)}` : String(value);
}

/** Null: of a kind or shape we do not know. */
function textOf(name: string, content: unknown, inner: (part: unknown) => string): string | null {
  if (Array.isArray(content)) return listText(name, content, inner);
  if (!isObject(content)) return null;
  switch (name) {
    case 'payload':
      return payloadText(content);
    case 'meta':
      return metaText(content);
    case 'ct':
      return words('ct', content['dir'], content['family'], content['key']);
    case 'rt':
      return words('rt', content['family'], content['key']);
    case 'socket':
    case 'osf':
      return words(name, content['key']);
    case 'ipsec':
      return words(name, content['dir'], content['key']);
    case 'fib':
      return `fib ${asWords(content['flags']).join(' . ')} ${asText(content['result']) ?? ''}`;
    case 'exthdr':
      return 'field' in content ? words(content['name'], content['field']) : words('exthdr', content['name']);
    case 'tcp option':
    case 'sctp chunk':
      return words(name, content['name'], content['field']);
    case 'prefix':
      return `${inner(content['addr'])}/${inner(content['len'])}`;
    case 'map':
      return `${inner(content['key'])} map ${inner(content['data'])}`;
    case 'elem':
      return elementText(content, inner);
    case 'numgen':
      return `numgen ${content['mode']} mod ${content['mod']}${offsetText(content)}`;
    case 'jhash':
    case 'symhash':
      return hashText(name, content, inner);
    case 'jump':
    case 'goto':
      return words(name, content['target']);
    default:
      return null;
  }
}

function listText(name: string, list: readonly unknown[], inner: (part: unknown) => string): string | null {
  switch (name) {
    case 'concat':
      return list.slice(0, MAX_MEMBERS).map(inner).join(' . ');
    case 'range':
      return list.map(inner).join('-');
    case 'set': {
      const shown = list.slice(0, MAX_MEMBERS).map((member) => memberText(member, inner));
      return `{ ${[...shown, ...(list.length > MAX_MEMBERS ? [`… ${list.length} in all`] : [])].join(', ')} }`;
    }
    case '&':
    case '|':
    case '^':
    case '<<':
    case '>>':
      return list.map(inner).join(` ${name} `);
    default:
      return null;
  }
}

/** Of a set a value, of a map a pair. A verdict is an object with a null in it. */
function memberText(member: unknown, inner: (part: unknown) => string): string {
  if (!Array.isArray(member) || member.length !== 2) return inner(member);
  return `${inner(member[0])} : ${verdictWord(member[1]) ?? inner(member[1])}`;
}

function verdictWord(value: unknown): string | null {
  const entry = soleEntry(value);
  return entry !== null && entry[1] === null ? entry[0] : null;
}

function payloadText(content: Json): string | null {
  const { base, offset, len, protocol, field } = content;
  if (typeof base === 'string') return `@${base},${String(offset)},${String(len)}`;
  return typeof protocol === 'string' && typeof field === 'string' ? `${protocol} ${field}` : null;
}

function metaText(content: Json): string {
  const key = asText(content['key']) ?? '';
  return BARE_META.has(key) ? key : `meta ${key}`;
}

function elementText(content: Json, inner: (part: unknown) => string): string {
  const { timeout, comment } = content;
  const lasting = typeof timeout === 'number' ? ` timeout ${durationText(timeout)}` : '';
  return `${inner(content['val'])}${lasting}${typeof comment === 'string' ? ` comment ${quoted(comment)}` : ''}`;
}

function hashText(name: string, content: Json, inner: (part: unknown) => string): string {
  const over = 'expr' in content ? ` ${inner(content['expr'])}` : '';
  const seed = typeof content['seed'] === 'number' ? ` seed 0x${content['seed'].toString(16)}` : '';
  return `${name}${over} mod ${content['mod']}${seed}${offsetText(content)}`;
}

function offsetText(content: Json): string {
  return typeof content['offset'] === 'number' && content['offset'] !== 0 ? ` offset ${content['offset']}` : '';
}

function words(...parts: readonly unknown[]): string {
  return parts.filter((part) => typeof part === 'string' || typeof part === 'number').join(' ');
}
