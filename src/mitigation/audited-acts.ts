/** Everything that changes a firewall passes here: intent on disk, the transaction, the result on disk; tried again when the state had changed, looked up when the answer was lost. */
import { UserError } from '../errors.js';
import type { CommandResult } from '../platform/run-command.js';
import type { AuditLog, AuditNote } from './audit-log.js';
import type { FirewallBackend } from './backend.js';
import { isUnknown, notCarriedOut, stateUnknown } from './door-errors.js';
import { elementsOf, type FirewallState } from './firewall-state.js';
import type { Transaction } from './transaction.js';

export interface AuditedActsParts {
  readonly backend: FirewallBackend;
  readonly audit: AuditLog;
  readonly readState: () => Promise<FirewallState>;
  /** Takes out what was prepared and does not act. */
  readonly sweep: () => Promise<void>;
}

/** Elements come and go by themselves between reading and writing; a transaction that met such a change is made again, so often: six writers at once must all get their turn. */
const MAX_TRIES = 8;

export class AuditedActs {
  readonly #parts: AuditedActsParts;

  constructor(parts: AuditedActsParts) {
    this.#parts = parts;
  }

  /**
   * `make` gives what is to be sent in a state; when the state was another one by the time it was sent, it is read and made again. Rejects with
   * STATE_UNKNOWN when neither the answer nor the state can be had.
   */
  async send(
    first: FirewallState,
    make: (state: FirewallState) => Promise<readonly Transaction[]>,
    note: AuditNote,
  ): Promise<void> {
    let state = first;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      if (tries > 0) state = await this.#parts.readState();
      if (await this.#sendAll(note, await make(state))) return;
    }
    throw new UserError(
      'FIREWALL_BUSY',
      `the rules changed under our hands ${MAX_TRIES} times; nothing was changed by us`,
      'Somebody else is writing them: try again.',
    );
  }

  /** False: the state was another one. What was prepared before matches nothing and is swept. */
  async #sendAll(note: AuditNote, transactions: readonly Transaction[]): Promise<boolean> {
    const { backend } = this.#parts;
    for (const [i, transaction] of transactions.entries()) {
      const result = await this.audited(note, transaction).catch((error: unknown) => this.#lookAgain(note, error));
      if (result === null) return true;
      if (result.code === 0) continue;
      if (i > 0) await this.#parts.sweep();
      if (backend.isStale(result)) return false;
      throw backend.failureOf(transaction.argv, result);
    }
    return true;
  }

  /** Nobody knows whether it ran: the kernel is asked. Null: it did what it should; otherwise what is known is thrown. */
  async #lookAgain(note: AuditNote, error: unknown): Promise<null> {
    if (!isUnknown(error)) throw error;
    const state = await this.#parts.readState().catch(() => null);
    if (state === null) throw stateUnknown(note, error);
    const isDone = wasDone(note, state);
    await this.#parts.audit.explain(
      note,
      isDone ? 'read again: it was carried out' : 'read again: it was not carried out',
    );
    if (isDone) return null;
    throw notCarriedOut(note, error);
  }

  /** Intent on disk, the transaction, the result on disk. */
  async audited(note: AuditNote, transaction: Transaction): Promise<CommandResult> {
    const { audit, backend } = this.#parts;
    await audit.intent(note, transaction.argv, transaction.stdin);
    let result: CommandResult;
    try {
      result = await backend.send(transaction);
    } catch (error) {
      await audit.failure(note, error, isUnknown(error));
      throw error;
    }
    await audit.result(note, result);
    return result;
  }
}

function wasDone({ id, action, lifeSec }: AuditNote, state: FirewallState): boolean {
  const own = elementsOf(state, id).flatMap(({ owners }) => owners.filter((owner) => owner.id === id));
  switch (action) {
    case 'apply':
      return own.length > 0;
    case 'undo':
      return own.length === 0;
    case 'confirm':
      return own.length > 0 && own.every(({ confirmed }) => confirmed);
    case 'extend': // written anew: nothing of its new life can be gone yet but the seconds of asking
      return own.length > 0 && own.every(({ confirmed, ttlSec }) => confirmed && ttlSec === lifeSec);
    default:
      return !state.isPresent;
  }
}
