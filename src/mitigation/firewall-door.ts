/** The door on a firewall. All state is read from the kernel each time, so it works after a crash and next to another ddostop. */
import { setTimeout } from 'node:timers/promises';
import { UserError } from '../errors.js';
import type { Clock } from '../platform/clock.js';
import type { AuditLog, AuditNote, AuditRecord } from './audit-log.js';
import { AuditedActs } from './audited-acts.js';
import type { FirewallBackend } from './backend.js';
import type { ApplyResult, MitigationDoor, Survey } from './door.js';
import { changedSincePlan, endedMeanwhile, refuseForeign, throwIfRefused } from './door-errors.js';
import { elementsOf, type FirewallState, idsOf, type LiveElement, orphansOf } from './firewall-state.js';
import { cdnRangesIn } from './guard/cdn-ranges.js';
import { findProtected, type GuardSources, type Protected } from './guard/protected-addresses.js';
import { judge } from './guard/verdict.js';
import { listLive } from './live-list.js';
import { newMitigationId, ORPHAN_ID, requireMitigationId } from './mitigation-id.js';
import { buildPlan, trialOf } from './plan/build-plan.js';
import { type NormalRequest, normaliseRequest } from './plan/normal-request.js';
import type { LiveMitigation, MitigationPlan, MitigationRequest } from './types.js';
import { findUnfinished } from './unfinished.js';
import { findVanished, type VanishedMitigation } from './vanished.js';

export interface FirewallDoorParts {
  readonly backend: FirewallBackend;
  readonly audit: AuditLog;
  readonly sources: GuardSources;
  readonly clock: Clock;
  /** The user's own prefixes never to be dropped. */
  readonly allowList: readonly string[];
  readonly readOnly: boolean;
  /** Of the host, for the audit log; "" is this machine. */
  readonly host: string;
}

/** Pauses before each look at what was applied; another's act takes some 100 ms. */
const VERIFY_AGAIN_MS = [0, 100, 200, 400, 800];
/** Before a plan that the firewall would not take is made again. */
const PLAN_AGAIN_MS = [100, 400];

export class FirewallDoor implements MitigationDoor {
  readonly #parts: FirewallDoorParts;
  readonly #acts: AuditedActs;
  /** One change at a time from this process; other processes are met by the transaction failing as a whole. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: FirewallDoorParts) {
    this.#parts = parts;
    this.#acts = new AuditedActs({
      ...parts,
      readState: () => this.#readState(),
      sweep: () => this.#sweep(),
    });
  }

  /** Made again when another process changed the firewall between reading and the check. */
  async plan(request: MitigationRequest): Promise<MitigationPlan> {
    for (const waitMs of PLAN_AGAIN_MS) {
      try {
        return await this.#planOnce(request);
      } catch (error) {
        if (!(error instanceof UserError && error.code.endsWith('_FAILED'))) throw error;
      }
      await setTimeout(waitMs);
    }
    return this.#planOnce(request);
  }

