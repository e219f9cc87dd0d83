/** Plans and live mitigations as text for the command line. Everything passes through cleanText: comments in the kernel may be anybody's. */
import { cleanText } from '../../format/clean-text.js';
import { formatCount, formatFineShare } from '../../format/number-format.js';
import { formatDateTime, formatDuration } from '../../format/time-format.js';
import type { AuditRecord } from '../../mitigation/audit-log.js';
import { auditWords } from '../../mitigation/audit-words.js';
import type { GuardedPath, LiveMitigation, MitigationPlan, MitigationRequest } from '../../mitigation/types.js';
import type { Unfinished } from '../../mitigation/unfinished.js';
import type { VanishedMitigation } from '../../mitigation/vanished.js';
import type { Interval } from '../../signature/rule.js';
import { valueWords } from '../../signature/words.js';
import { limitArguments } from '../options/limit-options.js';
import { synProxyText } from '../options/syn-proxy-option.js';

const MAX_SHOWN_LINES = 400;
const MAX_HITS = 3;

/** The whole plan: what, why not, exact commands, inverses. */
export function planText(plan: MitigationPlan): string {
  const { id, steps, refused, warnings } = plan;
  const lines = [refused === null ? `plan ${id}` : `plan ${id}: REFUSED, will not be applied`];
  if (refused !== null) {
    lines.push(`  ${refused.code}: ${refused.message}`);
    if (refused.narrowed !== null) lines.push(`  allowed instead: ${requestArguments(refused.narrowed)}`);
  }
  for (const [at, step] of steps.entries()) lines.push(`  ${at + 1}. ${step.what}`);
  lines.push(...measureLines(plan.request));
  for (const warning of warnings) lines.push(`  warning: ${warning}`);
  if (plan.protected.length > 0) {
    lines.push('  never cut off:');
    for (const { prefix, why } of plan.protected) lines.push(`    ${prefix}  ${why}`);
  }
  for (const [at, step] of steps.entries()) {
    lines.push('', `step ${at + 1}: ${step.argv.join(' ')}  <<`, ...indent(step.stdin));
  }
  for (const { inverse } of steps.filter(({ phase }) => phase === 'trial').reverse()) {
    if (inverse !== null) lines.push('', `taken back with: ${inverse.argv.join(' ')}  <<`, ...indent(inverse.stdin));
  }
  return `${lines.map(clean).join('\n')}\n`;
}

/** The short form shown above the question. */
export function planSummary(plan: MitigationPlan): string {
  const lines = [`plan ${plan.id}`, ...plan.steps.map((step, at) => `  ${at + 1}. ${step.what}`)];
  lines.push(...measureLines(plan.request));
  for (const warning of plan.warnings) lines.push(`  warning: ${warning}`);
  return `${lines.map(clean).join('\n')}\n`;
}

/** What the signature does, as measured where it was made. */
function measureLines({ signature }: MitigationRequest): string[] {
  if (signature == null) return [];
  const { recall, collateral, goodHits = [] } = signature;
  const told = (share: Interval | null) =>
    share === null ? 'not measured' : `${formatFineShare(share.estimate)} (at most ${formatFineShare(share.high)})`;
  const hits = goodHits
    .slice(0, MAX_HITS)
    .map(({ attribute, value }) => `${attribute} ${valueWords(attribute, value)}`);
  return [
    `  of the attack it matches ${told(recall)}, of good traffic ${told(collateral)}`,
    ...(hits.length === 0 ? [] : [`  good traffic it would hit: ${hits.join(', ')}`]),
  ];
}

