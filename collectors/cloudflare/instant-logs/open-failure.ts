/** Why a session could not be opened, and whether trying again makes sense. */
import { UserError } from '../../../src/errors.js';
import { ApiFailure } from '../../../src/platform/cloudflare/api-failure.js';

export interface OpenFailure {
  /** For a status line; nothing secret. */
  readonly words: string;
  /** Come back in minutes. */
  readonly isLimited: boolean;
  /** The zone's one session is somebody's. */
  readonly isTaken: boolean;
  /** What no second try will change, unless it worked before; null: worth trying. */
  readonly final: UserError | null;
}

const FINAL = new Set(['LOG_FORBIDDEN', 'CLOUDFLARE_TOKEN', 'CLOUDFLARE_REFUSED', 'CLOUDFLARE_FORBIDDEN']);

/** Throws what is no UserError: a bug. */
export function openFailure(error: unknown): OpenFailure {
  if (!(error instanceof UserError)) throw error;
  return {
    words: error.what,
    isLimited: error instanceof ApiFailure && error.kind === 'limited',
    isTaken: error.code === 'LOG_SESSION_TAKEN',
    final: FINAL.has(error.code) ? error : null,
  };
}
