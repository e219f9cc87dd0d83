/** The other end of capture-driver.ts: starts it in a namespace and waits for what it says. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { NEAR, type VethPair } from '../support/veth-pair.js';
import type { DriverEvent, DriverOptions } from './capture-driver.js';

type Event<T extends DriverEvent['type']> = Extract<DriverEvent, { type: T }>;

const HERE = new URL(import.meta.url).pathname;

export interface CaptureOptions extends Partial<Omit<DriverOptions, 'spec'>> {
  readonly spec?: Partial<DriverOptions['spec']>;
}

/** What the driver is given unless the test says otherwise. */
function driverOptions({ spec = {}, ...rest }: CaptureOptions): DriverOptions {
  const live = { kind: 'live', interface: NEAR, filter: '', snapLen: 256, direction: 'in', capture: 'ring' } as const;
  return {
    spec: { ...live, bufferKib: 4096, fanout: null, ...spec },
    keepTrying: false,
    koffiFrom: HERE,
    stallMs: 0,
    listFrames: true,
    ...rest,
  };
}

export class RunningCapture {
  readonly events: DriverEvent[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  #rest = '';
  #stderr = '';
  #isOver = false;
  #wake: () => void = () => {};

  constructor(pair: VethPair, driver: string, options: CaptureOptions) {
    this.#child = pair.start('near', [process.execPath, driver, JSON.stringify(driverOptions(options))]);
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    this.#child.stderr.on('data', (text) => (this.#stderr += text));
    this.#child.stdin.on('error', () => {}); // it may have ended by itself
    this.#child.on('close', () => {
      this.#isOver = true;
      this.#wake();
    });
  }

  /** Resolves with the first event for which `holds`, from the `from`th on. */
  async event<T extends DriverEvent['type']>(
    type: T,
    holds: (event: Event<T>) => boolean = () => true,
    from = 0,
  ): Promise<Event<T>> {
    for (;;) {
      const found = this.events.slice(from).find((event) => event.type === type && holds(event as Event<T>));
      if (found !== undefined) return found as Event<T>;
      if (this.#isOver) {
        const said = this.events.slice(-5).map((event) => JSON.stringify(event));
        throw new Error(`the capture ended without "${type}":\n${said.join('\n')}\n${this.#stderr}`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  health(state: string, from = 0): Promise<Event<'health'>> {
    return this.event('health', (event) => event.state === state, from);
  }

  get frames(): readonly Event<'frame'>[] {
    return this.events.filter((event) => event.type === 'frame');
  }

  async stop(): Promise<Event<'end'>> {
    this.#child.stdin.write('stop\n');
    return this.event('end');
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.events.push(JSON.parse(line) as DriverEvent);
    this.#wake();
  }
}
