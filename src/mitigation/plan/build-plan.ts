/** Checked prefixes + the kernel's state + what is protected -> the plan people see and the door applies. Pure. */
import { formatPrefix } from '../../format/address.js';
import { formatDuration } from '../../format/time-format.js';
import { afterTrial } from '../after-trial.js';
import type { FirewallBackend, PlannedTrial } from '../backend.js';
import { type Entry, entryKey, entryText } from '../entry.js';
import type { FirewallState, LiveElement } from '../firewall-state.js';
import { cdnRangesIn } from '../guard/cdn-ranges.js';
import type { Protected } from '../guard/protected-addresses.js';
import { judge } from '../guard/verdict.js';
import type { Transaction } from '../transaction.js';
import type { MitigationPlan, MitigationRequest, PlanStep } from '../types.js';
import { listText, type NormalRequest } from './normal-request.js';
import type { NormalRules } from './normal-rules.js';
import { PrefixIndex } from './prefix-index.js';

export interface PlanInputs {
  readonly id: string;
  readonly request: MitigationRequest;
  readonly normal: NormalRequest;
  readonly state: FirewallState;
  readonly protectedList: readonly Protected[];
  /** Epoch ms. */
  readonly nowMs: number;
}

/** What a request comes to in the kernel. Throws UserError for rules the firewall cannot say. */
export function trialOf(
  backend: FirewallBackend,
  id: string,
  { why, ttlSec, confirmWindowSec }: MitigationRequest,
  normal: NormalRequest,
): PlannedTrial {
  const rules = normal.rules === null ? null : backend.compile(normal.rules);
  const leases = (rules?.families ?? []).map((version): Entry => ({ role: 'lease', id, version }));
  const { ingress } = normal;
  return { id, why, ttlSec, windowSec: confirmWindowSec, entries: [...leases, ...entriesOf(normal)], rules, ingress };
}

function entriesOf(normal: NormalRequest): Entry[] {
  return [
    ...normal.guard.map(({ address, port }): Entry => ({ role: 'guard', prefix: address, port })),
    ...normal.allow.map((prefix): Entry => ({ role: 'allow', prefix })),
    ...normal.blocks.map((prefix): Entry => ({ role: 'block', prefix })),
    ...normal.targets.map((prefix): Entry => ({ role: 'target', prefix })),
  ];
}

export function buildPlan(
  backend: FirewallBackend,
  { id, request, normal, state, protectedList, nowMs }: PlanInputs,
): MitigationPlan {
  const trial = trialOf(backend, id, request, normal);
  return {
    id,
    adapter: backend.name,
    incidentId: request.incidentId,
    request,
    steps: stepsOf(backend, normal, trial, state),
    expiresAtMs: nowMs + request.ttlSec * 1000,
    warnings: [
      ...normal.warnings,
      ...(trial.rules?.warnings ?? []),
      ...ingressWarnings(normal),
      ...cdnWarnings(request, normal),
      ...coverWarnings(trial.entries, state),
    ],
    refused: judge(request, normal, protectedList),
    protected: protectedList.map(({ prefix, why }) => ({ prefix: formatPrefix(prefix), why })),
  };
}

function stepsOf(
  backend: FirewallBackend,
  normal: NormalRequest,
  trial: PlannedTrial,
  state: FirewallState,
): PlanStep[] {
  const after = afterTrial(backend, state, trial);
  const undo = backend.undo(after, trial.id);
  const { id, windowSec, ttlSec } = trial;
  const first = `For ${formatDuration(windowSec)}: ${effectText(normal)}. The kernel ends it by itself unless it is confirmed`;
  const then = `When confirmed: keep it for ${formatDuration(ttlSec)} from then on. The kernel ends it by itself`;
  return [
    ...phaseOf('trial', first, backend.trial(state, trial), undo),
    ...phaseOf('confirm', then, backend.confirm(after, id), undo),
  ];
}

