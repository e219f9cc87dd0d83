/** A call as it is shown before it is sent, and the call that takes it back. */
import type { ApiRequest } from '../../platform/cloudflare/api.js';
import type { PlanStep } from '../types.js';
import { bodyText, pathWithQuery } from './edge-calls.js';

export interface PlannedCall {
  /** In words. */
  readonly what: string;
  readonly request: ApiRequest;
  /** Null: it leaves nothing behind, or what takes it back stands with a later call. */
  readonly inverse: ApiRequest | null;
}

/** Stand in a path for what the edge names when it makes it. */
export const MADE_RULESET = 'RULESET';
export const MADE_RULE = 'RULE';
export const MADE_LIST = 'LIST';
export const MADE_ACCESS_RULE = 'ACCESS_RULE';

export function planStepOf({ what, request, inverse }: PlannedCall): PlanStep {
  return { phase: 'trial', what, ...wordsOf(request), inverse: inverse === null ? null : wordsOf(inverse) };
}

function wordsOf(request: ApiRequest): { readonly argv: readonly string[]; readonly stdin: string } {
  return { argv: [request.method, pathWithQuery(request)], stdin: bodyText(request.body) };
}
