/**
 * Tells hooks of incidents. A message is on the disk before `tell` returns and leaves it when the other side has it, or when it is given up,
 * which is told. Killed in between it is sent again, under the same key.
 */
import type { HookConfig } from '../config/hook-config.js';
import { messageOf as textOf } from '../errors.js';
import { type Clock, systemClock } from '../platform/clock.js';
import { type Sleep, systemSleep } from '../platform/cloudflare/steady-time.js';
import { deliveryOf } from './delivery-of.js';
import type { HookDelivery, HookEvent } from './hook-event.js';
import type { HookLane } from './hook-lane.js';
import { HookLanes } from './hook-lanes.js';
import { eventFor, messageOf } from './hook-message.js';
import { MessageSpool, SPOOL_BOUNDS, type SpoolBounds } from './message-spool.js';
import { RecentSet } from './recent-set.js';
import { References } from './references.js';
import type { Environment } from './secrets.js';
import { openSender } from './senders/open-sender.js';
import type { Outcome } from './senders/outcome.js';
import type { Sender } from './senders/sender.js';
import type { SpoolEntry } from './spool-entry.js';
import { SpoolFolder } from './spool-folder.js';
import { SpoolOwner } from './spool-owner.js';
import { ToldIncidents } from './told-incidents.js';
import { type WaitingMessage, waitingOf } from './waiting-message.js';

export interface DispatcherOptions {
  readonly hooks: readonly HookConfig[];
  /** Null: nothing outlives the process. */
  readonly spoolFolder: string | null;
  /** Never waited for; must not throw. */
  readonly onDelivery: (delivery: HookDelivery) => void;
  /** Of the spool itself: sentences for a log. */
  readonly onTrouble: (words: string) => void;
  readonly env?: Environment;
  readonly clock?: Clock;
  readonly sleep?: Sleep;
  /** 0 ≤ x < 1. */
  readonly random?: () => number;
  readonly bounds?: SpoolBounds;
  /** Ms between looks at what other processes put into the spool; 0 = only by `scan`. */
  readonly scanEveryMs?: number;
}

const SCAN_EVERY_MS = 5000;
/** Keys of what is over: the same event is not told twice. */
const MOST_KEYS = 10_000;

interface Parts {
  readonly options: DispatcherOptions;
  readonly clock: Clock;
  readonly owner: SpoolOwner | null;
  readonly spool: MessageSpool;
  readonly references: References;
}

