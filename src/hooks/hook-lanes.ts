/** The hooks there are, each on its way of its own: one that hangs holds up nobody else. */
import type { HookConfig } from '../config/hook-config.js';
import { HookLane, type LaneParts } from './hook-lane.js';
import { openShownSender, type SenderParts } from './senders/open-sender.js';
import type { Sender } from './senders/sender.js';

interface Running {
  readonly lane: HookLane;
  /** Without secrets: knows what the hook has words for. */
  readonly mute: Sender;
  readonly ending: AbortController;
  readonly done: Promise<void>;
}

export class HookLanes {
  readonly #all = new Map<string, Running>();

  constructor(
    private readonly sender: SenderParts,
    private readonly partsOf: (hook: HookConfig) => LaneParts,
  ) {}

  get all(): readonly Running[] {
    return [...this.#all.values()];
  }

  of(name: string): HookLane | null {
    return this.#all.get(name)?.lane ?? null;
  }

  get isBusy(): boolean {
    return this.all.some(({ lane }) => lane.waiting.length > 0 || lane.inFlight !== null);
  }

  /** Those that are not there any more, or are another now, end; what they had under way stays where it was. */
  async set(hooks: readonly HookConfig[]): Promise<void> {
    const wanted = new Map(hooks.map((hook) => [hook.name, hook]));
    for (const [name, running] of this.#all) {
      if (JSON.stringify(running.lane.hook) === JSON.stringify(wanted.get(name))) {
        wanted.delete(name);
        continue;
      }
      await end(running);
      this.#all.delete(name);
    }
    for (const hook of wanted.values()) await this.#add(hook);
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map(end));
  }

  async #add(hook: HookConfig): Promise<void> {
    const mute = await openShownSender(hook, this.sender);
    const lane = new HookLane(hook, this.partsOf(hook));
    const ending = new AbortController();
    this.#all.set(hook.name, { lane, mute, ending, done: lane.run(ending.signal) });
  }
}

async function end({ ending, done }: Running): Promise<void> {
  ending.abort();
  await done;
}
