/**
 * The door on Cloudflare's edge. The edge has no timer, so what is in force stands in a store on the disk, and the running program ends it (`expireDue`);
 * what nobody ended is listed first at the next start. What carries a name is found at the edge without the store as well.
 */
import { UserError } from '../../errors.js';
import type { AuditRecord } from '../audit-log.js';
import type { ApplyResult, MitigationDoor, Survey } from '../door.js';
import { throwIfRefused } from '../door-errors.js';
import { newMitigationId, requireMitigationId } from '../mitigation-id.js';
import type { LiveMitigation, MitigationPlan, MitigationRequest } from '../types.js';
import type { VanishedMitigation } from '../vanished.js';
import { EdgeActs } from './edge-acts.js';
import type { EdgeDoorParts } from './edge-door-parts.js';
import { EdgeEntries } from './edge-entries.js';
import { busy, ended, requireConfirmations } from './edge-failures.js';
import { liveOf, unfinishedOf, vanishedOf } from './edge-live.js';
import { windowSecOf } from './edge-plan.js';
import { EdgePlanner } from './edge-planner.js';
import { type Read, readerOf } from './edge-reader.js';
import { EdgeSight } from './edge-sight.js';
import { isStepInForce } from './edge-steps.js';
import type { EdgeEntry } from './inverse-store.js';

/** What ended because its time was over, or should have. */
export interface Expired {
  readonly id: string;
  /** Null: it is taken back. */
  readonly failure: UserError | null;
}

export class EdgeDoor implements MitigationDoor {
  readonly #parts: EdgeDoorParts;
  readonly #acts: EdgeActs;
  readonly #read: Read;
  readonly #planner: EdgePlanner;
  readonly #entries: EdgeEntries;
  #queue: Promise<unknown> = Promise.resolve();
  #expiring: Promise<readonly Expired[]> | null = null;
  readonly #sight: EdgeSight;

  constructor(parts: EdgeDoorParts) {
    this.#parts = parts;
    this.#acts = new EdgeActs(parts);
    this.#read = readerOf(parts.api);
    this.#sight = new EdgeSight(parts);
    this.#planner = new EdgePlanner(parts, this.#acts);
    this.#entries = new EdgeEntries(parts);
  }

