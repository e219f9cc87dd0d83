/**
 * The door on Cloudflare's edge. The edge has no timer, so what is in force stands in a store on the disk, and the running program ends it (`expireDue`);
 * what nobody ended is listed first at the next start. What carries a name is found at the edge without the store as well.
 */
import { userInfo } from 'node:os';
import { UserError } from '../../errors.js';
import type { Clock } from '../../platform/clock.js';
import type { CloudflareApi } from '../../platform/cloudflare/api.js';
import type { AuditLog, AuditRecord } from '../audit-log.js';
import type { ApplyResult, MitigationDoor, Survey } from '../door.js';
import { throwIfRefused } from '../door-errors.js';
import { findProtected, type GuardSources } from '../guard/protected-addresses.js';
import { newMitigationId, requireMitigationId } from '../mitigation-id.js';
import type { LiveMitigation, MitigationPlan, MitigationRequest } from '../types.js';
import type { VanishedMitigation } from '../vanished.js';
import type { Draft, ZonePlan } from './draft.js';
import { dryRun } from './dry-run.js';
import { EdgeActs } from './edge-acts.js';
import type { Sleep } from './edge-calls.js';
import { type Discovery, discover } from './edge-discovery.js';
import { changedAtEdge, isApiFailure } from './edge-failures.js';
import { endOf, liveOf, unfinishedOf, vanishedOf } from './edge-live.js';
import { type PlannedEdge, planEdge, windowSecOf } from './edge-plan.js';
import { type Read, readerOf } from './edge-reader.js';
import { isStepInForce } from './edge-steps.js';
import type { EdgeEntry, InverseStore } from './inverse-store.js';

export interface EdgeDoorParts {
  readonly api: CloudflareApi;
  readonly zoneId: string | null;
  readonly accountId: string | null;
  /** "/zones/…", "/accounts/…". */
  readonly zone: string | null;
  readonly account: string | null;
  readonly zonePlan: ZonePlan | null;
  readonly store: InverseStore;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly sources: GuardSources;
  readonly allowList: readonly string[];
  readonly readOnly: boolean;
  /** For the audit log. */
  readonly where: string;
  readonly onRemark: (id: string, text: string) => void;
}

/** What ended because its time was over, or should have. */
export interface Expired {
  readonly id: string;
  /** Null: it is taken back. */
  readonly failure: UserError | null;
}

/** The screen lists each second, and looking costs seven calls of 1200 in five minutes. */
const LOOK_EVERY_MS = 15_000;
/** An act of another process that takes longer was ended, or its machine was. */
const STILL_RUNNING_MS = 900_000;

export class EdgeDoor implements MitigationDoor {
  readonly #parts: EdgeDoorParts;
  readonly #acts: EdgeActs;
  readonly #read: Read;
  readonly #underWay = new Set<string>();
  #queue: Promise<unknown> = Promise.resolve();
  #expiring: Promise<readonly Expired[]> | null = null;
  #seen: { readonly discovery: Discovery; readonly atMs: number } | null = null;

  constructor(parts: EdgeDoorParts) {
    this.#parts = parts;
    this.#acts = new EdgeActs(parts);
    this.#read = readerOf(parts.api);
  }

