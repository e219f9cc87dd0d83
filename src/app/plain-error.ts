/** Errors across threads. */
import { messageOf, UserError } from '../errors.js';
import type { PlainError } from './ingest/ingest-protocol.js';

export function plainError(error: unknown): PlainError {
  if (error instanceof UserError) return { code: error.code, what: error.what, hint: error.hint };
  return { code: 'INTERNAL', what: messageOf(error), hint: 'This is a bug; the message above is what to report.' };
}

export function userError({ code, what, hint }: PlainError): UserError {
  return new UserError(code, what, hint);
}
