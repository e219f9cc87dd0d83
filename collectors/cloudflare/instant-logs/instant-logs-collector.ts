/**
 * The log of one zone's requests as they happen: https://developers.cloudflare.com/logs/instant-logs. A session lasts 60 minutes and a zone has one, so
 * this opens them one after the other, and tells what is missing in between.
 */
import { UserError } from '../../../src/errors.js';
import type { Clock } from '../../../src/platform/clock.js';
import { type Sleep, steadyClock, systemSleep } from '../../../src/platform/cloudflare/steady-time.js';
import type { EdgeState, EdgeZone } from '../../../src/snapshot/edge-view.js';
import { BackOff } from './back-off.js';
import type { InstantLogsOptions, SessionCounts, SessionSink } from './collector-options.js';
import { DEFAULT_LOG_FIELDS } from './default-fields.js';
import { GapTeller } from './gap-teller.js';
import { JobBook } from './job-book.js';
import { type LogJob, LogJobs, type LogWanted } from './log-jobs.js';
import { LogSocket, type SocketEnd } from './log-socket.js';
import { MessagePump } from './message-pump.js';
import { type OpenFailure, openFailure } from './open-failure.js';
import { SessionStatus, sessionNotes } from './session-status.js';
import { Waiting } from './waiting.js';

/** A renewal that could not be made while the old session runs. */
const RENEW_AGAIN_MS = 30_000;
const IDLE_MS = 5 * 60_000;
/** For a reader that does not end what it was given. */
const DRAIN_MS = 2000;

export class InstantLogsCollector {
  readonly name: string;
  readonly #clock: Clock;
  readonly #sleep: Sleep;
  readonly #book: JobBook;
  readonly #waiting: Waiting;
  readonly #pump: MessagePump;
  readonly #backOff: BackOff;
  readonly #status = new SessionStatus();
  readonly #idleMs: number;
  #gap = new GapTeller(() => {});
  #sink: SessionSink | null = null;
  #wanted: LogWanted;
  #socket: LogSocket | null = null;
  #renewAtMs = 0;
  #touchedMs: number;
  #connections = 0;
  #tooBig = 0;

  constructor(readonly options: InstantLogsOptions) {
    const { api, zone, fields = DEFAULT_LOG_FIELDS, sample = 1, filter = '' } = options;
    this.name = `edge ${zone.name}`;
    this.#clock = options.clock ?? steadyClock;
    this.#sleep = options.sleep ?? systemSleep;
    this.#book = new JobBook(new LogJobs(api, zone.id, options.plainAllowed ?? false), this.#clock);
    this.#waiting = new Waiting(this.#clock, this.#sleep);
    this.#pump = new MessagePump(this.#sleep);
    this.#backOff = new BackOff(options.random ?? Math.random);
    this.#wanted = { fields, sample, filter };
    this.#idleMs = options.idleMs === undefined ? IDLE_MS : (options.idleMs ?? Number.POSITIVE_INFINITY);
    this.#touchedMs = this.#clock.nowMs();
  }

  get status(): EdgeZone {
    const nowMs = this.#clock.nowMs();
    return {
      zone: this.options.zone.name,
      state: this.#status.state,
      detail: this.#status.detail(nowMs, this.#gap.beganMs, sessionNotes(this.#book)),
      fields: this.#book.current?.fields ?? [],
      sample: this.#wanted.sample,
      renewByMs: this.#book.renewByMs,
    };
  }

  get counts(): SessionCounts {
    return { ...this.#pump.counts, ...this.#gap.counts, tooBig: this.#tooBig, connections: this.#connections };
  }

  /** Somebody looks. */
  touch(): void {
    this.#touchedMs = this.#clock.nowMs();
    if (this.#status.state === 'paused') this.#waiting.nudge();
  }

  /** Another filter or sample needs another session. */
  narrow(filter: string, sample = this.#wanted.sample): void {
    if (filter === this.#wanted.filter && sample === this.#wanted.sample) return;
    this.#wanted = { ...this.#wanted, filter, sample };
    this.#waiting.nudge();
  }

  /** Until the signal aborts. Rejects with UserError when it has never worked and cannot. */
  async run(sink: SessionSink, signal: AbortSignal): Promise<void> {
    this.#sink = sink;
    this.#gap = new GapTeller((fromMs, toMs) => sink.gap(Math.round(fromMs), Math.round(toMs)));
    this.#touchedMs = this.#clock.nowMs();
    const stop = new AbortController();
    const forward = () => stop.abort();
    signal.addEventListener('abort', forward);
    if (signal.aborted) stop.abort();
    const drained = new AbortController();
    const failures: unknown[] = [];
    const pumping = this.#pump.run(sink, drained.signal).catch((error: unknown) => {
      failures.push(error);
      stop.abort();
    });
    await this.#keepOpen(stop.signal).catch((error: unknown) => failures.push(error));
    signal.removeEventListener('abort', forward);
    this.#socket?.close();
    this.#gap.end(this.#clock.nowMs());
    this.#tell('ended', failures[0] instanceof UserError ? failures[0].what : '');
    drained.abort();
    const isDrained = new AbortController();
    await Promise.race([pumping, this.#sleep(DRAIN_MS, isDrained.signal)]);
    isDrained.abort();
    if (failures.length > 0) throw failures[0];
  }

  async #keepOpen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#isIdle()) {
        await this.#rest(signal);
        continue;
      }
      const failure = (await this.#open(signal)) ?? (await this.#stay(signal));
      if (failure === null || signal.aborted) continue;
      if (failure.final !== null && this.#connections === 0) throw failure.final;
      await this.#waitAfter(failure, signal);
    }
  }

  /** Null: a socket is open. */
  async #open(signal: AbortSignal): Promise<OpenFailure | null> {
    this.#tell('connecting', 'asking for a session');
    try {
      const job = await this.#book.open(this.#wanted, signal);
      this.#renewAtMs = this.#book.renewByMs ?? 0;
      const socket = await this.#connect(job, signal);
      return socket.end === null ? null : this.#afterEnd(socket, socket.end);
    } catch (error) {
      const failure = openFailure(error);
      if (failure.isTaken) this.#book.forgive();
      return failure;
    }
  }

  async #connect(job: LogJob, signal: AbortSignal): Promise<LogSocket> {
    const socket = new LogSocket(job.url, {
      clock: this.#clock,
      sleep: this.#sleep,
      onOpen: (opened) => this.#adopt(opened),
      onMessage: (bytes) => this.#pump.push(bytes),
    });
    const close = () => socket.close();
    signal.addEventListener('abort', close);
    if (signal.aborted) close();
    await socket.open();
    signal.removeEventListener('abort', close);
    return socket;
  }