  async plan(request: MitigationRequest): Promise<MitigationPlan> {
    const taken = new Set((await this.#parts.store.all()).map(({ id }) => id));
    const { plan, draft } = await this.#plan(newMitigationId(taken), request);
    if (this.#parts.readOnly) return warned(plan, ['read-only: not checked by the edge, and it cannot be applied']);
    return plan.refused === null ? this.#checked(plan, draft) : plan;
  }

  /** `confirmations`: how often a person said yes, at least `plan.confirmations`. */
  apply(plan: MitigationPlan, confirmations = 1): Promise<ApplyResult> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      throwIfRefused(plan.refused);
      requireConfirmations(plan, confirmations);
      const { store, clock } = this.#parts;
      const { id, request } = plan;
      const there = await this.#own(id);
      if (there !== null && there.state !== 'applying') return { id, confirmByMs: there.confirmByMs };
      const { draft } = await this.#same(plan);
      await this.#refuseFlap(draft);
      const windowMs = windowSecOf(draft, request) * 1000;
      const made = await this.#while(id, () => this.#acts.put(this.#entry(draft, clock.nowMs() + windowMs), 'apply'));
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
    const isFresh = this.#seen !== null && clock.nowMs() - this.#seen.atMs < LOOK_EVERY_MS;
    const discovery = isFresh && this.#seen !== null ? this.#seen.discovery : await this.#look();
    return liveOf(await this.#entries(), discovery, clock.nowMs(), this.#isUnderWay);
  }

  /** By the store, then by name; rejects with EDGE_REMAINDER naming what is left. */
  panic(): Promise<void> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      const failed: string[] = [];
      const attempt = (id: string, work: Promise<void>) => work.catch((error: unknown) => failed.push(told(id, error)));
      for (const entry of (await this.#entries()).toReversed())
        await attempt(entry.id, this.#acts.takeBack(entry, 'panic'));
      const { found, unread } = await this.#look();
      for (const [id, steps] of found) await attempt(id, this.#acts.takeBackFound(id, steps, 'panic'));
      this.#seen = null;
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
      for (const entry of await this.#entries()) if (entry.state === 'ending') await this.#end(entry);
    });
  }

  async survey(): Promise<Survey> {
    const nowMs = this.#parts.clock.nowMs();
    const [discovery, entries] = [await this.#look(), await this.#entries()];
    return {
      live: liveOf(entries, discovery, nowMs, this.#isUnderWay),
      unfinished: unfinishedOf(entries, discovery, nowMs, this.#isUnderWay),
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
    const due = (await this.#entries()).filter((entry) => this.#isDue(entry, nowMs));
    const expired: Expired[] = [];
    for (const { id } of due)
      await this.#exclusive(async () => {
        const now = await this.#own(id); // it may have been confirmed meanwhile
        if (now !== null && this.#isDue(now, nowMs)) expired.push({ id, failure: await this.#end(now) });
      });
    return expired;
  }

  #isDue(entry: EdgeEntry, nowMs: number): boolean {
    if (entry.retryAtMs > nowMs) return false;
    if (entry.state === 'applying' && this.#isUnderWay(entry)) return false;
    return entry.state === 'ending' || endOf(entry) <= nowMs;
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
    const entry = await this.#own(id);
    if (entry !== null) return this.#takeBack(entry);
    const { found, unread } = await this.#look();
    const steps = found.get(id);
    if (steps !== undefined) await this.#acts.takeBackFound(id, steps, 'undo');
    else if (unread.length > 0)
      throw new UserError(
        'STATE_UNKNOWN',
        `nothing is known of ${id} here, and not looked at: ${unread.join(', ')}`,
        'Try again.',
      );
    this.#seen = null;
  }

  async #takeBack(entry: EdgeEntry): Promise<void> {
    this.#seen = null;
    await this.#while(entry.id, () => this.#acts.takeBack(entry, 'undo'));
  }

  #prolong(id: string, ttlSec: number | null, isConfirm: boolean): Promise<void> {
    return this.#exclusive(async () => {
      this.#requireWrite();
      const { store, clock } = this.#parts;
      let entry = await this.#own(requireMitigationId(id));
      if (entry === null || entry.state === 'ending') throw ended(id);
      if (isConfirm && entry.state === 'confirmed') return;
      const cut = entry;
      if (cut.state === 'applying') entry = await this.#while(id, () => this.#acts.put(cut, 'confirm'));
      else await this.#requireInForce(entry);
      const life = ttlSec ?? entry.request.ttlSec;
      const request = { ...entry.request, ttlSec: life };
      await store.save({ ...entry, request, state: 'confirmed', expiresAtMs: clock.nowMs() + life * 1000 });
      const { replaces } = entry.request;
      const old = replaces === undefined || !isConfirm ? null : await this.#own(replaces);
      if (old !== null) await this.#end(old);
    });
  }

  async #requireInForce({ id, steps }: EdgeEntry): Promise<void> {
    for (const step of steps) if (!(await isStepInForce(step, this.#read))) throw ended(id);
  }

  async #plan(id: string, request: MitigationRequest): Promise<PlannedEdge> {
    const { sources, clock } = this.#parts;
    const protectedList = await findProtected(sources);
    return planEdge({ ...this.#parts, id, request, read: this.#read, protectedList, nowMs: clock.nowMs() });
  }

  /** The plan made again from what the edge says now. */
  async #same(plan: MitigationPlan): Promise<PlannedEdge> {
    const again = await this.#plan(plan.id, plan.request);
    throwIfRefused(again.plan.refused);
    if (JSON.stringify(again.plan.steps) === JSON.stringify(plan.steps)) return again;
    throw changedAtEdge('other calls would be needed now');
  }

  async #checked(plan: MitigationPlan, draft: Draft): Promise<MitigationPlan> {
    const { store, api } = this.#parts;
    if ((await store.facts()).ignoresDryRun)
      return warned(plan, ['not checked by the edge: it knows no dry run; rules are made disabled first']);
    const { refused, warnings, wasIgnored } = await dryRun(draft.steps, api, this.#acts.callsForCheck(plan.id));
    if (wasIgnored) await store.noteDryRunIgnored();
    return { ...warned(plan, warnings), refused };
  }

  async #refuseFlap({ steps }: Draft): Promise<void> {
    for (const step of steps)
      if (step.kind === 'value' && step.of === 'bgp-prefix' && step.set['advertised'] === true)
        await this.#acts.refuseAnnouncement(step.path, 'announcing it');
  }

  #entry({ id, steps, words, context }: Draft, confirmByMs: number): EdgeEntry {
    const { zoneId, accountId, clock } = this.#parts;
    return {
      id,
      zoneId,
      accountId,
      request: context.request,
      words,
      steps,
      state: 'applying',
      startedAtMs: clock.nowMs(),
      confirmByMs,
      expiresAtMs: null,
      pid: process.pid,
      user: userInfo().username,
      pending: null,
      remarks: [],
      retryAtMs: 0,
      failures: 0,
    };
  }

  async #entries(): Promise<EdgeEntry[]> {
    return (await this.#parts.store.all()).filter((entry) => this.#isOwn(entry));
  }

  async #own(id: string): Promise<EdgeEntry | null> {
    const entry = await this.#parts.store.get(id);
    return entry !== null && this.#isOwn(entry) ? entry : null;
  }

  #isOwn({ zoneId, accountId }: EdgeEntry): boolean {
    return zoneId === this.#parts.zoneId && accountId === this.#parts.accountId;
  }

  readonly #isUnderWay = ({ id, pid, startedAtMs }: EdgeEntry): boolean => {
    if (pid === process.pid) return this.#underWay.has(id);
    return this.#parts.clock.nowMs() - startedAtMs < STILL_RUNNING_MS && isRunning(pid);
  };

  async #while<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    this.#underWay.add(id);
    this.#seen = null;
    try {
      return await work();
    } finally {
      this.#underWay.delete(id);
    }
  }

  async #look(): Promise<Discovery> {
    const { zone, account, clock } = this.#parts;
    const discovery = await discover(this.#read, zone, account);
    this.#seen = { discovery, atMs: clock.nowMs() };
    return discovery;
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

function warned(plan: MitigationPlan, more: readonly string[]): MitigationPlan {
  return { ...plan, warnings: [...plan.warnings, ...more] };
}

function requireConfirmations({ confirmations = 1, id }: MitigationPlan, given: number): void {
  if (given >= confirmations) return;
  throw new UserError(
    'CONFIRM_TWICE',
    `${id} takes ${confirmations} confirmations, got ${given}`,
    'It moves all traffic of a prefix: ask once more.',
  );
}

function ended(id: string): UserError {
  return new UserError(
    'MITIGATION_ENDED',
    `${id} is not in force any more: it was taken back, or removed at the edge`,
    'Apply it again.',
  );
}

function told(id: string, error: unknown): string {
  return `${id}: ${isApiFailure(error) || error instanceof UserError ? error.what : String(error)}`;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's, and alive
  }
}
