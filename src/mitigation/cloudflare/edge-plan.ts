/** A request -> the plan people see and the door applies: what is sent, what takes it back, what nobody but us ends. */
import { UserError } from '../../errors.js';
import { formatPrefix, type Prefix } from '../../format/address.js';
import { formatDuration } from '../../format/time-format.js';
import type { Protected } from '../guard/protected-addresses.js';
import { checkFrame, normaliseRequest } from '../plan/normal-request.js';
import type { MitigationPlan, MitigationRequest, PlanStep } from '../types.js';
import type { Draft, DraftContext } from './draft.js';
import { draftRequest } from './draft-request.js';
import { allowedBy, judgeEdge } from './edge-guard.js';
import { planStepOf } from './planned-call.js';

export interface EdgePlanInputs extends Omit<DraftContext, 'allow'> {
  readonly allowList: readonly string[];
  readonly protectedList: readonly Protected[];
  readonly nowMs: number;
}

export interface PlannedEdge {
  readonly plan: MitigationPlan;
  readonly draft: Draft;
}

export async function planEdge(inputs: EdgePlanInputs): Promise<PlannedEdge> {
  const { request, allowList, protectedList, nowMs, id } = inputs;
  checkRequest(request);
  const normal = hasPrefixes(request) ? normaliseRequest(prefixPart(request), allowList) : null;
  const allow =
    request.edge === undefined && request.signature == null ? (normal?.allow ?? []) : allowedBy(request, allowList);
  const draft = await draftRequest({ ...inputs, allow: setItems(allow) }, normal);
  const plan: MitigationPlan = {
    id,
    adapter: 'cloudflare',
    incidentId: request.incidentId,
    request,
    steps: [...draft.calls.map(planStepOf), confirmStep(request)],
    expiresAtMs: nowMs + request.ttlSec * 1000,
    ...(draft.confirmations > 1 ? { confirmations: draft.confirmations } : {}),
    warnings: [...draft.warnings, ...windowWarning(draft, request), ...madeWords(draft)],
    refused: judgeEdge(request, normal, allow, protectedList),
    protected: protectedList.map(({ prefix, why }) => ({ prefix: formatPrefix(prefix), why })),
  };
  return { plan, draft };
}

export function windowSecOf(draft: Draft, { confirmWindowSec }: MitigationRequest): number {
  return Math.max(confirmWindowSec, draft.leastWindowSec);
}

function windowWarning(draft: Draft, request: MitigationRequest): string[] {
  const window = formatDuration(windowSecOf(draft, request));
  return [
    `the edge has no timer: this program takes it back after ${window} unless it is confirmed, and ${formatDuration(request.ttlSec)} after that; if nobody runs then, it stays in force until ddostop is started again, which lists it first`,
  ];
}

/** Paths hold these words where the edge gives an id to what is made. */
function madeWords({ calls }: Draft): string[] {
  const isMade = calls.some(({ request }) => /\/(RULESET|RULE|LIST)(\/|$)/.test(request.path));
  return isMade ? ['RULESET, RULE and LIST in a path stand for the id that the edge gives to what it makes'] : [];
}

function confirmStep({ ttlSec }: MitigationRequest): PlanStep {
  return {
    phase: 'confirm',
    what: `When confirmed: keep it for ${formatDuration(ttlSec)} from then on. Nothing is sent; the running program ends it`,
    argv: [],
    stdin: '',
    inverse: null,
  };
}

function checkRequest(request: MitigationRequest): void {
  checkFrame(request);
  const {
    limits = [],
    countSenders = [],
    synProxy = [],
    ingress = [],
    guard = [],
    edge,
    signature,
    rateLimitPps,
  } = request;
  const foreign =
    [limits, countSenders, synProxy, ingress, guard].some((asked) => asked.length > 0) || rateLimitPps !== undefined;
  if (foreign)
    throw new UserError(
      'EDGE_CANNOT',
      'limits of packets, SYN proxies, sender counts and guards are of a host, not of the edge',
      'Use --backend nft, or a rate limit of requests.',
    );
  const parts = [edge !== undefined, signature != null, hasPrefixes(request)].filter(Boolean).length;
  if (parts > 1)
    throw new UserError('USAGE', 'several things in one mitigation at the edge', 'Apply them one after the other.');
  if (parts === 0)
    throw new UserError(
      'NOTHING_TO_DO',
      'the request names nothing for the edge to do',
      'E.g. --block 198.51.100.0/24.',
    );
}

function hasPrefixes({ blockSources, blockTargets }: MitigationRequest): boolean {
  return blockSources.length + blockTargets.length > 0;
}

/** What of a request the check of prefixes knows. */
function prefixPart({
  sampleOnly: _counted,
  edgeRuleAction: _action,
  ...request
}: MitigationRequest): MitigationRequest {
  return request;
}

function setItems(allow: readonly Prefix[]): string[] {
  return [...new Set(allow.map(formatPrefix))];
}