  /** In the moment it opens: nothing is read twice, and nothing of it is missed. */
  #adopt(socket: LogSocket): void {
    this.#socket?.close();
    this.#socket = socket;
    this.#pump.attach(socket);
    this.#connections += 1;
    this.#gap.end(this.#clock.nowMs());
    this.#tell('live', '');
    socket.ended.then(({ sinceMs, isTooBig }) => {
      if (isTooBig) this.#tooBig += 1;
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#pump.cut();
      this.#gap.begin(sinceMs);
    });
  }

  /** As long as the socket lives and is wanted. */
  async #stay(signal: AbortSignal): Promise<OpenFailure | null> {
    for (let socket = this.#socket; socket !== null; socket = this.#socket) {
      await this.#waiting.until(Math.min(this.#renewAtMs, this.#touchedMs + this.#idleMs), socket.ended, signal);
      if (signal.aborted || (socket.end === null && this.#isIdle())) return null;
      if (socket.end !== null) return this.#afterEnd(socket, socket.end);
      if (!this.#book.isWanted(this.#wanted)) await this.#leave(socket);
      else if (this.#clock.nowMs() >= this.#renewAtMs) await this.#renew(socket, signal);
    }
    return null;
  }

  /** The next session while this one still runs; where the zone takes no second one, one after the other. */
  async #renew(socket: LogSocket, signal: AbortSignal): Promise<void> {
    try {
      const next = await this.#book.next(this.#wanted, signal);
      if (next === this.#book.current) return await this.#leave(socket);
      const opened = await this.#connect(next, signal);
      if (opened.end === null) {
        this.#book.take(next);
        this.#renewAtMs = this.#book.renewByMs ?? 0;
        this.#tell('live', '');
        return;
      }
    } catch (error) {
      if (openFailure(error).isTaken) return await this.#leave(socket);
    }
    this.#renewAtMs = this.#clock.nowMs() + RENEW_AGAIN_MS;
  }

  /** What it was opened for is over; the next one is found or made at once. */
  async #leave(socket: LogSocket): Promise<void> {
    this.#book.leave();
    socket.close();
    await socket.ended;
  }

  #afterEnd(socket: LogSocket, end: SocketEnd): OpenFailure {
    const livedMs = socket.openedMs === null ? null : end.sinceMs - socket.openedMs;
    if (this.#book.ended(end, livedMs)) this.#backOff.reset();
    return { words: end.words, isLimited: end.httpStatus === 429, isTaken: false, final: null };
  }

  async #waitAfter({ words, isLimited }: OpenFailure, signal: AbortSignal): Promise<void> {
    const waitMs = isLimited ? this.#backOff.limitedMs() : this.#backOff.nextMs();
    this.#gap.extend(this.#clock.nowMs());
    this.#tell('retrying', words, this.#clock.nowMs() + waitMs);
    await this.#sleep(waitMs, signal);
    this.#gap.extend(this.#clock.nowMs());
  }

  async #rest(signal: AbortSignal): Promise<void> {
    this.#socket?.close();
    this.#tell('paused', 'nobody looked for a while, so the session was closed');
    await this.#waiting.until(Number.POSITIVE_INFINITY, null, signal);
  }

  #isIdle(): boolean {
    return this.#clock.nowMs() - this.#touchedMs >= this.#idleMs;
  }

  #tell(state: EdgeState, words: string, retryAtMs: number | null = null): void {
    this.#status.set(state, words, retryAtMs);
    this.#sink?.status(this.status);
  }
}
