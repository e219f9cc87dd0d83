/**
 * `nft -j monitor` as a bell: it tells that somebody changed rules, at once. It carries no counters and no timeouts, so nothing else is taken from it.
 * When it cannot be had, or ends, polls go on by the clock alone.
 */
import { messageOf } from '../../src/errors.js';
import type { Host } from '../../src/platform/host.js';
import { firstLine } from '../../src/platform/run-command.js';
import { pause } from './pause.js';

const ARGV = ['nft', '-j', 'monitor'];
const FIRST_RETRY_MS = 10_000;
const LAST_RETRY_MS = 300_000;
/** It has said nothing wrong for so long after its start: it watches. Before, a change could be missed. */
const SETTLED_MS = 1000;
const ELEMENT = /^\{"[a-z]+": ?\{"element"/;

export interface ChangeEars {
  /** Rules, chains or tables changed. */
  onRules(): void;
  /** Elements of a set in our own table changed: leases and their time. */
  onOwnElements(): void;
}

export class ChangeMonitor {
  readonly #host: Host;
  readonly #ears: ChangeEars;
  #startMs: number | null = null;
  #note = '';

  constructor(host: Host, ears: ChangeEars) {
    this.#host = host;
    this.#ears = ears;
  }

  /** Why there is none now, in words; "" while it watches or before it was tried. */
  get note(): string {
    return this.#note;
  }

  /** It has been watching for long enough: what it did not tell has not happened. */
  isWatching(nowMs: number): boolean {
    return this.#startMs !== null && nowMs - this.#startMs >= SETTLED_MS;
  }

  /** Until the signal aborts. Never rejects. */
  async run(steadyMs: () => number, signal: AbortSignal): Promise<void> {
    for (let retryMs = FIRST_RETRY_MS; !signal.aborted; retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)) {
      this.#startMs = steadyMs();
      const why = await this.#follow(signal);
      const livedMs = steadyMs() - (this.#startMs ?? 0);
      this.#startMs = null;
      if (signal.aborted) return;
      if (livedMs > LAST_RETRY_MS) retryMs = FIRST_RETRY_MS;
      this.#note = `changes of rules are seen at the next poll only: ${why}`;
      this.#ears.onRules(); // whatever happened while it ended
      await pause(retryMs, signal);
    }
  }

  async #follow(signal: AbortSignal): Promise<string> {
    try {
      const { code, stderr } = await this.#host.follow(ARGV, (line) => this.#hear(line), signal);
      return `"${ARGV.join(' ')}" ended with ${code ?? 'a signal'}: ${firstLine(stderr) || 'it said nothing'}`;
    } catch (error) {
      return firstLine(messageOf(error));
    }
  }

  #hear(line: string): void {
    this.#note = '';
    if (!ELEMENT.test(line)) this.#ears.onRules();
    else if (line.includes('"table": "ddostop"')) this.#ears.onOwnElements();
  }
}
