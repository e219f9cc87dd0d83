/** One hook, made ready to send: addresses and secrets at hand. */
import type { HeldBack, HookMessage } from '../hook-message.js';
import type { Outcome } from './outcome.js';

export interface Try {
  readonly held: HeldBack;
  /** An earlier try may have arrived without our hearing of it: whoever can look first, does. */
  readonly mayHaveArrived: boolean;
  readonly signal: AbortSignal;
}

/** What would be sent, for people: secrets are not in it. */
export interface Shown {
  readonly what: string;
  readonly lines: readonly string[];
}

export interface Sender {
  /** False: this kind of hook has nothing to say of the event. */
  wants(message: HookMessage): boolean;
  /** Never rejects for what the other side does. */
  send(message: HookMessage, attempt: Try): Promise<Outcome>;
  show(message: HookMessage): readonly Shown[];
}
