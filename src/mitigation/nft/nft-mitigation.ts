/** The door on our own nft table. All state is read from the kernel each time, so it works after a crash and next to another ddostop. */
import { UserError } from '../../errors.js';
import type { Clock } from '../../platform/clock.js';
import type { AuditLog, AuditNote, AuditRecord } from '../audit-log.js';
import type { ApplyResult, MitigationDoor } from '../door.js';
import { findProtected, type GuardSources } from '../guard/protected-addresses.js';
import { judge } from '../guard/verdict.js';
import { newMitigationId, ORPHAN_ID, requireMitigationId } from '../mitigation-id.js';
import { buildPlan, trialOf } from '../plan/build-plan.js';
import { normaliseRequest } from '../plan/normal-request.js';
import type { LiveMitigation, MitigationPlan, MitigationRequest } from '../types.js';
import { findVanished, type VanishedMitigation } from '../vanished.js';
import { changedSincePlan, endedMeanwhile, refuseForeign, throwIfRefused } from './door-errors.js';
import { listLive } from './live-list.js';
import { isStale, type NftClient, throwUnlessDone } from './nft-client.js';
import { type NftCommand, removeTableCommands } from './table-layout.js';
import { ABSENT_TABLE, elementsOf, idsOf, orphansOf, readTableState, type TableState } from './table-state.js';
import { shapeOf, type Transaction, transactionOf } from './transaction-text.js';
import {
  confirmCommands,
  removeOrphansCommands,
  sweepEndedCommands,
  trialCommands,
  undoCommands,
} from './transactions.js';

export interface NftMitigationParts {
  readonly client: NftClient;
  readonly audit: AuditLog;
  readonly sources: GuardSources;
  readonly clock: Clock;
  /** The user's own prefixes never to be dropped. */
  readonly allowList: readonly string[];
  readonly readOnly: boolean;
}

/** Elements come and go by themselves between reading and writing; a transaction that met such a change is made again, so often. */
const MAX_TRIES = 3;

