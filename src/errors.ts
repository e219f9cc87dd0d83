/** The one error type a user is meant to read: code, what happened (got and expected), and what to do. */
export class UserError extends Error {
  constructor(
    /** Stable upper-case word for scripts, e.g. `NFT_PERMISSION`. */
    readonly code: string,
    /** What happened, with got and expected; no full stop at the end. */
    readonly what: string,
    /** What to do about it; one or two sentences. */
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${what}. ${hint}`, options);
    this.name = 'UserError';
  }

  /** By name: the screen and the mitigation are files of their own, each with its copy of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'UserError';
  }
}

/** Exit codes of the command (part of the public contract). */
export const ExitCode = { done: 0, failed: 1, usage: 2, damagedInput: 3 } as const;

/** The text of anything thrown, for a log line or a status bar. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
