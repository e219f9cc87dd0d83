/** `ddostop diff` as a page of text: what tells attack from good, the rule, what it does, how it is written. */
import { cellWidth, cutCells } from '../format/cell-text.js';
import { cleanText } from '../format/clean-text.js';
import { formatExact, formatFineShare, formatShare } from '../format/number-format.js';
import { formatDateTime, formatDuration } from '../format/time-format.js';
import { type Analysis, type BackendRule, GOOD_WORDS, type Proposal, type Span } from '../signature/analysis.js';
import { BACKEND_TITLES, type Backend } from '../signature/backend.js';
import type { Diff, DiffAttribute, DiffValue } from '../signature/diff/diff.js';
import type { Interval, MeasuredRule, Refusal } from '../signature/rule.js';
import { clauseWords, valueWords } from '../signature/words.js';

export interface DiffTextOptions {
  /** What was read, for the head line. */
  readonly name: string;
  /** Attributes told. */
  readonly attributes: number;
  /** Only this one; null: all. */
  readonly backend: Backend | null;
}

const WIDTH = 80;
const LABEL = 44;
const MOST_VALUES = 5;
/** Bits; below nothing is told. */
const LEAST_DIVERGENCE = 0.01;
/** Of the attack, that a value has which is told though it does not stand out. */
const LEAST_SHARE = 0.01;

export function diffText(analysis: Analysis, options: DiffTextOptions): string {
  const lines = [`ddostop diff   ${cleanText(options.name, WIDTH - 16)}`, ...headLines(analysis), ''];
  for (const diff of analysis.diffs) lines.push(...attributeLines(diff, options.attributes));
  const { proposal, requests } = analysis;
  lines.push(...ruleLines(proposal, requests === null ? 'Rule' : 'Rule of packets', options.backend));
  if (requests !== null) lines.push(...ruleLines(requests, 'Rule of requests', options.backend));
  return `${lines.join('\n').trimEnd()}\n`;
}

const SIDE_WORDS = { packet: 'packets', request: 'requests', hello: 'TLS hellos' } as const;

function headLines({ target, attack, good, diffs, vectors }: Analysis): string[] {
  const lines = target === null ? [] : [`target ${target}`];
  for (const diff of diffs) {
    const { value, from } = diff.attackFraction;
    const words = SIDE_WORDS[diff.kind];
    const fraction =
      from === 'none'
        ? 'how much of it is attack is unknown'
        : `${formatShare(value)} of it attack, ${from === 'rates' ? 'by the rates' : 'estimated from the rows'}`;
    lines.push(`attack  ${formatExact(diff.attack.packets)} ${words}${spanWords(attack)}; ${fraction}`);
    const goods =
      good.is === 'none'
        ? 'none: what a rule would harm is unknown'
        : `${formatExact(diff.good.packets)} ${words}${spanWords(good)}: ${GOOD_WORDS[good.is]}`;
    lines.push(`good    ${goods}`);
  }
  if (vectors.length > 0) {
    lines.push(
      `looks like  ${vectors
        .slice(0, 4)
        .map(({ name, share }) => `${name} ${formatShare(share)}`)
        .join(', ')}`,
    );
  }
  return lines;
}

function spanWords({ fromSec, toSec }: Span): string {
  if (!Number.isFinite(fromSec)) return '';
  return `, ${formatDateTime(fromSec)}, ${formatDuration(Math.max(0, toSec - fromSec))}`;
}

function attributeLines({ kind, attributes, canContrast }: Diff, most: number): string[] {
  const shown = attributes
    .filter(({ divergence, values }) => values.length > 0 && (divergence ?? 1) >= LEAST_DIVERGENCE)
    .slice(0, most);
  if (shown.length === 0) return [`Nothing in the ${SIDE_WORDS[kind]} tells attack from good.`, ''];
  const head = `${canContrast ? 'What tells them apart' : 'The attack'} (${SIDE_WORDS[kind]})`;
  return [
    `${pad(head, LABEL)}${'attack'.padStart(8)}${'good'.padStart(10)}${'lift'.padStart(10)}`,
    ...shown.flatMap(valueLines),
    '',
  ];
}

