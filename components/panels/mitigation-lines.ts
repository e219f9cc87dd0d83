/** The text of the mitigation panel: state first, then what is hit, then the exact commands. */
import { cleanText } from '../../src/format/clean-text.js';
import {
  formatBytes,
  formatCount,
  formatExact,
  formatFineShare,
  formatPps,
  formatShare,
} from '../../src/format/number-format.js';
import { formatDuration } from '../../src/format/time-format.js';
import { edgeActionWords } from '../../src/mitigation/cloudflare/edge-words.js';
import { limitWords } from '../../src/mitigation/limit-words.js';
import type { EdgeRuleAction, MitigationPlan, MitigationRequest, SignatureBlock } from '../../src/mitigation/types.js';
import { valueWords } from '../../src/signature/words.js';
import type { ImpactEstimate } from '../../src/snapshot/snapshot.js';
import { chip, type Line, type Span, span } from '../theme/paint.js';
import type { Token } from '../theme/theme.js';
import { wrapWords } from '../widgets/wrap.js';
import type { MitigationView } from './mitigation-view.js';

// A rule that drops nothing after this long is said to drop nothing.
const NOTHING_AFTER_SEC = 10;
/** Groups of good rows that are told by name. */
const TOLD_HITS = 3;
const MAX_INPUT_LINES = 200;
const MAX_INPUT_CELLS = 1500;

export function mitigationTitle(view: MitigationView): { readonly text: string; readonly color: Token } {
  switch (view.phase) {
    case 'preview':
      return { text: 'Mitigation preview: nothing has been done yet', color: 'borderFocus' };
    case 'applying':
      return { text: 'Mitigation: applying…', color: 'attack' };
    case 'armed':
    case 'confirming':
      return { text: 'Mitigation applied, not confirmed', color: 'attack' };
    case 'confirmed':
      return { text: 'Mitigation confirmed', color: 'ok' };
    case 'undoing':
      return { text: 'Mitigation: undoing…', color: 'suspect' };
    case 'undone':
      return { text: 'Mitigation undone: nothing is dropped any more', color: 'ok' };
    case 'expired':
      return { text: 'Mitigation over: it ended by itself', color: 'suspect' };
  }
}

export function mitigationLines(view: MitigationView, nowMs: number, width: number): Line[] {
  const wrapped = (text: string, color: Token, bold = false): Line[] =>
    wrapWords(cleanText(text, 4000), width).map((line) => [span(line, color, bold)]);
  const lines: Line[] = [];
  const { request, plan } = view;
  if (view.actError) lines.push(...wrapped(view.actError, 'critical', true), []);
  if (view.cannotAct) lines.push(...wrapped(view.cannotAct, 'suspect', true), []);
  if (view.phase !== 'preview') lines.push(...progressLines(view, nowMs), []);
  const what = [
    ...request.blockSources.map((prefix) => `from ${prefix}`),
    ...request.blockTargets.map((prefix) => `to ${prefix}`),
    ...(request.signature == null ? [] : [request.signature.words]),
    ...(request.limits ?? []).map(limitWords),
    ...(request.synProxy ?? []).map(({ prefix, port }) => `to ${prefix ?? 'anywhere'} tcp port ${port}`),
    ...(request.edge === undefined ? [] : [edgeActionWords(request.edge)]),
    ...(request.countSenders ?? []).map((target) => `senders to ${target}, each address counted`),
  ];
  lines.push([span(headOf(request), 'dim')]);
  lines.push(...wrapped(`  ${what.join(', ')}`, 'attack', true));
  lines.push(
    [
      span(
        `  for ${formatDuration(request.ttlSec)} after you confirm it within ${formatDuration(request.confirmWindowSec)}; else it ends by itself`,
        'text',
      ),
    ],
    [],
  );
  if (request.backend === 'cloudflare') lines.push(...edgeEffectLines(view, width));
  else if (request.countSenders === undefined) lines.push([span('It would have hit', 'dim')]);
  if (request.backend !== 'cloudflare' && request.signature != null)
    lines.push(...signatureLines(request.signature, width));
  if (request.backend !== 'cloudflare' && request.blockSources.length + request.blockTargets.length > 0)
    lines.push(...impactLines(view, width));
  lines.push([]);
  if (view.caution) lines.push(...wrapped(`! ${view.caution}`, 'suspect', true), []);
  if (view.planError) lines.push(...wrapped(view.planError, 'critical', true));
  else if (!plan) lines.push([span('Making the plan…', 'dim')]);
  else lines.push(...planLines(plan, wrapped));
  return lines;
}

