/** A clock that only waiting moves: whoever sleeps is woken at once, and it is that much later. */
import type { Clock } from '../../../src/platform/clock.js';
import type { Sleep } from '../../../src/platform/cloudflare/steady-time.js';
import { AT } from './hook-fixture.js';

export class DrivenTime implements Clock {
  #nowMs = AT * 1000;

  nowMs(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  readonly sleep: Sleep = async (ms, signal) => {
    await new Promise(setImmediate);
    if (signal?.aborted !== true) this.#nowMs += ms;
  };
}
