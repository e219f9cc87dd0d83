/** The way of one hook: its messages one after another, in order for each incident, as fast as its limit and its failures let it. */
import type { HookConfig } from '../config/hook-config.js';
import { messageOf, UserError } from '../errors.js';
import type { Clock } from '../platform/clock.js';
import type { Sleep } from '../platform/cloudflare/steady-time.js';
import { backoffMs } from './backoff.js';
import { RateLimit } from './rate-limit.js';
import { JIRA_INDEX_MS } from './senders/jira-sender.js';
import type { Outcome } from './senders/outcome.js';
import type { Sender } from './senders/sender.js';
import type { SpoolEntry } from './spool-entry.js';

export interface LaneParts {
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly openSender: (hook: HookConfig) => Promise<Sender>;
  /** Ends a message's stay in the spool, or writes down that it stays. */
  readonly onOutcome: (entry: SpoolEntry, outcome: Outcome, isOver: boolean) => Promise<void>;
  /** Nothing is under way any more; something may wait. */
  readonly onRest: () => void;
  readonly mostAgeMs: number;
}

/** Of what fails for reasons of our own. */
const MOST_BUG_TRIES = 5;
const LOOK_AGAIN_MS = 60_000;
/** Before what an earlier process may have sent is sent again: until the other side would find it. */
const PAUSE_MS: Readonly<Partial<Record<HookConfig['kind'], number>>> = { jira: JIRA_INDEX_MS };

export class HookLane {
  #waiting: SpoolEntry[] = [];
  #inFlight: SpoolEntry | null = null;
  #failures = 0;
  #notBeforeMs = 0;
  #wake = new AbortController();
  #sender: Sender | null = null;
  readonly #rate: RateLimit;

  constructor(
    readonly hook: HookConfig,
    private readonly parts: LaneParts,
  ) {
    this.#rate = new RateLimit(hook);
  }

  /** In order of their incidents; the one under way is among them. */
  get waiting(): readonly SpoolEntry[] {
    return this.#waiting;
  }

  get inFlight(): SpoolEntry | null {
    return this.#inFlight;
  }

  add(entry: SpoolEntry): void {
    const pauseMs = entry.mayHaveArrived ? (PAUSE_MS[this.hook.kind] ?? 0) : 0;
    entry.notBeforeMs = Math.max(entry.notBeforeMs, this.parts.clock.nowMs() + pauseMs);
    this.#waiting.push(entry);
    this.#waiting.sort((a, b) => a.order - b.order);
    this.#wakeUp();
  }

  remove(entry: SpoolEntry): void {
    this.#waiting = this.#waiting.filter((other) => other !== entry);
  }