/** By sampled requests: as the diff measured it, or for rows chosen on screen 4 as measured since. */
function edgeEffectLines({ request, measured, measureError }: MitigationView, width: number): Line[] {
  const { signature, edge } = request;
  if (edge !== undefined) return [[span('What it would do to good requests is not measured', 'dim')]];
  const head: Line = [span('It would have hit', 'dim')];
  if (signature?.recall != null) return [head, ...signatureLines(signature, width)];
  if (measured !== null) return [head, ...signatureLines({ ...signature, ...measured } as SignatureBlock, width)];
  const why = measureError === null ? 'measuring…' : `not known: ${cleanText(measureError, 500)}`;
  return [
    head,
    ...wrapWords(`  ${why}`, width).map((line): Line => [span(line, measureError === null ? 'dim' : 'suspect')]),
  ];
}

const EDGE_WORDS: Readonly<Record<EdgeRuleAction, string>> = {
  block: 'Block',
  managed_challenge: 'Challenge (managed)',
  js_challenge: 'Challenge (JavaScript)',
  challenge: 'Challenge (interactive)',
  log: 'Log',
};

function headAtEdge({ edge, signature, edgeRuleAction = 'block' }: MitigationRequest): string {
  if (edge !== undefined) return 'At the edge';
  const isOfPackets = signature?.rule.kind === 'packet';
  const what = isOfPackets ? 'packets that look like this, at the edge' : 'requests at the edge';
  return isOfPackets ? `Drop ${what}` : `${EDGE_WORDS[edgeRuleAction]} ${what}`;
}

function headOf(request: MitigationRequest): string {
  return request.backend === 'cloudflare' ? headAtEdge(request) : headAtFirewall(request);
}

function headAtFirewall({
  signature,
  rateLimitPps,
  limits = [],
  sampleOnly,
  countSenders,
  synProxy,
}: MitigationRequest): string {
  if (synProxy !== undefined) return "Answer SYNs in the server's place";
  if (countSenders !== undefined) return 'Count in the kernel, drop nothing';
  if (sampleOnly !== undefined) return 'Count packets, drop nothing';
  if (limits.length > 0) return 'Let pass, and drop what is above';
  if (signature == null) return 'Drop packets';
  const above = rateLimitPps === undefined ? '' : ` above ${formatExact(rateLimitPps)} a second`;
  return `Drop packets that look like this${above}`;
}

/** Shares as the diff measured them, on traffic the rule was not made from; the good traffic it would hit by name. */
function signatureLines({ recall, collateral, goodHits = [] }: SignatureBlock, width: number): Line[] {
  if (recall === null || collateral === null) return [[span('  what it does was not measured', 'suspect')]];
  const color: Token = collateral.high > 0.01 ? 'critical' : collateral.high > 0.001 ? 'suspect' : 'ok';
  const lines: Line[] = [
    [
      span(`  ${formatShare(recall.estimate)} of the attack`, 'title', true),
      span(' (', 'text'),
      span(`${formatShare(recall.low)} to ${formatShare(recall.high)})`, 'text'),
    ],
    [
      span(`  ${formatFineShare(collateral.estimate)} of good traffic`, color, true),
      span(` (at most ${formatFineShare(collateral.high)})`, 'text'),
    ],
  ];
  const hits = goodHits
    .slice(0, TOLD_HITS)
    .map(({ attribute, value, rows }) => `${attribute} ${valueWords(attribute, value)} (${formatExact(rows)} rows)`);
  if (hits.length === 0) return lines;
  return [...lines, ...wrapWords(`  good: ${hits.join(', ')}`, width).map((line): Line => [span(line, 'suspect')])];
}