export class NftMitigation implements MitigationDoor {
  readonly #parts: NftMitigationParts;
  /** One change at a time from this process; other processes are met by the transaction failing as a whole. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: NftMitigationParts) {
    this.#parts = parts;
  }

  async plan(request: MitigationRequest): Promise<MitigationPlan> {
    const { client, sources, clock, allowList, readOnly } = this.#parts;
    const normal = normaliseRequest(request, allowList);
    const [state, protectedList] = await Promise.all([this.#readForPlan(), findProtected(sources)]);
    const id = newMitigationId(new Set([...idsOf(state), ...state.signatures.keys()]));
    const plan = buildPlan({ id, request, normal, state, protectedList, nowMs: clock.nowMs() });
    if (readOnly)
      return { ...plan, warnings: [...plan.warnings, 'read-only: not checked by nft, and it cannot be applied'] };
    const [first] = plan.steps;
    if (plan.refused === null && first !== undefined) await client.check(first);
    return plan;
  }

  apply(plan: MitigationPlan): Promise<ApplyResult> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      const { clock, sources, allowList } = this.#parts;
      const { request, id } = plan;
      throwIfRefused(plan.refused);
      const normal = normaliseRequest(request, allowList);
      // Sessions may have come since the plan was made: the verdict is asked for again.
      throwIfRefused(judge(request, normal, await findProtected(sources)));
      const { entries, options } = trialOf(id, request, normal);
      const startedMs = clock.nowMs();
      let confirmByMs = startedMs + request.confirmWindowSec * 1000;
      await this.#retrying(async () => {
        const state = await this.#readState();
        const held = elementsOf(state, id).flatMap(({ owners }) => owners.filter((owner) => owner.id === id));
        if (held.length > 0) {
          confirmByMs = clock.nowMs() + Math.min(...held.map(({ leftSec }) => leftSec)) * 1000;
          return true;
        }
        const commands = trialCommands(state, entries, options);
        if (shapeOf(transactionOf(commands).stdin) !== shapeOf(plan.steps[0]?.stdin ?? '')) throw changedSincePlan();
        const note: AuditNote = { action: 'apply', id, request, lifeSec: request.confirmWindowSec };
        if (!(await this.#trySend(note, commands))) return false;
        await this.#verifyApplied(id, entries.length);
        return true;
      });
      await this.#sweep();
      return { id, confirmByMs };
    });
  }

  confirm(id: string): Promise<void> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      requireMitigationId(id);
      await this.#retrying(async () => {
        const state = await this.#readState();
        const held = elementsOf(state, id);
        if (held.length === 0) throw endedMeanwhile(id, state);
        const owners = held.flatMap((element) => element.owners.filter((owner) => owner.id === id));
        if (owners.every((owner) => owner.confirmed)) return true;
        const counted = listLive(state).find((live) => live.id === id);
        const lifeSec = Math.max(...owners.map((owner) => owner.ttlSec));
        const note: AuditNote = {
          action: 'confirm',
          id,
          lifeSec,
          packets: counted?.packets ?? 0,
          bytes: counted?.bytes ?? 0,
        };
        return this.#trySend(note, confirmCommands(state, id));
      });
    });
  }

  undo(id: string): Promise<void> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      requireMitigationId(id);
      await this.#retrying(async () => {
        const state = await this.#readState();
        const held = id === ORPHAN_ID ? orphansOf(state) : elementsOf(state, id);
        if (held.length === 0) {
          // Nothing of it is in force; its dead rules are swept below, an empty table of ours goes now.
          if (!state.isPresent || idsOf(state).size > 0) return true;
        }
        const counted = listLive(state).find((live) => live.id === id);
        const note: AuditNote = { action: 'undo', id, packets: counted?.packets ?? 0, bytes: counted?.bytes ?? 0 };
        const commands = id === ORPHAN_ID ? removeOrphansCommands(state) : undoCommands(state, id);
        return commands.length === 0 ? true : this.#trySend(note, commands);
      });
      await this.#sweep();
    });
  }

  async list(): Promise<readonly LiveMitigation[]> {
    return listLive(await this.#readState());
  }

  /** Removes the rules that ended signatures have left behind. They match nothing, so a failure is not worth a word. */
  sweep(): Promise<void> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      await this.#sweep();
    });
  }

  panic(): Promise<void> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      const listing = await this.#parts.client.readTable(true);
      if (listing === null) return;
      refuseForeign(readTableState(listing));
      await this.#send({ action: 'panic', id: '' }, removeTableCommands());
    });
  }

  /** Confirmed ones that should still be in the kernel by the audit log and are not, to be offered again. */
  async vanished(): Promise<readonly VanishedMitigation[]> {
    const [state, records] = await Promise.all([this.#readState(), this.#parts.audit.read()]);
    return findVanished(records, idsOf(state), this.#parts.clock.nowMs());
  }

  /** The newest audit records, oldest first. */
  history(most = 200): Promise<AuditRecord[]> {
    return this.#parts.audit.read(most);
  }

  async #readState(): Promise<TableState> {
    const state = readTableState(await this.#parts.client.readTable());
    refuseForeign(state);
    return state;
  }

  /** Read-only use needs no right to the firewall: the plan is then made as if nothing of ours were live. */
  async #readForPlan(): Promise<TableState> {
    if (!this.#parts.readOnly) return this.#readState();
    return this.#readState().catch((error: unknown) => {
      if (error instanceof UserError && error.code.startsWith('NFT_')) return ABSENT_TABLE;
      throw error;
    });
  }

  async #sweep(): Promise<void> {
    try {
      const commands = sweepEndedCommands(await this.#readState());
      if (commands.length > 0) await this.#trySend({ action: 'sweep', id: '' }, commands);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }

  /** Intent on disk, the transaction, the result on disk. Throws when nft refused. */
  async #send(note: AuditNote, commands: readonly NftCommand[]): Promise<void> {
    const transaction = transactionOf(commands);
    throwUnlessDone(transaction.argv, await this.#audited(note, transaction));
  }

  /** False when the kernel's state had changed in between: nothing was done, read again. */
  async #trySend(note: AuditNote, commands: readonly NftCommand[]): Promise<boolean> {
    const transaction = transactionOf(commands);
    const result = await this.#audited(note, transaction);
    if (isStale(result)) return false;
    throwUnlessDone(transaction.argv, result);
    return true;
  }

  async #audited(note: AuditNote, transaction: Transaction) {
    const { audit, client } = this.#parts;
    await audit.intent(note, transaction.argv, transaction.stdin);
    let result: Awaited<ReturnType<NftClient['apply']>>;
    try {
      result = await client.apply(transaction);
    } catch (error) {
      await audit.failure(note, error);
      throw error;
    }
    await audit.result(note, result);
    return result;
  }

  async #retrying(attempt: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) if (await attempt()) return;
    throw new UserError(
      'NFT_BUSY',
      `the rules changed under our hands ${MAX_TRIES} times; nothing was changed by us`,
      'Somebody else is writing the same table: try again.',
    );
  }

  /** Reads back what the kernel made of it: every element is there and every set has its rule. */
  async #verifyApplied(id: string, expected: number): Promise<void> {
    const state = await this.#readState();
    const held = elementsOf(state, id);
    const unwired = held.filter((element) => !state.wiredSets.has(element.setName));
    if (held.length === expected && unwired.length === 0) return;
    throw new UserError(
      'NFT_VERIFY',
      `expected ${expected} elements of ${id} with their rules in the kernel, found ${held.length}, ${unwired.length} of them without a rule`,
      `Undo it with "ddostop mitigate undo ${id}" (it also ends by itself) and look at "nft list table inet ddostop".`,
    );
  }

  #requireWrite(): void {
    if (!this.#parts.readOnly) return;
    throw new UserError('READ_ONLY', 'this session is read-only and cannot act', 'Start ddostop without --read-only.');
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {}); // the caller gets the error; the next in the queue must not
    return done;
  }
}