  async #planOnce(request: MitigationRequest): Promise<MitigationPlan> {
    const { backend, sources, clock, allowList, readOnly } = this.#parts;
    const normal = normaliseRequest(request, allowList);
    const [state, found] = await Promise.all([this.#readForPlan(), findProtected(sources)]);
    const protectedList = withCdn(request, normal, found);
    const id = newMitigationId(new Set([...idsOf(state), ...state.groups.keys()]));
    const plan = buildPlan(backend, { id, request, normal, state, protectedList, nowMs: clock.nowMs() });
    if (readOnly)
      return {
        ...plan,
        warnings: [...plan.warnings, `read-only: not checked by ${backend.name}, and it cannot be applied`],
      };
    await checkDevices(normal.ingress, sources);
    const trial = plan.refused === null ? plan.steps.filter(({ phase }) => phase === 'trial') : [];
    for (const step of trial) await backend.check(step);
    return plan;
  }

  apply(plan: MitigationPlan): Promise<ApplyResult> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      const { backend, clock, sources, allowList } = this.#parts;
      const { request, id } = plan;
      throwIfRefused(plan.refused);
      const normal = normaliseRequest(request, allowList);
      // Sessions may have come since the plan was made: the verdict is asked for again.
      const [protectedList, state] = await Promise.all([findProtected(sources), this.#readState()]);
      throwIfRefused(judge(request, normal, withCdn(request, normal, protectedList)));
      const trial = trialOf(backend, id, request, normal);
      let confirmByMs = clock.nowMs() + request.confirmWindowSec * 1000;
      const note: AuditNote = { ...this.#where(), action: 'apply', id, request, lifeSec: request.confirmWindowSec };
      const shape = backend.shapeOf(plan.steps.filter(({ phase }) => phase === 'trial'));
      await this.#acts.send(
        state,
        async (now) => {
          const held = elementsOf(now, id).flatMap(({ owners }) => owners.filter((owner) => owner.id === id));
          if (held.length > 0) {
            confirmByMs = clock.nowMs() + Math.min(...held.map(({ leftSec }) => leftSec)) * 1000;
            return [];
          }
          const transactions = backend.trial(now, trial);
          if (backend.shapeOf(transactions) !== shape) throw changedSincePlan();
          return transactions;
        },
        note,
      );
      const after = await this.#verifyApplied(id, trial.entries.length);
      void this.#exclusive(() => this.#sweep(after)); // behind the act: nobody waits for it
      return { id, confirmByMs };
    });
  }

  confirm(id: string): Promise<void> {
    return this.#prolong(id, null, 'confirm');
  }

  extend(id: string, ttlSec: number | null): Promise<void> {
    return this.#prolong(id, ttlSec, 'extend');
  }

