/** Checked prefixes + the kernel's state + what is protected -> the plan people see and the door applies. Pure. */
import { formatPrefix } from '../../format/address.js';
import { formatDuration } from '../../format/time-format.js';
import type { Protected } from '../guard/protected-addresses.js';
import { judge } from '../guard/verdict.js';
import { type Entry, entryKey, entryText } from '../nft/entry.js';
import type { SignatureRules } from '../nft/signature-rules.js';
import type { LiveElement, TableState } from '../nft/table-state.js';
import { transactionOf } from '../nft/transaction-text.js';
import { afterTrial, confirmCommands, type TrialOptions, trialCommands, undoCommands } from '../nft/transactions.js';
import type { MitigationPlan, MitigationRequest, PlanStep } from '../types.js';
import { listText, type NormalRequest } from './normal-request.js';
import { PrefixIndex } from './prefix-index.js';

export interface PlanInputs {
  readonly id: string;
  readonly request: MitigationRequest;
  readonly normal: NormalRequest;
  readonly state: TableState;
  readonly protectedList: readonly Protected[];
  /** Epoch ms. */
  readonly nowMs: number;
}

/** What a request comes to in the kernel. */
export function trialOf(
  id: string,
  { why, ttlSec, confirmWindowSec }: MitigationRequest,
  normal: NormalRequest,
): { readonly entries: readonly Entry[]; readonly options: TrialOptions } {
  const options = { id, why, ttlSec, windowSec: confirmWindowSec, signature: normal.signature };
  return { entries: entriesOf(id, normal), options };
}

function entriesOf(id: string, normal: NormalRequest): Entry[] {
  const families = normal.signature?.matches.families ?? [];
  return [
    ...families.map((version): Entry => ({ role: 'lease', id, version })),
    ...normal.guard.map(({ address, port }): Entry => ({ role: 'guard', prefix: address, port })),
    ...normal.allow.map((prefix): Entry => ({ role: 'allow', prefix })),
    ...normal.blocks.map((prefix): Entry => ({ role: 'block', prefix })),
    ...normal.targets.map((prefix): Entry => ({ role: 'target', prefix })),
  ];
}

export function buildPlan({ id, request, normal, state, protectedList, nowMs }: PlanInputs): MitigationPlan {
  const trial = trialOf(id, request, normal);
  return {
    id,
    adapter: 'nft',
    incidentId: request.incidentId,
    request,
    steps: stepsOf(request, normal, trial, state),
    expiresAtMs: nowMs + request.ttlSec * 1000,
    warnings: [...normal.warnings, ...coverWarnings(trial.entries, state)],
    refused: judge(request, normal, protectedList),
    protected: protectedList.map(({ prefix, why }) => ({ prefix: formatPrefix(prefix), why })),
  };
}

function stepsOf(
  { ttlSec }: MitigationRequest,
  normal: NormalRequest,
  { entries, options }: ReturnType<typeof trialOf>,
  state: TableState,
): PlanStep[] {
  const after = afterTrial(state, entries, options);
  const inverse = transactionOf(undoCommands(after, options.id));
  return [
    {
      what: `For ${formatDuration(options.windowSec)}: ${effectText(normal)}. The kernel ends it by itself unless it is confirmed`,
      ...transactionOf(trialCommands(state, entries, options)),
      inverse,
    },
    {
      what: `When confirmed: keep it for ${formatDuration(ttlSec)} from then on. The kernel ends it by itself`,
      ...transactionOf(confirmCommands(after, options.id)),
      inverse,
    },
  ];
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
  if (normal.signature !== null) parts.push(signatureText(normal.signature));
  if (pass.length > 0) parts.push(`let packets from ${listText(pass, 5)} pass our drops`);
  return parts.join('; ');
}

function signatureText({ words, limitPps }: SignatureRules): string {
  const above = limitPps === null ? '' : ` above ${limitPps} packets a second`;
  return `drop packets that look like this${above}: ${words}`;
}

/** Blocks that a confirmed one covers already: they are added all the same, for each has its own end, but the reader should know. */
function coverWarnings(entries: readonly Entry[], state: TableState): string[] {
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
