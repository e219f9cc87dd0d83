/** Sets of ipset with how full they are: the terse listing where it is allowed, else the whole one. */
import type { SetSummary } from '../../src/records/counter-sample.js';
import { parseIpsetHeads, parseIpsetSave } from './ipset/ipset-parser.js';
import type { ReaderClock } from './reader-clock.js';
import type { ToolRunner } from './tool-runner.js';

const TERSE = ['ipset', '-t', 'list'];
const WHOLE = ['ipset', 'save'];
/** How full a set is need not be known each second. */
const EVERY_MS = 5000;
/** 50 000 elements are 3 MB. */
const MAX_BYTES = 32 * 1024 * 1024;

export class SetHeadReader {
  readonly #tools: ToolRunner;
  readonly #clock: ReaderClock;
  #sets: readonly SetSummary[] = [];
  #readMs = Number.NEGATIVE_INFINITY;

  constructor(tools: ToolRunner, clock: ReaderClock) {
    this.#tools = tools;
    this.#clock = clock;
  }

  async read(through: Set<string>): Promise<readonly SetSummary[]> {
    if (this.#clock.steadyMs() - this.#readMs >= EVERY_MS) {
      this.#readMs = this.#clock.steadyMs();
      this.#sets = await this.#ask();
    }
    if (this.#sets.length > 0) through.add('ipset');
    return this.#sets;
  }

  /** Without ipset, or without the right, there are none: its sets are an addition to rules that name them. */
  async #ask(): Promise<readonly SetSummary[]> {
    const terse = await this.#tools.run(TERSE, MAX_BYTES);
    if (terse.state === 'ok') return parseIpsetHeads(terse.stdout);
    if (terse.state === 'missing') return [];
    const whole = await this.#tools.run(WHOLE, MAX_BYTES);
    return whole.state === 'ok' ? parseIpsetSave(whole.stdout) : [];
  }
}
