/** A diff as lines: sections, attributes in the order of their divergence, the values that stand out. Values are what the cursor stands on. */
import type { Analysis } from '../../src/signature/analysis.js';
import type { AttributeInfo } from '../../src/signature/attribute.js';
import type { Diff, DiffAttribute, DiffValue } from '../../src/signature/diff/diff.js';
import type { Choice } from '../../src/signature/edit-rule.js';
import type { RowKind } from '../../src/signature/rule.js';
import { valueWords } from '../../src/signature/words.js';

export type DiffRow =
  | { readonly kind: 'section'; readonly title: string; readonly note: string }
  | {
      readonly kind: 'attribute';
      readonly info: AttributeInfo;
      readonly divergence: number | null;
      readonly note: string;
    }
  | DiffValueRow
  | { readonly kind: 'same'; readonly titles: string };

export interface DiffValueRow {
  readonly kind: 'value';
  readonly rowKind: RowKind;
  readonly choice: Choice;
  readonly label: string;
  readonly attackShare: number;
  readonly goodShare: number | null;
  readonly lift: number | null;
  readonly liftLow: number | null;
  readonly isFind: boolean;
  /** Some backend can match it. */
  readonly isUsable: boolean;
}

/** Of a value that no pane shows whole. */
const LABEL_CELLS = 200;
/** Values of one attribute; more are told as a number. */
const MOST_VALUES = 6;
/** Values that are told of an attribute in which nothing stands out. */
const CALM_VALUES = 2;
/** Bits; attributes below are told by name only. */
const LEAST_DIVERGENCE = 0.01;
/** Of the attack, that a value has which is told though it does not stand out. */
const LEAST_SHARE = 0.01;

interface Section {
  readonly title: string;
  readonly kind: RowKind;
  readonly attributes: readonly DiffAttribute[];
}

export function diffRows(analysis: Analysis): DiffRow[] {
  const rows: DiffRow[] = [];
  for (const section of sectionsOf(analysis)) {
    const diff = analysis.diffs.find(({ kind }) => kind === section.kind);
    const note = diff === undefined ? '' : `${diff.attack.rows} rows against ${diff.good.rows}`;
    rows.push({ kind: 'section', title: section.title, note });
    const same = section.attributes.filter((attribute) => isSame(attribute));
    for (const attribute of section.attributes)
      if (!isSame(attribute)) rows.push(...attributeRows(section.kind, attribute));
    if (same.length > 0) rows.push({ kind: 'same', titles: same.map(({ attribute }) => attribute.title).join(', ') });
  }
  return rows;
}

/** Indexes of the rows the cursor stands on. */
export function valueRowsOf(rows: readonly DiffRow[]): number[] {
  return rows.flatMap(({ kind }, i) => (kind === 'value' ? [i] : []));
}

const SECTION_TITLES: Readonly<Record<RowKind, string>> = {
  packet: 'Packets',
  request: 'Requests',
  hello: 'TLS hellos',
};
/** What a browser does because a page told it to. */
const SCRIPT_ATTRIBUTES = new Set([
  'client.assets',
  'client.pace',
  'client.requests',
  'http.browserHeaders',
  'http.resource',
  'http.refererHost',
  'bot.jsDetection',
  'bot.score',
  'bot.source',
]);

function sectionsOf({ diffs }: Analysis): Section[] {
  const most = ({ attributes }: Section) => Math.max(0, ...attributes.map(({ divergence }) => divergence ?? 0));
  return diffs.flatMap((diff) => sectionsOfKind(diff).sort((a, b) => most(b) - most(a)));
}

function sectionsOfKind({ kind, attributes }: Diff): Section[] {
  const sections = (): Section[] => {
    if (kind !== 'request') return [{ title: SECTION_TITLES[kind], kind, attributes }];
    const isCookie = ({ attribute }: DiffAttribute) => /cookie/i.test(attribute.name);
    const isScript = ({ attribute }: DiffAttribute) => SCRIPT_ATTRIBUTES.has(attribute.name);
    return [
      {
        title: SECTION_TITLES.request,
        kind,
        attributes: attributes.filter((each) => !isCookie(each) && !isScript(each)),
      },
      { title: 'Cookies', kind, attributes: attributes.filter(isCookie) },
      { title: 'JavaScript footprint', kind, attributes: attributes.filter(isScript) },
    ];
  };
  return sections().filter((section) => section.attributes.some(({ values }) => values.length > 0));
}

function isSame({ divergence, values }: DiffAttribute): boolean {
  return (
    values.length === 0 ||
    (divergence !== null && divergence < LEAST_DIVERGENCE && !values.some(({ isFind }) => isFind))
  );
}

function attributeRows(
  rowKind: RowKind,
  { attribute, divergence, values, otherValues, range }: DiffAttribute,
): DiffRow[] {
  const finds = values.filter(({ isFind }) => isFind);
  const large = finds.length > 0 ? values : values.filter(({ attackShare }) => attackShare >= LEAST_SHARE);
  const shown = large.slice(
    0,
    finds.length > 0 ? Math.min(MOST_VALUES, Math.max(finds.length, CALM_VALUES)) : CALM_VALUES,
  );
  const more = values.length - shown.length + otherValues;
  const rows: DiffRow[] = [{ kind: 'attribute', info: attribute, divergence, note: more > 0 ? `${more} more` : '' }];
  if (range !== null && range.high > range.low && finds.length !== 1) rows.push(rangeRow(rowKind, attribute, range));
  rows.push(...shown.map((value) => valueRow(rowKind, attribute, value)));
  return rows;
}

function rangeRow(
  rowKind: RowKind,
  { name, backends }: AttributeInfo,
  { low, high, share, goodShare }: NonNullable<DiffAttribute['range']>,
): DiffValueRow {
  return {
    kind: 'value',
    rowKind,
    choice: { attribute: name, range: [low, high] },
    label: `${valueWords(name, low)} to ${valueWords(name, high)}`,
    attackShare: share,
    goodShare,
    lift: goodShare !== null && goodShare > 0 ? share / goodShare : null,
    liftLow: null,
    isFind: false,
    isUsable: backends !== 0,
  };
}

function valueRow(rowKind: RowKind, { name, backends }: AttributeInfo, value: DiffValue): DiffValueRow {
  const { attackShare, goodShare, lift, liftLow, isFind } = value;
  return {
    kind: 'value',
    rowKind,
    choice: { attribute: name, value: value.value },
    label: valueWords(name, value.value, LABEL_CELLS),
    attackShare,
    goodShare,
    lift,
    liftLow,
    isFind,
    isUsable: backends !== 0,
  };
}
