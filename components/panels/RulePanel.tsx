/** What would the rule do, and how is it written? Clauses with recall and harm, good traffic it would hit, commands of one backend. */
import { memo } from 'react';
import { formatExact, formatFineShare, formatShare } from '../../src/format/number-format.js';
import type { BackendRule } from '../../src/signature/analysis.js';
import { BACKEND_TITLES } from '../../src/signature/backend.js';
import type { Interval, MeasuredRule, Refusal } from '../../src/signature/rule.js';
import { clauseWords, valueWords } from '../../src/signature/words.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { wrapWords } from '../widgets/wrap.js';

export type RulePanelProps = {
  readonly rule: MeasuredRule | null;
  readonly refused: Refusal | null;
  readonly isEdited: boolean /* somebody changed it by hand */;
  readonly isMeasuring: boolean;
  readonly goodRows: number /* of what harm is measured on */;
  readonly backend: BackendRule | null;
  readonly clauseIndex: number /* the clause that is edited */;
  readonly scroll: number /* lines */;
  readonly isFocused: boolean;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

/** Groups of good rows that are told by name. */
const TOLD_HITS = 3;

export const RulePanel = memo(function RulePanel(props: RulePanelProps) {
  const { width, height, theme } = props;
  const lines = ruleLines(props, width - 4);
  const offset = Math.max(0, Math.min(props.scroll, lines.length - (height - 2)));
  const last = Math.min(lines.length, offset + height - 2);
  const foot: Line = lines.length > height - 2 ? [span(`${offset + 1}-${last} of ${lines.length}`, 'dim')] : [];
  const frame = { title: titleOf(props), note: noteOf(props), foot, isFocused: props.isFocused };
  const content = lines.slice(offset).map((line): Line => [span(' '), ...line]);
  return <Block lines={paneLines(frame, content, width, height)} width={width} height={height} theme={theme} />;
});

function titleOf({ isEdited, rule }: RulePanelProps): string {
  return rule === null ? 'Rule' : isEdited ? 'Rule, as edited' : 'Rule, as proposed';
}

function noteOf({ rule, isMeasuring }: RulePanelProps): Line {
  if (isMeasuring) return [span('measuring…', 'dim')];
  if (rule === null) return [span('no rule', 'suspect', true)];
  return [
    span(`drops ${formatShare(rule.recall.estimate)}`, 'attack', true),
    span('  '),
    ...harmSpans(rule.collateral),
  ];
}

function harmSpans({ estimate, high }: Interval): Line {
  const color = estimate > 0.001 ? 'critical' : high > 0.001 ? 'suspect' : 'ok';
  return [span(`harms ${formatFineShare(estimate)} (at most ${formatFineShare(high)})`, color, true)];
}

function ruleLines(props: RulePanelProps, cells: number): Line[] {
  const { rule, refused } = props;
  if (rule === null)
    return refused === null ? [[span('Take values in with Space.', 'dim')]] : refusalLines(refused, cells);
  return [
    ...measureLines(rule, cells),
    ...clauseLines(props, rule, cells),
    ...hitLines(props, rule, cells),
    ...backendLines(props.backend, cells),
  ];
}

function refusalLines({ code, message, evidence }: Refusal, cells: number): Line[] {
  const figures = Object.entries(evidence).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`,
  );
  return [
    [span(`No rule is proposed: ${code.toLowerCase().replaceAll('_', ' ')}.`, 'suspect', true)],
    ...wrapWords(message, cells).map((line): Line => [span(line)]),
    ...wrapWords(figures.join(', '), cells).map((line): Line => [span(line, 'dim')]),
    [span('Space takes values in by hand; what they do is measured all the same.', 'dim')],
  ];
}

function measureLines({ recall, collateral }: MeasuredRule, cells: number): Line[] {
  const words =
    `Of the attack ${formatFineShare(recall.estimate)} (${formatFineShare(recall.low)} to ${formatFineShare(recall.high)}), ` +
    `of good traffic ${formatFineShare(collateral.estimate)} (${formatFineShare(collateral.low)} to ${formatFineShare(collateral.high)}), 95 % bounds.`;
  return wrapWords(words, cells).map((line) => [span(line, 'dim')]);
}

function clauseLines({ clauseIndex }: RulePanelProps, rule: MeasuredRule, cells: number): Line[] {
  return rule.clauses.flatMap((clause, i): Line[] => {
    const isEdited = i === clauseIndex && rule.clauses.length > 1;
    const mark = isEdited ? '▸' : i === 0 ? ' ' : '+';
    const figures = ` ${formatShare(clause.recall)} of the attack, ${formatFineShare(clause.collateral)} of good`;
    const words = wrapWords(clauseWords(clause), cells - 2);
    return [
      ...words.map(
        (line, n): Line => [
          span(n === 0 ? `${mark} ` : '  ', 'accent', true),
          span(line, 'title', n === 0 || isEdited),
        ],
      ),
      [span(`  ${figures.trim()}`, 'dim')],
    ];
  });
}

function hitLines({ goodRows }: RulePanelProps, { goodHits }: MeasuredRule, cells: number): Line[] {
  if (goodHits.length === 0) return [[span(`Of ${formatExact(goodRows)} good rows it hits none.`, 'ok')]];
  const told = goodHits
    .slice(0, TOLD_HITS)
    .map(({ attribute, value, rows }) => `${attribute} ${valueWords(attribute, value, 40)} (${rows})`);
  const more = goodHits.length - told.length;
  const words = `Would also hit good traffic: ${told.join(', ')}${more > 0 ? `, and ${more} groups more` : ''}.`;
  return wrapWords(words, cells).map((line) => [span(line, 'suspect')]);
}

function backendLines(backend: BackendRule | null, cells: number): Line[] {
  if (backend === null) return [];
  const { text, ip6, notes, left, recall, collateral } = backend;
  const lines: Line[] = [
    [],
    [span(`${BACKEND_TITLES[backend.backend]} `, 'accent', true), span('b: next backend, y: copy', 'dim')],
  ];
  const commands = [...text, ...ip6];
  if (commands.length === 0) lines.push([span('It cannot say this rule.', 'suspect')]);
  for (const reason of left)
    lines.push(...wrapWords(`Left out: ${reason}`, cells).map((line): Line => [span(line, 'suspect')]));
  if (left.length > 0 && recall !== null && collateral !== null && commands.length > 0) {
    const words = `So it is wider: ${formatShare(recall.estimate)} of the attack, ${formatFineShare(collateral.estimate)} of good (at most ${formatFineShare(collateral.high)}).`;
    lines.push(...wrapWords(words, cells).map((line): Line => [span(line, 'suspect')]));
  }
  for (const command of commands) lines.push(...wrapWords(command, cells).map((line): Line => [span(line, 'title')]));
  for (const note of notes) lines.push(...wrapWords(note, cells).map((line): Line => [span(line, 'dim')]));
  return lines;
}
