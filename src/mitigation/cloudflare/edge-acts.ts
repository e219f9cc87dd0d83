/** Putting an entry's steps to the edge and taking them back, with the store always ahead of what is sent. */
import { messageOf, UserError } from '../../errors.js';
import type { Clock } from '../../platform/clock.js';
import type { CloudflareApi } from '../../platform/cloudflare/api.js';
import type { AuditAction, AuditLog, AuditNote } from '../audit-log.js';
import { PREFIX_QUIET_SEC } from './draft-values.js';
import { EdgeCalls, type Sleep } from './edge-calls.js';
import { remainder } from './edge-failures.js';
import type { EdgeStep, ValueStep } from './edge-step.js';
import { putStep, stepWords, takeBack } from './edge-steps.js';
import type { EdgeEntry, InverseStore } from './inverse-store.js';

export interface EdgeActsParts {
  readonly api: CloudflareApi;
  readonly store: InverseStore;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** "zone 023e…", for the audit log. */
  readonly where: string;
  /** What a reader should know besides success. */
  readonly onRemark: (id: string, text: string) => void;
}

/** Taking back is tried again after 5 s, then later and later. */
const FIRST_RETRY_MS = 5000;
const LAST_RETRY_MS = 60_000;
const MAX_REMARKS = 8;
const MAX_REMARK = 500;

export class EdgeActs {
  readonly #parts: EdgeActsParts;

  constructor(parts: EdgeActsParts) {
    this.#parts = parts;
  }

  /** Puts all steps; when one fails, takes back what there is of them and rejects with why; with EDGE_REMAINDER when that failed too. */
  async put(entry: EdgeEntry, action: AuditAction): Promise<EdgeEntry> {
    const { store } = this.#parts;
    await store.save(entry);
    await this.#noteWithdrawals(entry.steps, 'set');
    const lifeSec = entry.request.confirmWindowSec;
    const calls = this.#callsFor(entry, { action, id: entry.id, request: entry.request, lifeSec });
    try {
      for (const step of entry.steps) await putStep(step, calls);
    } catch (error) {
      await this.#rollBack(entry, error);
      throw error;
    }
    this.#tell(entry.id, calls.remarks);
    return { ...entry, pending: null, remarks: added(entry.remarks, calls.remarks) };
  }