function impactLines({ impact, impactError }: MitigationView, width: number): Line[] {
  if (impactError)
    return wrapWords(`  not known: ${cleanText(impactError, 2000)}`, width).map((line) => [span(line, 'suspect')]);
  if (!impact) return [[span('  measuring…', 'dim')]];
  return [
    [
      span(`  ${formatExact(impact.packets)} packets`, 'title', true),
      span(`, ${formatBytes(impact.bytes)}: `, 'text'),
      span(formatShare(impact.share), 'title', true),
      span(` of the traffic of the last ${Math.round(impact.seconds)} s`, 'text'),
    ],
    goodLine(impact),
    [span(`  measured on ${formatExact(impact.sampledRows)} samples`, 'dim')],
  ];
}

function goodLine({ good }: ImpactEstimate): Line {
  if (!good) return [span('  no good traffic was seen before the attack to compare with', 'suspect')];
  const isHarmless = good.matched === 0;
  return [
    span('  good reference: ', 'text'),
    span(`${formatExact(good.matched)} of ${formatExact(good.rows)} samples`, isHarmless ? 'ok' : 'critical', true),
    span(isHarmless ? ' would have been hit' : ' of good traffic would have been hit', 'text'),
  ];
}

function planLines(plan: MitigationPlan, wrapped: (text: string, color: Token, bold?: boolean) => Line[]): Line[] {
  const lines: Line[] = [];
  if (plan.refused) {
    lines.push(...wrapped(`Refused, ${plan.refused.code}: ${plan.refused.message}`, 'critical', true));
    if (plan.refused.narrowed)
      lines.push([span('n', 'accent', true), span(' takes the narrower plan that is allowed', 'text')]);
    lines.push([]);
  }
  for (const warning of plan.warnings) lines.push(...wrapped(`! ${warning}`, 'suspect'));
  if (plan.protected.length > 0) {
    const list = plan.protected.map((address) => `${address.prefix} (${address.why})`).join(', ');
    lines.push([span('Never dropped', 'dim')], ...wrapped(`  ${list}`, 'ok'));
  }
  lines.push([], [span('Commands, exactly as they will run', 'dim')]);
  for (const step of plan.steps) {
    lines.push(...wrapped(`# ${step.what}`, 'dim'));
    lines.push(...wrapped(`$ ${step.argv.map(quoted).join(' ')}`, 'good', true));
    for (const line of shownInput(step.stdin)) lines.push(...wrapped(`  ${line}`, 'text'));
  }
  lines.push([], [span('Undo', 'dim')]);
  for (const step of plan.steps.filter(({ phase }) => phase === 'trial').reverse()) {
    if (!step.inverse) continue;
    lines.push(...wrapped(`$ ${step.inverse.argv.map(quoted).join(' ')}`, 'good'));
    for (const line of shownInput(step.inverse.stdin)) lines.push(...wrapped(`  ${line}`, 'text'));
  }
  return lines;
}

/** A plan of 50 000 prefixes is megabytes, drawn with every frame: what cannot be read anyway is told by its size. */
function shownInput(stdin: string): string[] {
  const lines = stdin.split('\n').filter(Boolean);
  const shown = lines
    .slice(0, MAX_INPUT_LINES)
    .map((line) =>
      line.length > MAX_INPUT_CELLS
        ? `${line.slice(0, MAX_INPUT_CELLS)}… ${formatExact(line.length - MAX_INPUT_CELLS)} more characters`
        : line,
    );
  const more = lines.length - MAX_INPUT_LINES;
  return more > 0 ? [...shown, `… ${formatExact(more)} more lines`] : shown;
}

