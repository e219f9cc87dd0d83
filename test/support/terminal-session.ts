/** A program in a real pseudo-terminal, and what its screen shows. Wait for content, never for time. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { XtermScreen } from './xterm-screen.js';

export interface SessionOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface TerminalModes {
  readonly echo: boolean;
  readonly canonical: boolean;
  readonly signals: boolean;
}

const RELAY = new URL('./terminal-relay.py', import.meta.url).pathname;
const WAIT_MS = 15_000;

export class TerminalSession {
  readonly screen: XtermScreen;
  /** Everything the program sent. */
  output = '';
  /** Bytes the program sent, and when (ms since the epoch). */
  readonly chunks: { readonly atMs: number; readonly bytes: number }[] = [];
  readonly exited: Promise<number>;
  #pid = 0;
  #relayError = '';
  #modes: ((modes: TerminalModes) => void)[] = [];
  readonly #relay: ChildProcessWithoutNullStreams;

  constructor(argv: readonly string[], { columns = 80, rows = 24, env = {} }: SessionOptions = {}) {
    this.screen = new XtermScreen(columns, rows);
    const clean: NodeJS.ProcessEnv = {
      ...process.env,
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      LC_ALL: 'C.UTF-8',
      ...env,
    };
    for (const name of ['CI', 'NO_COLOR', 'FORCE_COLOR', 'SSH_CONNECTION', 'SSH_TTY', 'TMUX'])
      if (!(name in env)) delete clean[name];
    this.#relay = spawn('python3', [RELAY, String(columns), String(rows), ...argv], { env: clean });
    this.#relay.stdout.on('data', (data: Buffer) => {
      this.output += data.toString('latin1');
      this.chunks.push({ atMs: Date.now(), bytes: data.length });
      void this.screen.write(data);
    });
    this.exited = new Promise((resolve) => {
      let pending = '';
      this.#relay.stderr.on('data', (data: Buffer) => {
        pending += data.toString('utf8');
        const lines = pending.split('\n');
        pending = lines.pop() ?? '';
        for (const line of lines) {
          if (!line.startsWith('{')) {
            this.#relayError += `${line}\n`;
            continue;
          }
          const answer = JSON.parse(line) as { pid?: number; exit?: number; modes?: TerminalModes };
          if (answer.pid !== undefined) this.#pid = answer.pid;
          if (answer.modes) this.#modes.shift()?.(answer.modes);
          if (answer.exit !== undefined) resolve(answer.exit);
        }
      });
    });
  }

  get pid(): number {
    return this.#pid;
  }

  keys(text: string): void {
    this.#order({ write: Buffer.from(text, 'utf8').toString('base64') });
  }

  resize(columns: number, rows: number): void {
    this.screen.resize(columns, rows);
    this.#order({ resize: [columns, rows] });
  }

  signal(name: string): void {
    this.#order({ signal: name });
  }

  /** Stops reading the terminal, as a stalled link does. */
  hold(isHeld: boolean): void {
    this.#order({ hold: isHeld });
  }

  modes(): Promise<TerminalModes> {
    return new Promise((resolve) => {
      this.#modes.push(resolve);
      this.#order({ modes: true });
    });
  }

  /** Until `what` is true of the screen; says what the screen shows when it never is. */
  async waitFor(what: string | RegExp | ((text: string) => boolean), waitMs = WAIT_MS): Promise<string> {
    const holds = (text: string) =>
      typeof what === 'function' ? what(text) : typeof what === 'string' ? text.includes(what) : what.test(text);
    const giveUpAt = Date.now() + waitMs;
    for (;;) {
      await this.screen.write('');
      const text = this.screen.text();
      if (holds(text)) return text;
      if (this.#relayError.includes('Error')) throw new Error(`The relay failed:\n${this.#relayError}`);
      if (Date.now() > giveUpAt) throw new Error(`Waited ${waitMs} ms for ${String(what)}. The screen shows:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  bytesSince(atMs: number): number {
    return this.chunks.filter((chunk) => chunk.atMs >= atMs).reduce((sum, chunk) => sum + chunk.bytes, 0);
  }

  /** Ends the program if it still runs. */
  async close(): Promise<void> {
    this.#relay.stdin.end();
    await Promise.race([this.exited, new Promise((resolve) => setTimeout(resolve, 2000))]);
    this.#relay.kill('SIGKILL');
  }

  #order(order: Readonly<Record<string, unknown>>): void {
    if (!this.#relay.stdin.destroyed) this.#relay.stdin.write(`${JSON.stringify(order)}\n`);
  }
}
