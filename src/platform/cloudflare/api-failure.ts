/** A call that brought no result: what was asked, what came back, and whether it may have been carried out. */
import { UserError } from '../../errors.js';
import type { ApiMethod, ApiRemark } from './api.js';

/**
 * refused: the server said no (4xx), or it was never sent: nothing was done. limited: 429, nothing was done. unknown: the way broke (reset, timeout, 5xx), a write may
 * have been carried out or not: read the state. unreadable: an answer that is no envelope, to be taken as unknown.
 */
export type FailureKind = 'refused' | 'limited' | 'unknown' | 'unreadable';

export class ApiFailure extends UserError {
  constructor(
    code: string,
    what: string,
    hint: string,
    readonly kind: FailureKind,
    readonly method: ApiMethod,
    /** Without query. */
    readonly path: string,
    /** HTTP; 0: there was no answer. */
    readonly status: number,
    readonly remarks: readonly ApiRemark[],
    options?: ErrorOptions,
  ) {
    super(code, what, hint, options);
    this.name = 'UserError';
  }

  /** By what it carries: UserError's own test would take any UserError for one. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof UserError && 'remarks' in value && 'kind' in value;
  }
}
