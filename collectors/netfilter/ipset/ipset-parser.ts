/** What ipset 7 prints: heads of sets (`ipset -t list`), and sets with elements (`ipset save [NAME]`). */
import type { SetElementCounter, SetSummary } from '../../../src/records/counter-sample.js';
import type { SetElements } from '../nft/set-elements.js';
import { type QuotedWord, quotedLines, quotedWords } from '../quoted-lines.js';
import { keyOf } from '../spec-hash.js';

const MAX_SETS = 10_000;

export function ipsetKey(name: string): string {
  return keyOf('ipset', name);
}

/** `ipset -t list`: names stand alone on their line there, whatever they hold. */
export function parseIpsetHeads(text: string): SetSummary[] {
  const sets: SetSummary[] = [];
  let fields = new Map<string, string>();
  const close = () => {
    const name = fields.get('Name');
    if (name !== undefined && sets.length < MAX_SETS) sets.push(summaryOf(name, fields));
    fields = new Map();
  };
  for (const line of text.split('\n')) {
    const at = line.indexOf(': ');
    if (at < 0) continue;
    if (line.startsWith('Name: ')) close();
    fields.set(line.slice(0, at), line.slice(at + 2));
  }
  close();
  return sets;
}

function summaryOf(name: string, fields: ReadonlyMap<string, string>): SetSummary {
  const type = fields.get('Type') ?? '';
  const entries = Number(fields.get('Number of entries') ?? Number.NaN);
  return setOf(name, type, (fields.get('Header') ?? '').split(' '), Number.isInteger(entries) ? entries : null);
}

/** Heads out of `ipset save`, for where the terse listing is not allowed: its elements are counted. */
export function parseIpsetSave(text: string): SetSummary[] {
  const heads = new Map<string, { readonly type: string; readonly words: string[]; elements: number }>();
  for (const line of quotedLines(text)) {
    const [verb, name, type, ...options] = quotedWords(line).map((word) => word.text);
    if (name === undefined || type === undefined) continue;
    if (verb === 'create' && heads.size < MAX_SETS) heads.set(name, { type, words: options, elements: 0 });
    const head = verb === 'add' ? heads.get(name) : undefined;
    if (head !== undefined) head.elements += 1;
  }
  return [...heads].map(([name, { type, words, elements }]) => setOf(name, type, words, elements));
}

function setOf(name: string, type: string, header: readonly string[], elements: number | null): SetSummary {
  const flags = ['counters', 'comment', 'skbinfo', 'timeout'].filter((word) => header.includes(word));
  const most = Number(header[header.indexOf(type === 'list:set' ? 'size' : 'maxelem') + 1] ?? Number.NaN);
  const isBounded = header.includes('maxelem') || type === 'list:set';
  return {
    key: ipsetKey(name),
    by: 'ipset',
    family: null,
    table: '',
    name,
    type: header.includes('inet6') ? `${type} inet6` : type,
    flags: flags.map((flag) => (flag === 'counters' ? 'counter' : flag)),
    elements,
    maxElements: isBounded && Number.isInteger(most) ? most : bitmapSize(type, header),
  };
}

/** `bitmap:port range 0-1023` has room for its range. */
function bitmapSize(type: string, header: readonly string[]): number | null {
  if (type !== 'bitmap:port') return null;
  const [low, high] = (header[header.indexOf('range') + 1] ?? '').split('-').map(Number) as [number, number?];
  return high === undefined || !(high >= low) ? null : high - low + 1;
}

/** Elements of `name`, out of `ipset save NAME`. */
export function parseIpsetElements(text: string, name: string, most: number): SetElements {
  const start = `add ${name} `;
  const elements: SetElementCounter[] = [];
  let total = 0;
  for (const line of quotedLines(text)) {
    if (!line.startsWith(start)) continue;
    total += 1;
    if (elements.length < most) elements.push(readElement(quotedWords(line.slice(start.length))));
  }
  return { elements, total };
}

function readElement([value, ...words]: readonly QuotedWord[]): SetElementCounter {
  const options = new Map<string, string>();
  let extra = '';
  for (let at = 0; at < words.length; at += 1) {
    const word = (words[at] as QuotedWord).text;
    if (word === 'nomatch') extra = ' nomatch';
    else if (at + 1 < words.length) options.set(word, (words[(at += 1)] as QuotedWord).text);
  }
  const packets = count(options.get('packets'));
  const bytes = count(options.get('bytes'));
  const left = count(options.get('timeout'));
  return {
    value: `${value?.text ?? ''}${extra}`,
    counter: packets === null || bytes === null ? null : { packets, bytes },
    expiresSec: left === 0 ? null : left, // 0: it stays
    timeoutSec: null, // ipset tells what is left, not what it began with
    comment: options.get('comment') ?? '',
  };
}

function count(text: string | undefined): number | null {
  return text !== undefined && /^[0-9]{1,20}$/.test(text) ? Number(text) : null;
}
