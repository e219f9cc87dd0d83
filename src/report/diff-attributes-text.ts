/** What tells attack from good, as lines of text: an attribute a line where one value says it all, else its values below it. */
import { cellWidth, fitCells, takeCells } from '../format/cell-text.js';
import { formatExact, formatShare } from '../format/number-format.js';
import type { Diff, DiffAttribute, DiffValue } from '../signature/diff/diff.js';
import type { DiffRange } from '../signature/diff/excess-range.js';
import type { RowKind } from '../signature/rule.js';
import { valueWords } from '../signature/words.js';

export const SIDE_WORDS: Readonly<Record<RowKind, string>> = {
  packet: 'packets',
  request: 'requests',
  hello: 'TLS hellos',
};

/** With the figures, 80. */
const LABEL = 47;
/** What is left of a long text goes to a line of its own. */
const REST = 74;
const MOST_VALUES = 5;
/** Attributes told where there is no good traffic to order them by. */
const MOST_UNORDERED = 11;
/** Values of an attribute in which nothing stands out. */
const CALM_VALUES = 2;
/** Bits; below nothing is told. */
const LEAST_DIVERGENCE = 0.01;
/** Of the attack, that a value has which is told though it does not stand out. */
const LEAST_SHARE = 0.01;
/** A range that good traffic fills nearly as well says nothing. */
const LEAST_RANGE_LIFT = 1.5;

/** Of good traffic, that each value of a set has. */
const MOST_GOOD_OF_SET = 0.005;

/** One value or range, and what the two sides have of it. */
interface Figures {
  readonly label: string;
  readonly attackShare: number;
  readonly goodShare: number | null;
  readonly lift: string;
}

export function attributeLines({ kind, attributes, canContrast }: Diff, most: number): string[] {
  const telling = attributes.filter(
    ({ divergence, values }) => values.length > 0 && (divergence ?? 1) >= LEAST_DIVERGENCE,
  );
  const shown = canContrast
    ? telling.slice(0, most)
    : telling.filter(isWorthALine).slice(0, Math.min(most, MOST_UNORDERED));
  if (shown.length === 0) return [`Nothing in the ${SIDE_WORDS[kind]} tells attack from good.`, ''];
  const head = `${canContrast ? 'What tells them apart' : 'The attack'} (${SIDE_WORDS[kind]})`;
  return [
    `${fitCells(head, LABEL)}${'attack'.padStart(8)}${'good'.padStart(9)}${'lift'.padStart(10)}${canContrast ? 'bits'.padStart(6) : ''}`,
    ...shown.flatMap(linesOf),
    '',
  ];
}

/** Without good traffic nothing is ordered: what no row has, and what an attribute before it said already, is left out. */
function isWorthALine(
  { attribute, values, otherValues }: DiffAttribute,
  i: number,
  all: readonly DiffAttribute[],
): boolean {
  if (attribute.name.endsWith('Template')) return false;
  const [first] = values;
  if (first === undefined || values.length + otherValues > 1) return true;
  const before = all[i - 1]?.values[0];
  return first.value !== 0 && first.value !== '' && first.value !== before?.value;
}

function linesOf(attribute: DiffAttribute): string[] {
  const { title, name } = attribute.attribute;
  const bits = attribute.divergence?.toFixed(2) ?? '';
  const told = figuresOf(attribute);
  const [only] = told.length > 1 ? [setOf(attribute) ?? told[0]] : told;
  const isSet = only !== undefined && !told.includes(only);
  const inOne = `${title} (${name}): ${only?.label ?? ''}`;
  if (only !== undefined && (told.length === 1 || isSet) && cellWidth(inOne) <= LABEL) {
    return [lineOf({ ...only, label: inOne }, bits)];
  }
  const distinct = attribute.values.length + attribute.otherValues;
  const head = `${title} (${name})${distinct > told.length ? `: ${formatExact(distinct)} values` : ''}`;
  return [`${fitCells(head, LABEL + 27)}${bits.padStart(6)}`.trimEnd(), ...told.flatMap(indented)];
}

function figuresOf({ attribute, values, range }: DiffAttribute): Figures[] {
  const finds = values.filter(({ isFind }) => isFind);
  const large = values.filter(
    ({ attackShare, goodShare }) => attackShare >= LEAST_SHARE && attackShare > (goodShare ?? 0),
  );
  const shown = finds.length > 0 ? finds.slice(0, MOST_VALUES) : large.slice(0, CALM_VALUES);
  const told = shown.map((value) => ({
    ...value,
    label: wordsOf(attribute.name, value.value),
    lift: liftWords(value),
  }));
  return range !== null && finds.length !== 1 && isTelling(range) && told.length !== 1
    ? [rangeFigures(attribute.name, range), ...told]
    : told;
}

/** Finds that good traffic has hardly any of are one thing, where they are few. */
function setOf({ attribute: { name }, values, range }: DiffAttribute): Figures | null {
  const finds = values.filter(({ isFind }) => isFind);
  if (finds.length < 2 || finds.length > MOST_VALUES) return null;
  if (finds.some(({ goodShare }) => goodShare === null || goodShare > MOST_GOOD_OF_SET)) return null;
  const sum = (share: (value: DiffValue) => number) =>
    Math.min(
      1,
      finds.reduce((all, value) => all + share(value), 0),
    );
  const isRun = range !== null && range.high - range.low + 1 === finds.length;
  return {
    label: isRun
      ? `${valueWords(name, range.low)} to ${valueWords(name, range.high)}`
      : finds.map(({ value }) => wordsOf(name, value)).join(', '),
    attackShare: sum(({ attackShare }) => attackShare),
    goodShare: sum(({ goodShare }) => goodShare ?? 0),
    lift: '',
  };
}

function isTelling({ low, high, share, goodShare }: DiffRange): boolean {
  return high > low && (goodShare === null || share >= LEAST_RANGE_LIFT * goodShare);
}

function rangeFigures(name: string, { low, high, share, goodShare }: DiffRange): Figures {
  const label = `${valueWords(name, low)} to ${valueWords(name, high)}`;
  return { label, attackShare: share, goodShare, lift: '' };
}

const wordsOf = (name: string, value: DiffValue['value']): string => valueWords(name, value, LABEL - 4 + REST);

function indented(figures: Figures): string[] {
  const { label } = figures;
  if (cellWidth(label) <= LABEL - 3) return [lineOf({ ...figures, label: `  ${label}` }, '')];
  const first = takeCells(label, LABEL - 4);
  return [lineOf({ ...figures, label: `  ${first}` }, ''), `    ${label.slice(first.length)}`];
}

function lineOf({ label, attackShare, goodShare, lift }: Figures, bits: string): string {
  const good = goodShare === null ? 'unknown' : formatShare(goodShare);
  const figures = `${formatShare(attackShare).padStart(8)}${good.padStart(9)}${lift.padStart(10)}${bits.padStart(6)}`;
  return `${fitCells(label, LABEL)}${figures}`.trimEnd();
}

/** Of what no good row has only a least lift is known. */
function liftWords({ lift, liftLow, goodShare }: DiffValue): string {
  if (lift === null) return '';
  const figure = goodShare === 0 ? (liftLow ?? lift) : lift;
  return `${goodShare === 0 ? '>=' : ''}${figure >= 9.95 ? Math.round(figure) : figure.toFixed(1)}x`;
}
