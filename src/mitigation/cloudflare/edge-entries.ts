/** The entries of the store that are about one zone and account, and who is at work on them. */
import { userInfo } from 'node:os';
import type { Draft } from './draft.js';
import type { EdgeDoorParts } from './edge-door-parts.js';
import { endOf } from './edge-live.js';
import type { EdgeEntry } from './inverse-store.js';

/** An act of another process that takes longer was ended, or its machine was. */
const STILL_RUNNING_MS = 900_000;

export class EdgeEntries {
  readonly #underWay = new Set<string>();

  /** Wall clock, epoch ms. */
  readonly #openedMs: number;

  constructor(readonly parts: EdgeDoorParts) {
    this.#openedMs = parts.clock.nowMs();
  }

  async all(): Promise<EdgeEntry[]> {
    return (await this.parts.store.all()).filter((entry) => this.#isOwn(entry));
  }

  async get(id: string): Promise<EdgeEntry | null> {
    const entry = await this.parts.store.get(id);
    return entry !== null && this.#isOwn(entry) ? entry : null;
  }

  begun({ id, steps, words, context }: Draft, confirmByMs: number): EdgeEntry {
    const { zoneId, accountId, clock } = this.parts;
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
      user: userName(),
      pending: null,
      remarks: [],
      retryAtMs: 0,
      failures: 0,
    };
  }

  /** To be taken back at `nowMs`. What was over before this program began is offered instead: it did not show it, so nobody expects it to act. */
  isDue(entry: EdgeEntry, nowMs: number): boolean {
    if (entry.retryAtMs > nowMs || (entry.state === 'applying' && this.isUnderWay(entry))) return false;
    if (entry.state === 'ending') return true;
    return endOf(entry) <= nowMs && endOf(entry) > this.#openedMs;
  }

  readonly isUnderWay = ({ id, pid, startedAtMs }: EdgeEntry): boolean => {
    if (pid === process.pid) return this.#underWay.has(id);
    return this.parts.clock.nowMs() - startedAtMs < STILL_RUNNING_MS && isRunning(pid);
  };

  async during<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    this.#underWay.add(id);
    try {
      return await work();
    } finally {
      this.#underWay.delete(id);
    }
  }

  #isOwn({ zoneId, accountId }: EdgeEntry): boolean {
    return zoneId === this.parts.zoneId && accountId === this.parts.accountId;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `${process.getuid?.() ?? '?'}`; // a container's account without a passwd line
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's, and alive
  }
}
