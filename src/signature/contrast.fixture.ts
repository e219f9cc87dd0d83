/** Contrasts from plain rows, for tests and benches. */
import type { AttributeInfo } from './attribute.js';
import { PACKET_ATTRIBUTES } from './attributes/packet-attributes.js';
import { HELLO_ATTRIBUTES, REQUEST_ATTRIBUTES } from './attributes/request-attributes.js';
import type { Contrast, ContrastColumn } from './contrast.js';
import type { AttributeValue, RowKind } from './rule.js';

/** `'ip.ttl': 64`; addresses are dotted IPv4 text. An attribute left out is one the row lacks. */
export interface PlainRow {
  readonly sec?: number;
  readonly weight?: number;
  /** Any text; by default every row is a flow of its own. */
  readonly flow?: string;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

const LISTS = { packet: PACKET_ATTRIBUTES, request: REQUEST_ATTRIBUTES, hello: HELLO_ATTRIBUTES };

export function contrastOf(attack: readonly PlainRow[], good: readonly PlainRow[], kind: RowKind = 'packet'): Contrast {
  const rows = [...attack, ...good];
  const names = new Set(rows.flatMap((row) => Object.keys(row.values)));
  return {
    kind,
    attackRows: attack.length,
    goodRows: good.length,
    weights: Float64Array.from(rows, (row) => row.weight ?? 1),
    sec: Float64Array.from(rows, (row, i) => row.sec ?? i / 100),
    sourceNet: numbered(rows.map((row, i) => String(row.values['ip.src'] ?? i).replace(/\.\d+$/, ''))),
    flow: numbered(rows.map((row, i) => row.flow ?? `row ${i}`)),
    columns: LISTS[kind].filter(({ name }) => names.has(name)).map((attribute) => columnOf(attribute, rows)),
  };
}

function numbered(keys: readonly string[]): Uint32Array {
  const numbers = new Map<string, number>();
  return Uint32Array.from(keys, (key) => {
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  });
}

function columnOf(attribute: AttributeInfo, rows: readonly PlainRow[]): ContrastColumn {
  const { name, type } = attribute;
  const isNumber = type === 'ordered' || type === 'category';
  const present = new Set(rows.flatMap((row) => row.values[name] ?? []));
  const order = (value: AttributeValue): number => (typeof value === 'number' ? value : wordOf(value));
  const values = [...present].sort((a, b) => (type === 'text' ? (a < b ? -1 : 1) : order(a) - order(b)));
  const codes = new Map(values.map((value, i) => [value, i + 1]));
  const codeOf = (value: AttributeValue): number =>
    codes.get(type === 'prefix' ? String(value).replace(/\/32$/, '') : value) ?? 0;
  return {
    attribute,
    codes: Uint32Array.from(rows, (row) => codeOf(row.values[name] ?? 'nothing')),
    valueCount: values.length,
    numbers: isNumber ? Float64Array.from(values, Number) : null,
    addresses: type === 'prefix' ? Int32Array.from(values.flatMap((v) => [0, 0, 0xffff, wordOf(String(v))])) : null,
    valueOf: (code) => (type === 'prefix' ? `${values[code - 1]}/32` : (values[code - 1] as AttributeValue)),
    codeOf,
  };
}

function wordOf(text: string): number {
  return text.split('.').reduce((word, byte) => word * 256 + Number(byte), 0);
}