  undo(id: string): Promise<void> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      requireMitigationId(id);
      const { backend } = this.#parts;
      const state = await this.#readState();
      const counted = listLive(state).find((live) => live.id === id);
      const note: AuditNote = {
        ...this.#where(),
        action: 'undo',
        id,
        packets: counted?.packets ?? 0,
        bytes: counted?.bytes ?? 0,
      };
      await this.#acts.send(
        state,
        async (now) => {
          const held = id === ORPHAN_ID ? orphansOf(now) : elementsOf(now, id);
          // Nothing of it is in force; its dead rules are swept below, an empty table of ours goes now.
          if (held.length === 0 && (!now.isPresent || idsOf(now).size > 0)) return [];
          return id === ORPHAN_ID ? backend.removeOrphans(now) : backend.undo(now, id);
        },
        note,
      );
      await this.#sweep();
    });
  }

  async list(): Promise<readonly LiveMitigation[]> {
    return listLive(await this.#readState());
  }

  sweep(): Promise<void> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      await this.#sweep();
    });
  }

  panic(): Promise<void> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      const state = await this.#readState();
      const note: AuditNote = { ...this.#where(), action: 'panic', id: '' };
      await this.#acts.send(state, async (now) => this.#parts.backend.removeAll(now), note);
    });
  }

  async survey(): Promise<Survey> {
    const { audit, clock, readOnly } = this.#parts;
    const [state, records] = await Promise.all([this.#readState(), this.#ownRecords()]);
    const live = listLive(state);
    const unfinished = findUnfinished(records, live, clock.nowMs(), isRunning);
    if (!readOnly) {
      for (const { id, action, outcome } of unfinished) await audit.explain({ ...this.#where(), action, id }, outcome);
    }
    return { live, unfinished, vanished: findVanished(records, idsOf(state), clock.nowMs()) };
  }

  async vanished(): Promise<readonly VanishedMitigation[]> {
    const [state, records] = await Promise.all([this.#readState(), this.#ownRecords()]);
    return findVanished(records, idsOf(state), this.#parts.clock.nowMs());
  }

  history(most = 200): Promise<readonly AuditRecord[]> {
    return this.#parts.audit.read(most);
  }

  #prolong(id: string, ttlSec: number | null, action: 'confirm' | 'extend'): Promise<void> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      requireMitigationId(id);
      const state = await this.#readState();
      const owners = elementsOf(state, id).flatMap((element) => element.owners.filter((owner) => owner.id === id));
      if (owners.length === 0) throw endedMeanwhile(id, state);
      if (action === 'confirm' && owners.every((owner) => owner.confirmed)) return;
      const counted = listLive(state).find((live) => live.id === id);
      const note: AuditNote = {
        ...this.#where(),
        action,
        id,
        lifeSec: ttlSec ?? Math.max(...owners.map((owner) => owner.ttlSec)),
        packets: counted?.packets ?? 0,
        bytes: counted?.bytes ?? 0,
      };
      await this.#acts.send(
        state,
        async (now) => {
          if (elementsOf(now, id).length === 0) throw endedMeanwhile(id, now);
          return this.#parts.backend.confirm(now, id, ttlSec);
        },
        note,
      );
    });
  }

  #where(): { readonly host: string; readonly backend: FirewallBackend['name'] } {
    return { host: this.#parts.host, backend: this.#parts.backend.name };
  }

  async #ownRecords(): Promise<AuditRecord[]> {
    const { host, backend } = this.#where();
    const records = await this.#parts.audit.read();
    return records.filter((record) => (record.host ?? '') === host && (record.backend ?? 'nft') === backend);
  }

  async #readState(): Promise<FirewallState> {
    const state = await this.#parts.backend.readState();
    refuseForeign(state);
    return state;
  }

  /** Read-only use needs no right to the firewall: the plan is then made as if nothing of ours were live. */
  async #readForPlan(): Promise<FirewallState> {
    if (!this.#parts.readOnly) return this.#readState();
    return this.#readState().catch((error: unknown) => {
      if (error instanceof UserError && error.code !== 'FOREIGN_TABLE') return this.#parts.backend.absent;
      throw error;
    });
  }

  /** What is left matches nothing, so a failure is not worth a word. */
  async #sweep(read: FirewallState | null = null): Promise<void> {
    try {
      const transactions = this.#parts.backend.sweep(read ?? (await this.#readState()));
      for (const transaction of transactions) {
        const note: AuditNote = { ...this.#where(), action: 'sweep', id: '' };
        const { code } = await this.#acts.audited(note, transaction);
        if (code !== 0) return; // what comes behind it is for the state that it should have made
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }

  /**
   * Reads back what the kernel made of it: every element is there and every set has its rule. What another process rewrites at this moment (a prefix that
   * both hold; ipset has no transactions) is looked for once more.
   */
  async #verifyApplied(id: string, expected: number): Promise<FirewallState> {
    let held: readonly LiveElement[] = [];
    let unwired: readonly LiveElement[] = [];
    for (const waitMs of VERIFY_AGAIN_MS) {
      await setTimeout(waitMs);
      const state = await this.#readState();
      held = elementsOf(state, id);
      unwired = held.filter((element) => !state.wiredSets.has(element.setName));
      if (held.length === expected && unwired.length === 0) return state;
    }
    throw new UserError(
      'MITIGATION_VERIFY',
      `expected ${expected} elements of ${id} with their rules in the kernel, found ${held.length}, ${unwired.length} of them without a rule`,
      `Undo it with "ddostop mitigate undo ${id}" (it also ends by itself) and look at "ddostop mitigate list".`,
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

function withCdn(request: MitigationRequest, normal: NormalRequest, found: readonly Protected[]): readonly Protected[] {
  return request.isBehindCdn === true ? [...found, ...cdnRangesIn(normal)] : found;
}

/** A chain on a device that is not there is taken by newer kernels and never sees a packet. */
async function checkDevices(devices: readonly string[], sources: GuardSources): Promise<void> {
  if (devices.length === 0) return;
  const listing = await sources.readText('/proc/net/dev');
  const known = listing.split('\n').flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []);
  const missing = devices.find((device) => !known.includes(device));
  if (missing === undefined) return;
  throw new UserError('NO_DEVICE', `there is no device ${missing}; there are ${known.join(', ')}`, 'Name one of them.');
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's, and alive
  }
}
