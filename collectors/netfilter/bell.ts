/** Waiting that somebody may end. A ring while nobody waits ends the next wait at once. */
import { pause } from './pause.js';

export class Bell {
  #isRung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#isRung && !signal.aborted) {
      const ending = new AbortController();
      const stop = () => ending.abort();
      this.#wake = stop;
      signal.addEventListener('abort', stop, { once: true });
      await pause(ms, ending.signal);
      signal.removeEventListener('abort', stop);
      this.#wake = null;
    }
    this.#isRung = false;
  }
}