export class HookDispatcher {
  readonly #lanes: HookLanes;
  readonly #over = new RecentSet(MOST_KEYS);
  /** Keys of what another process sends. */
  readonly #handedOver = new RecentSet(MOST_KEYS);
  readonly #told = new ToldIncidents();
  #queue: Promise<void> = Promise.resolve();
  #idle: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  private constructor(private readonly parts: Parts) {
    const { options, clock, references } = parts;
    const sender = { references, clock, env: options.env ?? process.env };
    this.#lanes = new HookLanes(sender, (hook) => ({
      clock,
      sleep: options.sleep ?? systemSleep,
      random: options.random ?? Math.random,
      mostAgeMs: (options.bounds ?? SPOOL_BOUNDS).mostAgeMs,
      openSender: (of) => openSender(of, sender),
      onOutcome: (entry, outcome, isOver) => this.#onOutcome(hook, entry, outcome, isOver),
      onRest: () => this.#wakeIdle(),
    }));
  }

  /** Takes what an earlier run left behind. Rejects with UserError HOOK_SPOOL. */
  static async open(options: DispatcherOptions): Promise<HookDispatcher> {
    const clock = options.clock ?? systemClock;
    const folder = options.spoolFolder === null ? null : await SpoolFolder.open(options.spoolFolder);
    const spool = new MessageSpool(folder, clock, options.bounds ?? SPOOL_BOUNDS, options.onTrouble);
    const owner = folder === null ? null : new SpoolOwner(folder.path);
    const references = await References.open(folder?.path ?? null);
    await folder?.sweep();
    const dispatcher = new HookDispatcher({ options, clock, owner, spool, references });
    await dispatcher.setHooks(options.hooks);
    await dispatcher.scan();
    const everyMs = options.scanEveryMs ?? SCAN_EVERY_MS;
    if (everyMs > 0 && folder !== null) dispatcher.#timer = setInterval(() => void dispatcher.scan(), everyMs).unref();
    return dispatcher;
  }

  /** Resolves when the messages of the event are safe. Never rejects for what a disk or the other side does. */
  tell(event: HookEvent): Promise<void> {
    return this.#inTurn(async () => {
      for (const { lane, mute } of this.#lanes.all) await this.#tellHook(lane, mute, event);
      await this.#giveUpSurplus();
    });
  }

  /** Sends what other processes left, or put in since; takes their place when they are gone. */
  scan(): Promise<void> {
    return this.#inTurn(async () => {
      const { owner, spool, options } = this.parts;
      try {
        if (owner !== null && !(await owner.take())) return;
        for (const entry of await spool.scan((key) => this.#over.has(key))) await this.#enqueue(entry);
      } catch (error) {
        options.onTrouble(`the spool cannot be read: ${textOf(error)}`);
      }
      await this.#giveUpSurplus();
    });
  }

  /** Other hooks from now on, without losing what waits. */
  setHooks(hooks: readonly HookConfig[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.#lanes.set(hooks);
      for (const entry of this.parts.spool.entries) {
        const lane = this.#lanes.of(entry.message.hook);
        if (lane !== null && !lane.waiting.includes(entry)) lane.add(entry);
      }
    });
  }

  /** All that waits here, in the order it came. */
  waiting(): WaitingMessage[] {
    return this.parts.spool.entries.toSorted((a, b) => a.order - b.order).map(waitingOf);
  }

  /** The process that sends what lies in the spool, when it is not this one; null: it is. */
  async otherSender(): Promise<number | null> {
    const { owner } = this.parts;
    return owner === null || owner.isOwner ? null : owner.pid();
  }

  /** Without waiting for what failures cost. */
  retryNow(): void {
    for (const { lane } of this.#lanes.all) lane.tryNow();
  }

  /** Resolves when nothing waits for a hook that there is. */
  async drained(): Promise<void> {
    await this.#queue;
    while (this.#lanes.isBusy) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** What is under way is broken off and stays in the spool. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#queue;
    await this.#lanes.stop();
    await this.parts.owner?.leave().catch(() => {}); // a process that is gone counts as one that left
  }

  async #tellHook(lane: HookLane, mute: Sender, event: HookEvent): Promise<void> {
    const { hook } = lane;
    const { spool } = this.parts;
    const name = eventFor(hook, event, this.#told.of(hook.name, event));
    if (name === null) return;
    const plain = messageOf(hook.name, event, name);
    if (this.#isKnown(plain.key) || !mute.wants(plain)) return;
    this.#told.addWaiting(plain);
    const old = lane.outdatedBy({ message: plain, order: Number.POSITIVE_INFINITY });
    const merged = old.reduce((sum, entry) => sum + entry.message.merged + 1, 0);
    // The new one is safe before an old one goes.
    const entry = await spool.add({ ...plain, merged }, this.#sendsHere());
    if (spool.has(plain.key)) await this.#enqueue(entry);
    else this.#handedOver.add(plain.key);
  }

  #isKnown(key: string): boolean {
    return this.#over.has(key) || this.#handedOver.has(key) || this.parts.spool.has(key);
  }

  #sendsHere(): boolean {
    const { owner } = this.parts;
    return owner === null || owner.isOwner;
  }

  async #enqueue(entry: SpoolEntry): Promise<void> {
    this.#told.addWaiting(entry.message);
    const lane = this.#lanes.of(entry.message.hook);
    if (lane === null) return; // of a hook that is configured no more: it waits for its age
    for (const old of lane.outdatedBy(entry)) {
      lane.remove(old);
      this.#over.add(old.message.key);
      await this.parts.spool.remove(old);
    }
    lane.add(entry);
  }

  async #onOutcome(hook: HookConfig, entry: SpoolEntry, outcome: Outcome, isOver: boolean): Promise<void> {
    const { spool } = this.parts;
    if (isOver) {
      this.#over.add(entry.message.key);
      await spool.remove(entry);
    } else {
      await spool.write(entry);
    }
    if (outcome.kind === 'sent') this.#report(hook.kind, entry, 'sent', outcome);
    else if (isOver) this.#report(hook.kind, entry, 'given-up', outcome);
    else if (entry.attempts === 1) this.#report(hook.kind, entry, 'delayed', outcome);
  }

  async #giveUpSurplus(): Promise<void> {
    const isUnderWay = (entry: SpoolEntry) => this.#lanes.all.some(({ lane }) => lane.inFlight === entry);
    for (const { entry, why } of this.parts.spool.surplus(isUnderWay)) {
      const lane = this.#lanes.of(entry.message.hook);
      lane?.remove(entry);
      this.#over.add(entry.message.key);
      await this.parts.spool.remove(entry);
      this.#report(lane?.hook.kind ?? 'unknown', entry, 'given-up', { kind: 'refused', message: `given up: ${why}` });
    }
    this.#wakeIdle();
  }

  #report(kind: string, { message }: SpoolEntry, outcome: HookDelivery['outcome'], of: Outcome): void {
    this.parts.options.onDelivery(deliveryOf(kind, message, outcome, of, this.parts.clock.nowMs()));
  }

  #wakeIdle(): void {
    if (this.#lanes.isBusy) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }

  /** One at a time, in the order they were asked for. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(act);
    this.#queue = done.catch(() => {});
    return done;
  }
}