function valueLines({ attribute, divergence, values, range, otherValues }: DiffAttribute): string[] {
  const bits = divergence === null ? '' : `  ${divergence.toFixed(2)} bit`;
  const finds = values.filter(({ isFind }) => isFind);
  const large = values.filter(({ attackShare }) => attackShare >= LEAST_SHARE);
  const shown = (finds.length > 0 ? finds : large).slice(0, finds.length > 0 ? MOST_VALUES : 2);
  const lines = [`${attribute.title} (${attribute.name})${bits}`];
  if (range !== null && range.high > range.low && finds.length !== 1) {
    const label = `${valueWords(attribute.name, range.low)} to ${valueWords(attribute.name, range.high)}`;
    lines.push(figures(label, range.share, range.goodShare, ''));
  }
  for (const value of shown)
    lines.push(
      figures(valueWords(attribute.name, value.value, LABEL - 4), value.attackShare, value.goodShare, liftWords(value)),
    );
  const more = values.length - shown.length + otherValues;
  if (more > 0) lines.push(`  and ${formatExact(more)} more`);
  return lines;
}

function figures(label: string, attackShare: number, goodShare: number | null, lift: string): string {
  const good = goodShare === null ? 'unknown' : formatShare(goodShare);
  return `${pad(`  ${label}`, LABEL)}${formatShare(attackShare).padStart(8)}${good.padStart(10)}${lift.padStart(10)}`;
}

/** Of what no good row has only a least lift is known. */
function liftWords({ lift, liftLow, goodShare }: DiffValue): string {
  if (lift === null) return '';
  const figure = goodShare === 0 ? (liftLow ?? lift) : lift;
  return `${goodShare === 0 ? '>=' : ''}${figure >= 9.95 ? Math.round(figure) : figure.toFixed(1)}x`;
}

function pad(text: string, cells: number): string {
  const cut = cutCells(text, cells);
  return cut + ' '.repeat(Math.max(0, cells - cellWidth(cut)));
}

function ruleLines({ rule, refused, backends }: Proposal, title: string, backend: Backend | null): string[] {
  if (rule === null) return refused === null ? [] : refusalLines(refused, title);
  const lines = [title];
  for (const [i, clause] of rule.clauses.entries()) {
    lines.push(`  ${i === 0 ? '' : 'or '}${clauseWords(clause)}`);
    if (rule.clauses.length > 1)
      lines.push(`    ${formatShare(clause.recall)} of the attack, ${formatFineShare(clause.collateral)} of good`);
  }
  lines.push(
    `  stops ${intervalWords(rule.recall)} of the attack`,
    `  harms ${intervalWords(rule.collateral)} of good traffic`,
    ...hitLines(rule),
    '',
  );
  const told = backends.filter((each) => backend === null || each.backend === backend);
  return [...lines, ...told.flatMap(backendLines)];
}

function refusalLines({ code, message, evidence }: Refusal, title: string): string[] {
  const numbers = Object.entries(evidence).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`,
  );
  return [`${title}: none, ${code}`, `  ${message}`, `  ${numbers.join(', ')}`, ''];
}

function intervalWords({ estimate, low, high }: Interval): string {
  return `${formatFineShare(estimate)} (${formatFineShare(low)} to ${formatFineShare(high)})`;
}

function hitLines({ goodHits }: MeasuredRule): string[] {
  return goodHits
    .slice(0, 3)
    .map(
      ({ attribute, value, rows }) =>
        `  would also hit ${attribute} ${valueWords(attribute, value)} (${formatExact(rows)} rows)`,
    );
}

function backendLines({ backend, text, ip6, notes, left, recall, collateral }: BackendRule): string[] {
  const lines: string[] = [BACKEND_TITLES[backend]];
  for (const reason of left) lines.push(`  # left out: ${reason}`);
  if (left.length > 0 && recall !== null && collateral !== null) {
    lines.push(
      `  # so wider: ${formatShare(recall.estimate)} of the attack, ${intervalWords(collateral)} of good traffic`,
    );
  }
  for (const note of notes) lines.push(`  # ${note}`);
  const commands = [...text, ...ip6];
  lines.push(...(commands.length === 0 ? ['  # cannot say this rule'] : commands.map((command) => `  ${command}`)), '');
  return lines;
}