  /** Updates of its incident that wait and are said better by `entry`. */
  outdatedBy({ message, order }: Pick<SpoolEntry, 'message' | 'order'>): SpoolEntry[] {
    if (message.event !== 'updated' && message.event !== 'ended') return [];
    return this.#waiting.filter(
      (other) =>
        other !== this.#inFlight &&
        other.message.event === 'updated' &&
        other.order < order &&
        incidentOf(other) === incidentOf({ message }),
    );
  }

  tryNow(): void {
    this.#notBeforeMs = 0;
    for (const entry of this.#waiting) entry.notBeforeMs = 0;
    this.#wakeUp();
  }

  /** Until the signal aborts. A message that is under way then stays in the spool. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const wake = this.#wake.signal;
      const waitMs = this.#waitMs();
      const entry = waitMs > 0 ? null : this.#next();
      if (entry !== null) await this.#try(entry, signal);
      else await this.#rest(waitMs, wake, signal);
    }
  }

  async #try(entry: SpoolEntry, signal: AbortSignal): Promise<void> {
    const { clock, onOutcome, mostAgeMs } = this.parts;
    this.#inFlight = entry;
    if (entry.attempts === 0) this.#rate.take(clock.nowMs());
    const outcome = await this.#send(entry, signal);
    if (signal.aborted && outcome.kind !== 'sent') {
      this.#inFlight = null;
      return;
    }
    entry.attempts += 1;
    entry.mayHaveArrived = true;
    if (outcome.kind === 'again') this.#backOff(entry, outcome.waitMs);
    else this.#failures = 0;
    if (outcome.kind === 'refused') this.#sender = null; // with the next message secrets are read again
    const isOld = clock.nowMs() - entry.queuedAtMs >= mostAgeMs;
    const isOver =
      outcome.kind !== 'again' || isOld || entry.attempts >= (outcome.mostTries ?? Number.POSITIVE_INFINITY);
    if (isOver) this.remove(entry);
    await onOutcome(entry, outcome, isOver);
    this.#inFlight = null;
    this.parts.onRest();
  }

  async #send(entry: SpoolEntry, signal: AbortSignal): Promise<Outcome> {
    entry.held ??= { waiting: this.#waiting.length - 1 };
    const { held, mayHaveArrived } = entry;
    try {
      this.#sender ??= await this.parts.openSender(this.hook);
      return await this.#sender.send(entry.message, { held, mayHaveArrived, signal });
    } catch (error) {
      // A secret that is missing now may be there later; anything else is a bug, or a message nobody can make.
      const mostTries = error instanceof UserError ? {} : { mostTries: MOST_BUG_TRIES };
      return { kind: 'again', message: messageOf(error), waitMs: null, ...mostTries };
    }
  }

  #backOff(entry: SpoolEntry, askedMs: number | null): void {
    const nowMs = this.parts.clock.nowMs();
    this.#failures += 1;
    entry.notBeforeMs = nowMs + backoffMs(entry.attempts, this.parts.random(), askedMs);
    this.#notBeforeMs = nowMs + backoffMs(this.#failures, this.parts.random(), askedMs);
  }

  /** The first message of each incident may go; those that failed less go first, so that one nobody takes holds nobody up. */
  #next(): SpoolEntry | null {
    const nowMs = this.parts.clock.nowMs();
    const ready = this.#heads().filter((entry) => this.#dueMs(entry, nowMs) <= nowMs);
    return ready.sort((a, b) => a.attempts - b.attempts || a.order - b.order)[0] ?? null;
  }

  /** Infinity: nothing waits. */
  #waitMs(): number {
    const nowMs = this.parts.clock.nowMs();
    return Math.max(0, Math.min(...this.#heads().map((entry) => this.#dueMs(entry, nowMs))) - nowMs);
  }

  /** The limit is one of messages: their further tries have pauses of their own. */
  #dueMs({ attempts, notBeforeMs }: SpoolEntry, nowMs: number): number {
    const limited = attempts === 0 ? nowMs + this.#rate.waitMs(nowMs) : 0;
    return Math.max(notBeforeMs, this.#notBeforeMs, limited);
  }

  #heads(): SpoolEntry[] {
    const seen = new Set<string>();
    return this.#waiting.filter((entry) => {
      const incident = incidentOf(entry);
      return !seen.has(incident) && seen.add(incident);
    });
  }

  async #rest(waitMs: number, wake: AbortSignal, signal: AbortSignal): Promise<void> {
    const either = new AbortController();
    const end = () => either.abort();
    wake.addEventListener('abort', end);
    signal.addEventListener('abort', end);
    if (wake.aborted || signal.aborted) end();
    // The wall clock may be set meanwhile: it is looked at again before long.
    if (Number.isFinite(waitMs)) await this.parts.sleep(Math.min(waitMs, LOOK_AGAIN_MS), either.signal);
    else if (!either.signal.aborted) await new Promise((resolve) => either.signal.addEventListener('abort', resolve));
    wake.removeEventListener('abort', end);
    signal.removeEventListener('abort', end);
  }

  #wakeUp(): void {
    this.#wake.abort();
    this.#wake = new AbortController();
  }
}

function incidentOf({ message }: Pick<SpoolEntry, 'message'>): string {
  return `${message.isTest} ${message.facts.sensor} ${message.facts.id}`;
}
