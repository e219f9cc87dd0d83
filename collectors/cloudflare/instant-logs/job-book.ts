/** Sessions we know: how old they are, and which of them did not take us. */
import type { Clock } from '../../../src/platform/clock.js';
import type { Secret } from '../../../src/platform/cloudflare/secret.js';
import type { LogJob, LogJobs, LogWanted } from './log-jobs.js';
import type { SocketEnd } from './log-socket.js';
import { isSame } from './session-url.js';

/** Two minutes before a session ends of itself. */
const RENEW_MS = 58 * 60_000;
/** A connection that lived so long was not refused. */
const LIVED_MS = 10_000;
const MOST_SHORT_LIVES = 2;
const MOST_KNOWN = 4;

export interface OpenJob extends LogJob {
  /** Of one that was found: when we found it. */
  readonly openedMs: number;
  /** Until then it can be connected to without asking. */
  trustedUntilMs: number;
  /** Connections in a row that ended at once, or never were. */
  shortLives: number;
  isSpoilt: boolean;
}

export class JobBook {
  #known: OpenJob[] = [];
  #current: OpenJob | null = null;

  constructor(
    readonly jobs: LogJobs,
    readonly clock: Clock,
  ) {}

  get current(): OpenJob | null {
    return this.#current;
  }

  get renewByMs(): number | null {
    return this.#current === null ? null : this.#current.openedMs + RENEW_MS;
  }

  /** The one we have while it is young, else one that is found or made. Rejects with UserError. */
  async open(wanted: LogWanted, signal: AbortSignal): Promise<OpenJob> {
    const job = this.#current;
    const isYoung = job !== null && !job.isSpoilt && this.clock.nowMs() < job.trustedUntilMs && isFor(job, wanted);
    this.#current = isYoung ? job : await this.#find(wanted, this.#spoilt(), signal);
    return this.#current;
  }

  /** Another than the one we have; the same where the edge gives no other. */
  next(wanted: LogWanted, signal: AbortSignal): Promise<OpenJob> {
    const current = this.#current === null ? [] : [this.#current.url];
    return this.#find(wanted, [...current, ...this.#spoilt()], signal);
  }

  take(job: OpenJob): void {
    this.#current = job;
  }

  isWanted(wanted: LogWanted): boolean {
    return this.#current !== null && isFor(this.#current, wanted);
  }

  /** Not to be connected to again. */
  leave(): void {
    if (this.#current !== null) this.#current.isSpoilt = true;
    this.#current = null;
  }

  /** What was avoided may be what is in the way. */
  forgive(): void {
    for (const job of this.#known) job.isSpoilt = false;
  }

  /** A connection has ended; `livedMs` null: it never was. True: it was not refused. */
  ended({ httpStatus }: SocketEnd, livedMs: number | null): boolean {
    const hasLived = livedMs !== null && livedMs >= LIVED_MS;
    const job = this.#current;
    if (job === null) return hasLived;
    job.shortLives = hasLived ? 0 : job.shortLives + 1;
    const isRefused = httpStatus >= 300 && httpStatus < 500 && httpStatus !== 429;
    const isWorn = job.shortLives > MOST_SHORT_LIVES;
    // A line that is down says nothing about the session; being let in and put out again does.
    if (isRefused || (isWorn && livedMs !== null)) this.leave();
    else if (isWorn) job.trustedUntilMs = 0;
    return hasLived;
  }

  async #find(wanted: LogWanted, avoid: readonly Secret[], signal: AbortSignal): Promise<OpenJob> {
    const job = await this.jobs.open(wanted, avoid, signal);
    const known = this.#known.find(({ url }) => isSame(url, job.url));
    if (known !== undefined) {
      known.isSpoilt = false;
      return known;
    }
    const openedMs = this.clock.nowMs();
    const opened: OpenJob = { ...job, openedMs, trustedUntilMs: openedMs + RENEW_MS, shortLives: 0, isSpoilt: false };
    this.#known = [opened, ...this.#known].slice(0, MOST_KNOWN);
    return opened;
  }

  #spoilt(): Secret[] {
    return this.#known.filter(({ isSpoilt }) => isSpoilt).map(({ url }) => url);
  }
}

function isFor(job: LogJob, wanted: LogWanted): boolean {
  return job.filter === wanted.filter && job.sample === wanted.sample;
}
