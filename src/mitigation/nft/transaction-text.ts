/**
 * One transaction as nft reads it on stdin: JSON (libnftables-json(5)), or, where a rule comes from the compiler as text, nft's own language
 * (nft(8)) throughout: one transaction cannot hold both. Every value was checked before; comments hold no quote.
 */
import type { Transaction } from '../transaction.js';
import type { NftCommand } from './table-layout.js';

export const JSON_ARGV = ['nft', '-j', '-f', '-'] as const;
export const TEXT_ARGV = ['nft', '-f', '-'] as const;

type Json = Readonly<Record<string, unknown>>;

export function transactionOf(commands: readonly NftCommand[]): Transaction {
  return commands.some(hasText)
    ? { argv: [...TEXT_ARGV], stdin: `${commands.map(commandText).join('\n')}\n` }
    : { argv: [...JSON_ARGV], stdin: transactionText(commands) };
}

/** One command a line, so that a person can read what is sent. */
export function transactionText(commands: readonly NftCommand[]): string {
  return `{"nftables":[\n${commands.map((command) => JSON.stringify(command)).join(',\n')}\n]}\n`;
}

/** The same transaction as a check that changes nothing. */
export function checkArgv(argv: readonly string[]): string[] {
  return [...argv.slice(0, -2), '-c', ...argv.slice(-2)];
}

/** The elements it takes out and puts in, without lives and counts: equal when the same things would be dropped and passed. */
export function shapeOf(stdin: string): string {
  if (!stdin.startsWith('{')) {
    const lines = stdin.split('\n').filter((line) => /^(?:create|delete) element /.test(line));
    return lines.join('\n').replaceAll(/ timeout [0-9]+s comment "[^"]*"/g, '');
  }
  const { nftables } = JSON.parse(stdin) as { nftables: readonly NftCommand[] };
  const elements = nftables.filter(
    (command) =>
      isObject(objectIn(command, 'create')?.['element']) || isObject(objectIn(command, 'delete')?.['element']),
  );
  return JSON.stringify(elements, (key, value: unknown) =>
    key === 'timeout' || key === 'comment' ? undefined : value,
  );
}

function hasText(command: NftCommand): boolean {
  return typeof objectIn(objectIn(command, 'add') ?? {}, 'rule')?.['text'] === 'string';
}

function commandText(command: NftCommand): string {
  const [[verb, object]] = Object.entries(command) as [string, Json][];
  const [[kind, body]] = Object.entries(object) as [string, Json][];
  const place = `${verb} ${kind} ${body['family']}${kind === 'table' ? '' : ` ${body['table']}`}`;
  switch (kind) {
    case 'rule':
      return `${place} ${body['chain']} ${'handle' in body ? `handle ${body['handle']}` : ruleText(body)}`;
    case 'chain':
      return `${place} ${body['name']}${'hook' in body ? ` ${hookText(body)}` : ''}`;
    case 'set':
      return `${place} ${body['name']}${verb === 'add' ? ` ${setText(body)}` : ''}`;
    case 'element':
      return `${place} ${body['name']} { ${(body['elem'] as readonly unknown[]).map(elementText).join(', ')} }`;
    default:
      return `${place} ${body['name']}`;
  }
}

function ruleText({ text, expr, comment }: Json): string {
  const words = typeof text === 'string' ? text : (expr as readonly Json[]).map(statementText).join(' ');
  return `${words} comment "${comment}"`;
}

function hookText({ type, hook, dev, prio, policy }: Json): string {
  const device = dev === undefined ? '' : ` device "${dev}"`;
  return `{ type ${type} hook ${hook}${device} priority ${prio} ; policy ${policy} ; }`;
}

function setText({ type, flags, stmt, size, timeout }: Json): string {
  const key = Array.isArray(type) ? type.join(' . ') : type;
  const bound = size === undefined ? '' : ` size ${size} ;`;
  const life = timeout === undefined ? '' : ` timeout ${timeout}s ;`;
  const counter = stmt === undefined ? '' : ' counter ;';
  return `{ type ${key} ; flags ${(flags as readonly string[]).join(', ')} ;${bound}${life}${counter} }`;
}

function elementText(item: unknown): string {
  if (!isObject(item) || !isObject(item['elem'])) return valueText(item);
  const { val, timeout, comment } = item['elem'];
  return `${valueText(val)} timeout ${timeout}s comment "${comment}"`;
}

function statementText(statement: Json): string {
  const match = objectIn(statement, 'match');
  if (match !== null) return `${valueText(match['left'])} ${valueText(match['right'])}`;
  const [[verb, detail]] = Object.entries(statement) as [string, Json | null][];
  return verb === 'jump' ? `jump ${detail?.['target']}` : verb;
}

function valueText(value: unknown): string {
  if (!isObject(value)) return String(value);
  const { payload, meta, concat, range, prefix } = value as Readonly<Record<string, Json | undefined>>;
  if (payload !== undefined) return `${payload['protocol']} ${payload['field']}`;
  if (meta !== undefined) return `meta ${meta['key']}`;
  if (prefix !== undefined) return `${prefix['addr']}/${prefix['len']}`;
  if (Array.isArray(concat)) return concat.map(valueText).join(' . ');
  if (Array.isArray(range)) return range.map(valueText).join('-');
  const and = value['&'];
  if (Array.isArray(and)) return and.map(valueText).join(' & ');
  throw new Error(`no text for ${JSON.stringify(value)}`);
}

function objectIn(value: Json, key: string): Json | null {
  const inner = value[key];
  return isObject(inner) ? inner : null;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
