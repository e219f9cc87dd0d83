/** What /graphql answers: `{data, errors}`, with HTTP 200 for errors too. developers.cloudflare.com/analytics/graphql-api/errors. */
import type { ApiRemark } from './api.js';
import { isRecord, readRemarks, remarksText } from './api-answer.js';
import { type Asked, limited, refusal } from './api-errors.js';
import type { ApiFailure } from './api-failure.js';
import { SPAN_MS } from './call-budget.js';
import type { Secret } from './secret.js';

export interface GraphqlAnswer {
  readonly data: unknown;
  /** Null: none. */
  readonly failure: ((status: number) => ApiFailure) | null;
  /** Its own budget is spent; the other calls' is not. */
  readonly isLimited: boolean;
}

const ASKED: Asked = { method: 'POST', path: '/graphql' };
const LIMITED = /budget (?:is )?depleted|rate limit|too many (?:queries|requests)/i;
const FORBIDDEN = /not authorized|does not have access|authz|unauthorized|forbidden/i;

/** Null: no answer of GraphQL (an envelope of the API, a proxy's page). */
export function readGraphql(body: unknown, token: Secret): GraphqlAnswer | null {
  if (!isRecord(body) || 'success' in body || !('data' in body)) return null;
  const remarks = readRemarks(body['errors'], token);
  if (remarks.length === 0) return { data: body['data'] ?? null, failure: null, isLimited: false };
  const isLimited = remarks.some(({ message }) => LIMITED.test(message));
  return { data: null, isLimited, failure: (status) => failureOf(remarks, status, isLimited) };
}

function failureOf(remarks: readonly ApiRemark[], status: number, isLimited: boolean): ApiFailure {
  if (isLimited) return limited(ASKED, status, remarks, SPAN_MS);
  const isForbidden = remarks.some(({ message }) => FORBIDDEN.test(message));
  return refusal(ASKED, isForbidden ? 403 : status, remarks, remarksText(remarks));
}
