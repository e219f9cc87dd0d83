/** How a tcpdump child is brought to its end: it leaves what lies in its ring, so it is let catch up first. */
import type { ChildProcess } from 'node:child_process';
import type { FrameBatch } from '../../src/records/frame-batch.js';

/** A child that has sent nothing for so long has nothing more. */
const QUIET_MS = 50;
/** For catching up: a full ring of 64 MiB takes half of it. */
const CATCH_UP_MS = 1000;
/** tcpdump ends within milliseconds of SIGTERM; a stopped one does not. */
const KILL_AFTER_MS = 1000;

export class ChildEnding {
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;
  readonly #killed = new AbortController();
  /** Epoch seconds of the abort; infinite before. */
  #abortSec = Number.POSITIVE_INFINITY;
  #quiet: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isTold = false;

  /** `catchUp`: frames from before the abort are waited for. */
  constructor(child: ChildProcess, signal: AbortSignal, catchUp: boolean) {
    this.#child = child;
    this.#signal = signal;
    this.#onAbort = () => {
      if (!catchUp) return this.#tell();
      this.#abortSec = Date.now() / 1000;
      this.#quiet = setTimeout(() => this.#tell(), QUIET_MS);
      this.#timer = setTimeout(() => this.#tell(), CATCH_UP_MS);
    };
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  readonly #onAbort: () => void;

  /** Aborts when the child did not end by itself. */
  get killed(): AbortSignal {
    return this.#killed.signal;
  }

  /** Frames have come from the child; they come in the order of the ring. */
  read(batch: FrameBatch): void {
    if (!this.#signal.aborted || this.#isTold || batch.count === 0) return;
    const last = batch.count - 1;
    if (batch.sec[last]! + batch.nsec[last]! / 1e9 >= this.#abortSec) this.#tell();
    else this.#quiet?.refresh();
  }

  dispose(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    clearTimeout(this.#quiet);
    clearTimeout(this.#timer);
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
  }

  #tell(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    clearTimeout(this.#quiet);
    clearTimeout(this.#timer);
    this.#child.kill('SIGTERM');
    this.#timer = setTimeout(() => {
      this.#child.kill('SIGKILL');
      this.#killed.abort();
    }, KILL_AFTER_MS);
  }
}