/** The request as command-line arguments, to be copied. A signature is in no argument: FILE stands for it. */
export function requestArguments(request: MitigationRequest): string {
  const parts: string[] = [];
  if (request.blockSources.length > 0) parts.push('--block', ...request.blockSources);
  if (request.blockTargets.length > 0) parts.push('--block-target', ...request.blockTargets);
  if (request.signature != null) parts.push('--signature', 'FILE');
  parts.push(...limitArguments(request.limits ?? []));
  if (request.rateLimitPps !== undefined) parts.push('--rate', String(request.rateLimitPps));
  if (request.allow.length > 0) parts.push('--allow', ...request.allow);
  const guard = request.guard ?? [];
  if (guard.length > 0) parts.push('--guard', ...guard.map(guardText));
  if (request.isBehindCdn === true) parts.push('--behind-cdn');
  if (request.ingress !== undefined) parts.push('--ingress', ...request.ingress);
  if (request.countSenders !== undefined) parts.push('--count-senders', ...request.countSenders);
  if (request.synProxy !== undefined) parts.push('--syn-proxy', ...request.synProxy.map(synProxyText));
  if (request.sampleOnly !== undefined) parts.push('--sample-only', ...goodArguments(request.sampleOnly.good));
  return parts.join(' ');
}

function goodArguments(good: readonly string[]): string[] {
  return good.length === 0 ? [] : ['--good', ...good];
}

export function guardText({ address, port }: GuardedPath): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

export function listText(
  live: readonly LiveMitigation[],
  vanished: readonly VanishedMitigation[],
  unfinished: readonly Unfinished[],
): string {
  const rows = live.map((item) => [
    item.id,
    item.problem === undefined ? item.state : 'not in force',
    item.expiresInSec === null ? (item.state === 'ended' ? '-' : 'no end') : formatDuration(item.expiresInSec),
    formatCount(item.packets),
    formatCount(item.bytes),
    item.why,
    prefixesText(item),
  ]);
  const header = ['ID', 'STATE', 'TIME LEFT', 'PACKETS', 'BYTES', 'WHY', 'DROPS'];
  const table = rows.length === 0 ? ['no mitigation is live'] : alignColumns([header, ...rows]);
  const gone = vanished.map(
    ({ id, untilMs }) =>
      `${id} was confirmed until ${formatDateTime(untilMs / 1000)} but is not in the kernel any more (flushed, or a restart). Again: ddostop mitigate again ${id}`,
  );
  const open = unfinished.map(
    ({ id, action, time, user, outcome }) =>
      `${action}${id === '' ? '' : ` of ${id}`}, begun ${time} by ${user}, was cut off: ${outcome}`,
  );
  return `${[...table, ...gone, ...open].map(clean).join('\n')}\n`;
}

function prefixesText({ prefixes, targets, allow, rules, sample }: LiveMitigation): string {
  const parts = [
    ...(rules === undefined ? [] : [rulesText(rules)]),
    ...(sample === undefined ? [] : [`(counts only; ${sample.goodPackets} packets of known good sources)`]),
    ...prefixes,
    ...targets.map((target) => `to ${target}`),
  ];
  const shown = parts.slice(0, 4).join(' ') || '-';
  const more = parts.length > 4 ? ` +${parts.length - 4}` : '';
  return `${shown}${more}${allow.length > 0 ? ` (passes: ${allow.slice(0, 4).join(', ')})` : ''}`;
}

function rulesText({ words, limitPps }: NonNullable<LiveMitigation['rules']>): string {
  return limitPps === null ? words : `${words} (above ${limitPps} packets a second)`;
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] as readonly string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] as number)))
      .join('  ')
      .trimEnd(),
  );
}

function indent(text: string): string[] {
  const lines = text.trimEnd().split('\n');
  const shown = lines.slice(0, MAX_SHOWN_LINES).map((line) => `    ${line}`);
  return lines.length > MAX_SHOWN_LINES ? [...shown, `    … ${lines.length - MAX_SHOWN_LINES} more lines`] : shown;
}

/** A command must stay whole to be copied, so the bound is far above any line of ours. */
function clean(line: string): string {
  const [indentation] = /^ */.exec(line) as unknown as [string];
  return indentation + cleanText(line.slice(indentation.length), 1_000_000);
}

/** The audit log, a line a record, oldest first. */
export function logText(records: readonly AuditRecord[]): string {
  if (records.length === 0) return 'nothing was done yet\n';
  return `${records.map((record) => clean(auditWords(record))).join('\n')}\n`;
}