  async #rollBack(entry: EdgeEntry, cause: unknown): Promise<void> {
    try {
      await this.takeBack(entry, 'undo');
    } catch (error) {
      throw remainder(entry.id, cause, `${stepWords(entry.steps)}: ${messageOf(error)}`);
    }
    if (!(cause instanceof UserError) || cause.code !== 'STATE_UNKNOWN') return;
    // Nothing of it is there now, but a write whose answer was lost may still come: it is looked for once more.
    const remarks = added(entry.remarks, [cause.what]);
    const retryAtMs = this.#parts.clock.nowMs() + LAST_RETRY_MS;
    await this.#parts.store.save({ ...entry, state: 'ending', pending: null, remarks, retryAtMs });
    throw remainder(entry.id, cause, `a change of ${stepWords(entry.steps)} may still come`);
  }

  /** Then it is out of the store. Rejects with why when it is still there in part; the entry says so, and when to try again. */
  async takeBack(entry: EdgeEntry, action: AuditAction): Promise<void> {
    const { store, clock } = this.#parts;
    await this.#refuseFlap(entry);
    const ending: EdgeEntry = { ...entry, state: 'ending', pending: null };
    await store.save(ending);
    const calls = this.#callsFor(ending, { action, id: entry.id });
    try {
      const steps = await this.#handOver(entry);
      // Of a rollback nobody knows whether there was anything to withdraw; the edge refuses by itself then.
      if (entry.state !== 'applying') await this.#noteWithdrawals(steps, 'old');
      const left = await takeBack(steps, calls);
      for (const words of left) await this.#parts.audit.explain(this.#note({ action, id: entry.id }), words);
      await store.remove(entry.id);
      this.#tell(entry.id, left);
    } catch (error) {
      const failures = entry.failures + 1;
      const waitMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
      const remarks = added(entry.remarks, [messageOf(error)]);
      await store.save({ ...ending, failures, retryAtMs: clock.nowMs() + waitMs, remarks });
      throw error;
    }
  }

  /** Found at the edge by name, not in the store. */
  async takeBackFound(id: string, steps: readonly EdgeStep[], action: AuditAction): Promise<void> {
    const note = this.#note({ action, id });
    const calls = new EdgeCalls({ ...this.#parts, note, onIntent: () => Promise.resolve() });
    this.#tell(id, await takeBack(steps, calls));
  }

  /** For removing what was not meant to be made. */
  callsForCheck(id: string): EdgeCalls {
    const note = this.#note({ action: 'sweep', id });
    return new EdgeCalls({ ...this.#parts, note, onIntent: () => Promise.resolve() });
  }

  #callsFor(entry: EdgeEntry, note: AuditNote): EdgeCalls {
    const onIntent = (pending: string) => this.#parts.store.save({ ...entry, pending });
    return new EdgeCalls({ ...this.#parts, note: this.#note(note), onIntent });
  }

  #note(note: AuditNote): AuditNote {
    return { host: this.#parts.where, backend: 'cloudflare', ...note };
  }

  /** Of one thing set twice, the older value of the first is handed to the later one, which stays in force. */
  async #handOver(entry: EdgeEntry): Promise<readonly EdgeStep[]> {
    const entries = await this.#parts.store.all();
    const others = entries.filter(({ startedAtMs, state }) => startedAtMs > entry.startedAtMs && state !== 'applying');
    const steps: EdgeStep[] = [];
    for (const step of entry.steps) {
      const heir = step.kind === 'value' ? heirOf(step, others) : null;
      if (heir === null || step.kind !== 'value') steps.push(step);
      else await this.#parts.store.save(inherited(heir, step));
    }
    return steps;
  }

  async #noteWithdrawals(steps: readonly EdgeStep[], which: 'set' | 'old'): Promise<void> {
    for (const step of steps)
      if (step.kind === 'value' && step.of === 'bgp-prefix' && step[which]['advertised'] === false)
        await this.#parts.store.noteWithdrawn(step.path, this.#parts.clock.nowMs());
  }

  /** The edge refuses to announce a prefix again so soon; a rollback finds out by itself, since nothing may have been withdrawn. */
  async #refuseFlap({ state, steps, id }: EdgeEntry): Promise<void> {
    const step = steps.find((one) => one.kind === 'value' && one.of === 'bgp-prefix' && one.old['advertised'] === true);
    if (state === 'applying' || step?.kind !== 'value') return;
    await this.refuseAnnouncement(step.path, `taking back ${id}`);
  }

  async refuseAnnouncement(path: string, what: string): Promise<void> {
    const { store, clock } = this.#parts;
    const sinceMs = clock.nowMs() - ((await store.facts()).withdrawnAtMs[path] ?? Number.NEGATIVE_INFINITY);
    const leftSec = PREFIX_QUIET_SEC - Math.floor(sinceMs / 1000);
    if (leftSec <= 0) return;
    throw new UserError(
      'PREFIX_QUIET',
      `${what}: the prefix was withdrawn ${Math.floor(sinceMs / 60_000)} min ago, and Cloudflare announces none again within ${PREFIX_QUIET_SEC / 60} min`,
      `Try again in ${Math.ceil(leftSec / 60)} min.`,
    );
  }

  #tell(id: string, remarks: readonly string[]): void {
    for (const remark of remarks) this.#parts.onRemark(id, remark);
  }
}

function heirOf(step: ValueStep, others: readonly EdgeEntry[]): EdgeEntry | null {
  const names = Object.keys(step.set);
  const isHeir = (other: EdgeStep) =>
    other.kind === 'value' && other.path === step.path && names.every((name) => other.old[name] === step.set[name]);
  return others.find(({ steps }) => steps.some(isHeir)) ?? null;
}

function inherited(heir: EdgeEntry, from: ValueStep): EdgeEntry {
  const steps = heir.steps.map((step) =>
    step.kind === 'value' && step.path === from.path ? { ...step, old: { ...step.old, ...from.old } } : step,
  );
  return { ...heir, steps };
}

function added(remarks: readonly string[], more: readonly string[]): readonly string[] {
  return [...remarks, ...more.map((text) => text.slice(0, MAX_REMARK))].slice(-MAX_REMARKS);
}