  async plan(request: MitigationRequest): Promise<MitigationPlan> {
    const taken = new Set((await this.#parts.store.all()).map(({ id }) => id));
    return this.#planner.checked(await this.#planner.make(newMitigationId(taken), request));
  }

  /** `confirmations`: how often a person said yes, at least `plan.confirmations`. */
  apply(plan: MitigationPlan, confirmations = 1): Promise<ApplyResult> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      throwIfRefused(plan.refused);
      requireConfirmations(plan, confirmations);
      const { store, clock } = this.#parts;
      const { id, request } = plan;
      const there = await this.#entries.get(id);
      if (there !== null && there.state !== 'applying') return { id, confirmByMs: there.confirmByMs };
      const draft = await this.#planner.again(plan);
      const windowMs = windowSecOf(draft, request) * 1000;
      const made = await this.#while(id, () =>
        this.#acts.put(this.#entries.begun(draft, clock.nowMs() + windowMs), 'apply'),
      );
      const confirmByMs = clock.nowMs() + windowMs;
      await store.save({ ...made, state: 'unconfirmed', confirmByMs });
      return { id, confirmByMs };
    });
  }

  /** One that was begun and not finished is finished first. */
  confirm(id: string): Promise<void> {
    return this.#prolong(id, null, true);
  }

  extend(id: string, ttlSec: number | null): Promise<void> {
    return this.#prolong(id, ttlSec, false);
  }

  undo(id: string): Promise<void> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      await this.#undo(requireMitigationId(id));
    });
  }

  async list(): Promise<readonly LiveMitigation[]> {
    const { clock } = this.#parts;
    const discovery = await this.#sight.recent();
    return liveOf(await this.#entries.all(), discovery, clock.nowMs(), this.#entries.isUnderWay);
  }

  /** By the store, then by name; rejects with EDGE_REMAINDER naming what is left. */
  panic(): Promise<void> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      const failed: string[] = [];
      const attempt = (id: string, work: Promise<void>) => work.catch((error: unknown) => failed.push(told(id, error)));
      for (const entry of (await this.#entries.all()).toReversed())
        await attempt(entry.id, this.#acts.takeBack(entry, 'panic'));
      const { found, unread } = await this.#sight.now();
      for (const [id, steps] of found) await attempt(id, this.#acts.takeBackFound(id, steps, 'panic'));
      this.#sight.forget();
      failed.push(...unread.map((what) => `not looked at: ${what}`));
      if (failed.length === 0) return;
      throw new UserError(
        'EDGE_REMAINDER',
        `not everything could be taken back: ${failed.join('; ')}`,
        'Try again, or use the dashboard.',
      );
    });
  }

  /** What taking back failed of is tried again. */
  sweep(): Promise<void> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      for (const entry of await this.#entries.all()) if (entry.state === 'ending') await this.#end(entry);
    });
  }

  async survey(): Promise<Survey> {
    const nowMs = this.#parts.clock.nowMs();
    const [discovery, entries] = [await this.#sight.now(), await this.#entries.all()];
    return {
      live: liveOf(entries, discovery, nowMs, this.#entries.isUnderWay),
      unfinished: unfinishedOf(entries, discovery, nowMs, this.#entries.isUnderWay),
      vanished: vanishedOf(entries, discovery, nowMs),
    };
  }

  async vanished(): Promise<readonly VanishedMitigation[]> {
    return (await this.survey()).vanished;
  }

  history(most = 200): Promise<readonly AuditRecord[]> {
    return this.#parts.audit.read(most);
  }

  /** Called each second by who keeps the program running. Never rejects. */
  expireDue(nowMs: number): Promise<readonly Expired[]> {
    if (this.#parts.readOnly) return Promise.resolve([]);
    this.#expiring ??= this.#expireAll(nowMs).finally(() => {
      this.#expiring = null;
    });
    return this.#expiring;
  }

  async #expireAll(nowMs: number): Promise<readonly Expired[]> {
    const due = (await this.#entries.all()).filter((entry) => this.#entries.isDue(entry, nowMs));
    const expired: Expired[] = [];
    for (const { id } of due)
      await this.#exclusive(async () => {
        const now = await this.#entries.get(id); // it may have been confirmed meanwhile
        if (now !== null && this.#entries.isDue(now, nowMs)) expired.push({ id, failure: await this.#end(now) });
      });
    return expired;
  }

  async #end(entry: EdgeEntry): Promise<UserError | null> {
    try {
      await this.#takeBack(entry);
      return null;
    } catch (error) {
      if (error instanceof UserError) return error;
      throw error;
    }
  }

  async #undo(id: string): Promise<void> {
    const entry = await this.#entries.get(id);
    if (entry !== null && entry.state === 'applying' && this.#entries.isUnderWay(entry)) throw busy(id, entry.pid);
    if (entry !== null) return this.#takeBack(entry);
    const { found, unread } = await this.#sight.now();
    const steps = found.get(id);
    if (steps !== undefined) await this.#acts.takeBackFound(id, steps, 'undo');
    else if (unread.length > 0)
      throw new UserError(
        'STATE_UNKNOWN',
        `nothing is known of ${id} here, and not looked at: ${unread.join(', ')}`,
        'Try again.',
      );
    this.#sight.forget();
  }

  async #takeBack(entry: EdgeEntry): Promise<void> {
    await this.#while(entry.id, () => this.#acts.takeBack(entry, 'undo'));
  }

  #prolong(id: string, ttlSec: number | null, isConfirm: boolean): Promise<void> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      const { store, clock } = this.#parts;
      let entry = await this.#entries.get(requireMitigationId(id));
      if (entry === null || entry.state === 'ending') throw ended(id);
      if (isConfirm && entry.state === 'confirmed') return;
      const cut = entry;
      if (cut.state === 'applying') entry = await this.#while(id, () => this.#acts.put(cut, 'confirm'));
      else await this.#requireInForce(entry);
      const life = ttlSec ?? entry.request.ttlSec;
      const request = { ...entry.request, ttlSec: life };
      await store.save({ ...entry, request, state: 'confirmed', expiresAtMs: clock.nowMs() + life * 1000 });
      const { replaces } = entry.request;
      const old = replaces === undefined || !isConfirm ? null : await this.#entries.get(replaces);
      if (old !== null) await this.#end(old);
    });
  }

  async #requireInForce({ id, steps }: EdgeEntry): Promise<void> {
    for (const step of steps) if (!(await isStepInForce(step, this.#read))) throw ended(id);
  }

  async #while<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await this.#entries.during(id, work);
    } finally {
      this.#sight.forget();
    }
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

function told(id: string, error: unknown): string {
  return `${id}: ${error instanceof UserError ? error.what : String(error)}`;
}
