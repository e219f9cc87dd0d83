/** Unknown JSON -> a packet rule, strictly: a rule may come from a file, an audit log, a screen. Says where it is wrong; a word of it is cut before it is told. */
import { UserError } from '../../errors.js';
import { cleanText } from '../../format/clean-text.js';
import { PACKET_ATTRIBUTES } from '../../signature/attributes/packet-attributes.js';
import type { AttributeValue, Clause, Predicate, RuleMatch } from '../../signature/rule.js';

/** A proposal has a few; each is a rule or more that every packet of the target is held against. */
export const MAX_CLAUSES = 16;
/** Of one clause; attributes are distinct. */
const MAX_PREDICATES = 32;
/** Of the rule: 4096 addresses, as in a list of blocks. */
const MAX_VALUES = 4096;
/** The longest: an IPv6 prefix. */
const MAX_TEXT = 64;

const NAMES: ReadonlySet<string> = new Set(PACKET_ATTRIBUTES.map(({ name }) => name));
type Json = Readonly<Record<string, unknown>>;

/** Throws BAD_SIGNATURE. */
export function readPacketRule(clauses: unknown, target: unknown): RuleMatch {
  if (target !== null && (typeof target !== 'string' || target.length > MAX_TEXT))
    throw badSignature('target', 'an address, a prefix or null', target);
  if (!Array.isArray(clauses) || clauses.length === 0 || clauses.length > MAX_CLAUSES)
    throw badSignature('clauses', `a list of 1 to ${MAX_CLAUSES} clauses`, clauses);
  const read = (clauses as readonly unknown[]).map((clause, i) => readClause(clause, `clauses[${i}]`));
  const count = read.flatMap(({ predicates }) => predicates).reduce((sum, { value }) => sum + sizeOf(value), 0);
  if (count > MAX_VALUES) throw badSignature('clauses', `at most ${MAX_VALUES} values in all`, count);
  return { kind: 'packet', clauses: read, target };
}

export function badSignature(where: string, expected: string, got: unknown): UserError {
  const text = Array.isArray(got) ? `a list of ${got.length}` : (JSON.stringify(got) ?? 'nothing').slice(0, MAX_TEXT);
  return new UserError(
    'BAD_SIGNATURE',
    `the signature is not one: ${where}: expected ${expected}, got ${cleanText(text, MAX_TEXT)}`,
    'Make it with "ddostop diff --format json".',
  );
}

function readClause(clause: unknown, where: string): Clause {
  const predicates = isObject(clause) ? clause['predicates'] : undefined;
  if (!Array.isArray(predicates) || predicates.length === 0 || predicates.length > MAX_PREDICATES)
    throw badSignature(`${where}.predicates`, `a list of 1 to ${MAX_PREDICATES} predicates`, predicates);
  const read = predicates.map((predicate, i) => readPredicate(predicate, `${where}.predicates[${i}]`));
  const names = new Set(read.map(({ attribute }) => attribute));
  if (names.size !== read.length)
    throw badSignature(`${where}.predicates`, 'each attribute once', [...names].join(' '));
  return { predicates: read };
}

function readPredicate(predicate: unknown, where: string): Predicate {
  if (!isObject(predicate)) throw badSignature(where, 'a predicate', predicate);
  const { attribute, operator, value } = predicate;
  if (typeof attribute !== 'string' || !NAMES.has(attribute))
    throw badSignature(`${where}.attribute`, 'the name of an attribute of packets', attribute);
  switch (operator) {
    case 'eq':
      if (isValue(value)) return { attribute, operator, value };
      throw badSignature(`${where}.value`, 'a number or a text', value);
    case 'in':
      if (Array.isArray(value) && value.length > 0 && value.length <= MAX_VALUES && value.every(isValue))
        return value.length === 1
          ? { attribute, operator: 'eq', value: value[0] as AttributeValue }
          : { attribute, operator, value: value as readonly AttributeValue[] };
      throw badSignature(`${where}.value`, `a list of 1 to ${MAX_VALUES} numbers or texts`, value);
    case 'range':
      if (Array.isArray(value) && value.length === 2 && value.every(isNumber) && value[0] <= value[1])
        return { attribute, operator, value: [value[0], value[1]] };
      throw badSignature(`${where}.value`, 'low and high', value);
    default:
      throw badSignature(`${where}.operator`, '"eq", "in" or "range"', operator);
  }
}

function sizeOf(value: Predicate['value']): number {
  return Array.isArray(value) ? value.length : 1;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
}

function isValue(value: unknown): value is AttributeValue {
  return isNumber(value) || (typeof value === 'string' && value.length <= MAX_TEXT);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
