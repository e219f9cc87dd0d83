/** `ddostop diff` as a page of text: what tells attack from good, the rule, what it does, how it is written. */
import { cleanText } from '../format/clean-text.js';
import { formatExact, formatFineShare, formatShare } from '../format/number-format.js';
import { formatDateTime, formatDuration } from '../format/time-format.js';
import { type Analysis, type BackendRule, GOOD_WORDS, type Proposal, type Span } from '../signature/analysis.js';
import { BACKEND_TITLES, type Backend } from '../signature/backend.js';
import type { Diff } from '../signature/diff/diff.js';
import type { Interval, MeasuredRule, Refusal } from '../signature/rule.js';
import { clauseWords, valueWords } from '../signature/words.js';
import { attributeLines, SIDE_WORDS } from './diff-attributes-text.js';

export interface DiffTextOptions {
  /** What was read, for the head line. */
  readonly name: string;
  /** Attributes told. */
  readonly attributes: number;
  /** Only this one; null: all. */
  readonly backend: Backend | null;
}

const WIDTH = 80;

export function diffText(analysis: Analysis, options: DiffTextOptions): string {
  const lines = [`ddostop diff   ${cleanText(options.name, WIDTH - 16)}`, ...headLines(analysis), ''];
  for (const diff of analysis.diffs) lines.push(...attributeLines(diff, options.attributes));
  const { proposal } = analysis;
  const requests = requestsToTell(analysis);
  lines.push(...ruleLines(proposal, requests === null ? 'Rule' : 'Rule of packets', options.backend));
  if (requests !== null) lines.push(...ruleLines(requests, 'Rule of requests', options.backend));
  return `${lines.join('\n').trimEnd()}\n`;
}

/** That requests are no more than before is no news of a flood of SYNs. */
function requestsToTell({ diffs, requests }: Analysis): Proposal | null {
  const isTold = requests?.rule != null || diffs.some(({ kind }) => kind === 'request');
  return isTold ? requests : null;
}

function headLines({ target, attack, good, diffs, vectors }: Analysis): string[] {
  const lines = target === null ? [] : [`target ${target}`];
  for (const [i, diff] of diffs.entries()) {
    const words = SIDE_WORDS[diff.kind];
    const isFirst = i === 0;
    lines.push(
      `attack  ${formatExact(diff.attack.packets)} ${words}${isFirst ? spanWords(attack) : ''}; ${fractionWords(diff)}`,
    );
    const goods = `${formatExact(diff.good.packets)} ${words}${isFirst || diffs[i - 1]?.good.rows === 0 ? spanWords(good) : ''}: ${GOOD_WORDS[good.is]}`;
    if (good.is !== 'none' && diff.good.rows === 0) lines.push(`good    none of the ${words}`);
    else if (good.is !== 'none') lines.push(`good    ${goods}`);
    else if (isFirst) lines.push('good    none: what a rule would harm is unknown');
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

function fractionWords({ attackFraction: { value, from } }: Diff): string {
  if (from === 'none') return 'how much of it is attack is unknown';
  return `${formatShare(value)} of it attack, ${from === 'rates' ? 'by the rates' : 'estimated from the rows'}`;
}

function spanWords({ fromSec, toSec }: Span): string {
  if (!Number.isFinite(fromSec)) return '';
  return `, ${formatDateTime(fromSec)}, ${formatDuration(Math.max(0, toSec - fromSec))}`;
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