/** For reading only: commands run as argv, never through a shell. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`);

function progressLines(view: MitigationView, nowMs: number): Line[] {
  const lines: Line[] = [];
  if (view.phase === 'armed' && view.confirmByMs !== null) {
    const left = Math.max(0, Math.ceil((view.confirmByMs - nowMs) / 1000));
    lines.push([
      span('Ends by itself in ', 'text'),
      span(`${left} s`, left <= 10 ? 'critical' : 'attack', true),
      span(': ', 'text'),
      span('c', 'accent', true),
      span(' keeps it, ', 'text'),
      span('z', 'accent', true),
      span(' takes it back', 'text'),
    ]);
  }
  if (view.phase === 'confirmed' && view.live?.expiresInSec != null)
    lines.push([span(`Ends in ${formatDuration(view.live.expiresInSec)}`, 'text')]);
  if (view.live) lines.push(verifyLine(view, nowMs));
  else if (view.phase === 'armed') lines.push([span('waiting for the kernel to report it…', 'dim')]);
  return lines;
}

function verifyLine(view: MitigationView, nowMs: number): Line {
  const { live, droppingPps, appliedAtMs } = view;
  if (!live) return [];
  if (view.request.backend === 'cloudflare') return verifyAtEdge(view, nowMs);
  const sinceSec = appliedAtMs === null ? 0 : (nowMs - appliedAtMs) / 1000;
  if (live.packets === 0) {
    return sinceSec >= NOTHING_AFTER_SEC
      ? [span(`no packet matched in ${Math.floor(sinceSec)} s: this rule does not help`, 'critical', true)]
      : [span('no packet matched yet', 'dim')];
  }
  const rate: Span =
    droppingPps === null ? span('dropping', 'ok', true) : span(`dropping ${formatPps(droppingPps)} pps`, 'ok', true);
  return [rate, span(`, ${formatCount(live.packets)} packets and ${formatBytes(live.bytes)} so far`, 'text')];
}

/** The log is seconds behind, and says which rule matched a request. */
const EDGE_NOTHING_AFTER_SEC = 30;

function verifyAtEdge({ live, droppingPps, appliedAtMs, request }: MitigationView, nowMs: number): Line {
  const sinceSec = appliedAtMs === null ? 0 : (nowMs - appliedAtMs) / 1000;
  if (live === null || live.edgeRules === undefined || live.edgeRules.length === 0)
    return [span('read back from the edge: it is there', 'ok')];
  if (live.packets === 0)
    return sinceSec >= EDGE_NOTHING_AFTER_SEC
      ? [span(`the log has no request that it matched in ${Math.floor(sinceSec)} s`, 'suspect', true)]
      : [span('read back from the edge: it is there; the log has no request yet that it matched', 'dim')];
  const rate = droppingPps === null ? '' : `${formatPps(droppingPps)} requests/s, `;
  const what = request.edgeRuleAction === 'log' ? 'logged' : 'matched';
  return [span(`${what} ${rate}`, 'ok', true), span(`${formatCount(live.packets)} requests so far`, 'text')];
}

export function mitigationButtons(view: MitigationView, nowMs: number): Line {
  const key = (name: string, words: string): Span[] => [span(`  ${name}`, 'accent', true), span(` ${words}`, 'text')];
  const mayApply = view.phase === 'preview' && view.plan && !view.plan.refused && !view.cannotAct;
  const isEarly = nowMs < view.guardUntilMs;
  switch (view.phase) {
    case 'preview':
      return [
        span(' '),
        chip('Cancel: Enter', 'title'),
        ...(mayApply ? [span('   '), isEarly ? span(' A apply ', 'dim') : chip('A apply', 'attack')] : []),
        ...key('y', 'copy commands'),
      ];
    case 'armed':
    case 'confirming':
      return [
        span(' '),
        chip('c confirm', 'ok'),
        span('   '),
        chip('z undo', 'suspect'),
        ...key('Esc', 'look around, keep the question open'),
      ];
    case 'confirmed':
      return [span(' '), chip('Close: Enter', 'title'), ...key('z', 'undo')];
    default:
      return [span(' '), chip('Close: Enter', 'title')];
  }
}