/** Where a firewall takes several commands, the last one arms; undoing goes the other way, and its first one disarms. */
function phaseOf(
  phase: PlanStep['phase'],
  what: string,
  does: readonly Transaction[],
  undo: readonly Transaction[],
): PlanStep[] {
  return does.map((transaction, i) => {
    const isLast = i === does.length - 1;
    return {
      phase,
      what: isLast ? what : 'Prepare it: nothing is dropped yet',
      ...transaction,
      inverse: undo[does.length - 1 - i] ?? null,
    };
  });
}

/** "drop packets from 198.51.100.7 and 198.51.100.9; let 203.0.113.10 to tcp port 22 pass". */
export function effectText(normal: NormalRequest): string {
  const parts: string[] = [];
  const pass = [
    ...normal.guard.map((path) => `${formatPrefix(path.address)} to tcp port ${path.port}`),
    ...normal.allow.map(formatPrefix),
  ];
  if (normal.blocks.length > 0) parts.push(`drop packets from ${listText(normal.blocks.map(formatPrefix), 5)}`);
  if (normal.targets.length > 0) parts.push(`drop packets to ${listText(normal.targets.map(formatPrefix), 5)}`);
  if (normal.rules !== null) parts.push(rulesText(normal.rules));
  if (pass.length > 0) parts.push(`let packets from ${listText(pass, 5)} pass our drops`);
  return parts.join('; ');
}

function cdnWarnings({ isBehindCdn }: MitigationRequest, normal: NormalRequest): string[] {
  const [first, ...others] = isBehindCdn === true ? [] : cdnRangesIn(normal);
  if (first === undefined) return [];
  const more = others.length > 0 ? ` and ${others.length} more ranges` : '';
  return [
    `it touches ${formatPrefix(first.prefix)}${more} (${first.why}): with --behind-cdn they are spared; block at the edge instead`,
  ];
}

function ingressWarnings({ ingress }: NormalRequest): string[] {
  if (ingress.length === 0) return [];
  return [
    `on ${ingress.join(', ')} blocked prefixes are dropped as frames come in, for as long as anything of ours is in force; other devices as ever`,
  ];
}

function rulesText(rules: NormalRules): string {
  if (rules.kind === 'senders') return `count ${rules.words}; nothing is dropped`;
  if (rules.kind === 'synproxy')
    return `answer SYNs in the server's place, and let it see finished handshakes only: ${rules.words}`;
  if (rules.sample !== null) return `count packets that look like this, and drop nothing: ${rules.words}`;
  if (rules.kind === 'limits') return `let pass ${rules.words}; drop what is above`;
  const above =
    rules.kind === 'signature' && rules.limitPps !== null ? ` above ${rules.limitPps} packets a second` : '';
  return `drop packets that look like this${above}: ${rules.words}`;
}

/** Blocks that a confirmed one covers already: they are added all the same, for each has its own end, but the reader should know. */
function coverWarnings(entries: readonly Entry[], state: FirewallState): string[] {
  const live = new Map<string, LiveElement>();
  const index = new PrefixIndex();
  for (const element of state.elements) {
    if (element.entry?.role !== 'block' || !element.owners.some((owner) => owner.confirmed)) continue;
    index.add(element.entry.prefix);
    live.set(entryKey(element.entry), element);
  }
  const texts: string[] = [];
  for (const entry of entries) {
    const wider = entry.role === 'block' ? index.covering(entry.prefix) : null;
    const element = wider === null ? undefined : live.get(entryKey({ role: 'block', prefix: wider }));
    if (element?.entry == null) continue;
    const ids = element.owners.map((owner) => owner.id).join(', ');
    const left = formatDuration(element.expiresSec ?? Number.NaN);
    const part = entryKey(entry) === entryKey(element.entry) ? '' : ` as part of ${entryText(element.entry)}`;
    texts.push(`${entryText(entry)} is already dropped${part} for another ${left} (${ids})`);
  }
  return texts.length === 0 ? [] : [listText(texts)];
}
