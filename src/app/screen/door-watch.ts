/** Keeps the screen's list of mitigations true: what is in force, what ended, what an earlier run has left, and what this program has to end itself. */
import type { Notice } from '../../../components/panels/BottomLines.js';
import { messageOf } from '../../errors.js';
import type { MitigationDoor } from '../../mitigation/door.js';
import type { LiveMitigation } from '../../mitigation/types.js';
import { isUnconfirmed } from './ui-mitigation.js';
import type { UiEvent, UiState } from './ui-state.js';

const LIST_MS = 1000;
const IDLE_LIST_EVERY = 10;

export interface DoorWatcher {
  readonly state: () => UiState;
  readonly dispatch: (event: UiEvent) => void;
  /** In the log, and for a moment in the last line. */
  readonly say: (text: string, color: Notice['color']) => void;
  readonly log: (text: string) => void;
  readonly listed: (live: readonly LiveMitigation[]) => void;
}

export class DoorWatch {
  readonly #door: MitigationDoor;
  readonly #watcher: DoorWatcher;
  #timer: NodeJS.Timeout | null = null;
  #lists = 0;
  #isListing = false;
  #isOver = false;

  constructor(door: MitigationDoor, watcher: DoorWatcher) {
    this.#door = door;
    this.#watcher = watcher;
  }

  start(): void {
    this.#timer = setInterval(() => this.list(), LIST_MS);
  }

  stop(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** What the kernel drops for us: every second while it matters, seldom otherwise. */
  list(): void {
    if (this.#isListing || this.#isOver) return;
    void this.#expire();
    this.#lists += 1;
    const isSeldom = this.#lists % IDLE_LIST_EVERY === 1;
    if (!isSeldom && !matters(this.#watcher.state())) return;
    this.#isListing = true;
    void this.#listOnce(isSeldom).finally(() => {
      this.#isListing = false;
    });
  }

  async #listOnce(isSeldom: boolean): Promise<void> {
    const { dispatch, listed, state } = this.#watcher;
    try {
      const before = state().actions.length;
      const live = await this.#door.list();
      dispatch({ kind: 'listed', actions: live, nowMs: Date.now() });
      listed(live);
      // One that is gone has ended or was taken out: the log knows.
      if (live.length < before || isSeldom) await this.#lookForVanished();
    } catch (error) {
      dispatch({ kind: 'listFailed', message: messageOf(error) });
    }
  }

  /** Where nothing ends by itself, this program ends it. */
  async #expire(): Promise<void> {
    for (const { id, failure } of (await this.#door.expireDue?.(Date.now())) ?? []) {
      if (failure === null) this.#watcher.say(`${id}: its time was over, it has been taken back.`, 'ok');
      else this.#watcher.say(`${id} is over, and: ${failure.message}`, 'critical');
    }
  }

  async #lookForVanished(): Promise<void> {
    const vanished = await this.#door.vanished().catch(() => []); // the list has said why it cannot be read
    this.#watcher.dispatch({ kind: 'vanished', vanished });
  }

  /** What an earlier run has left: begun and not finished, or in force still. */
  async lookBack(): Promise<void> {
    const { say, log } = this.#watcher;
    try {
      const { live: all, unfinished } = await this.#door.survey();
      const live = all.filter(({ state }) => state !== 'ended');
      for (const { action, id, time, outcome } of unfinished)
        say(`${action} ${id} of ${time} was cut off: ${outcome}`, 'suspect');
      for (const { id, problem } of live) if (problem !== undefined) say(`${id}: ${problem}.`, 'suspect');
      if (live.length > 0) say(`${live.length} in force from before: 7 shows them.`, 'suspect');
    } catch (error) {
      log(messageOf(error));
    }
  }
}

function matters({ screen, actions, mitigation }: UiState): boolean {
  return screen === 'actions' || actions.length > 0 || isUnconfirmed(mitigation) || mitigation?.phase === 'confirmed';
}
