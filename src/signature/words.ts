/** Values, predicates and rules as people read them. Text of traffic is cleaned here, so what comes out can be shown anywhere. */
import { cleanText } from '../format/clean-text.js';
import { dnsTypeName } from '../format/dns-type-name.js';
import { protocolName, tcpFlagNames } from '../format/protocol-name.js';
import type { AttributeValue, Clause, Predicate, RuleMatch } from './rule.js';

/** Cells of a text value in a sentence; a pane that has room asks for more. */
const TEXT_CELLS = 60;
/** Values of a set that are told. */
const TOLD_VALUES = 8;

const NUMBER_WORDS: Readonly<Record<string, (value: number) => string>> = {
  'ip.version': (value) => `IPv${value}`,
  'ip.proto': (value) => protocolName(value),
  'ip.df': (value) => (value === 1 ? 'set' : 'clear'),
  'ip.fragment': (value) => ['whole', 'first fragment', 'later fragment'][value] ?? String(value),
  'ip.tos': (value) => `0x${value.toString(16).padStart(2, '0')}`,
  'tcp.flags': (value) => tcpFlagNames(value),
  'tcp.strayAck': yesNo,
  'tcp.zeroSequence': yesNo,
  'payload.first4': word,
  'payload.next4': word,
  'payload.entropy': (value) => `${value} bit/B`,
  'payload.printable': (value) => `${Math.round(value * 100)} %`,
  'dns.response': (value) => (value === 1 ? 'response' : 'query'),
  'dns.type': (value) => dnsTypeName(value),
  'dns.recursion': yesNo,
  'http.hasCookie': yesNo,
  'ip.asn': (value) => `AS${value}`,
};

function yesNo(value: number): string {
  return value === 0 ? 'no' : 'yes';
}

/** Four bytes; as text too where they are that. */
function word(value: number): string {
  const hex = value.toString(16).padStart(8, '0');
  const text = Buffer.from(hex, 'hex').toString('latin1');
  return /^[\x20-\x7e]{4}$/.test(text) ? `0x${hex} "${text}"` : `0x${hex}`;
}

/** One value, clean. Texts are cut to `cells`; an empty one is "none". */
export function valueWords(attribute: string, value: AttributeValue, cells = TEXT_CELLS): string {
  if (typeof value === 'string') return value === '' ? 'none' : cleanText(value, cells);
  return NUMBER_WORDS[attribute]?.(value) ?? String(value);
}

/** "ip.ttl = 64", "port.src in {53, 123}", "ip.length 400-500". */
export function predicateWords(predicate: Predicate, cells = TEXT_CELLS): string {
  const { attribute } = predicate;
  const told = (value: AttributeValue) =>
    typeof value === 'string' && attribute !== 'ip.src'
      ? `"${valueWords(attribute, value, cells)}"`
      : valueWords(attribute, value, cells);
  switch (predicate.operator) {
    case 'eq':
      return `${attribute} = ${told(predicate.value)}`;
    case 'range':
      return `${attribute} ${predicate.value[0]}-${predicate.value[1]}`;
    case 'in': {
      const values = predicate.value.slice(0, TOLD_VALUES).map(told);
      const more = predicate.value.length - values.length;
      return `${attribute} in {${values.join(', ')}${more > 0 ? `, and ${more} more` : ''}}`;
    }
  }
}

export function clauseWords({ predicates }: Clause, cells = TEXT_CELLS): string {
  return predicates.map((predicate) => predicateWords(predicate, cells)).join(' and ');
}

/** The whole rule in one line. */
export function ruleWords({ clauses, target }: RuleMatch, cells = TEXT_CELLS): string {
  const matched = clauses.map((clause) =>
    clauses.length > 1 ? `(${clauseWords(clause, cells)})` : clauseWords(clause, cells),
  );
  const scope = target === null ? '' : `to ${target}: `;
  return `${scope}${matched.join(' or ')}`;
}
