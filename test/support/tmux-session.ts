/** A shell in a tmux server of its own: job control, pipelines and the modes of the terminal as a user has them. Wait for content, never for time. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute } from './execute.js';

export interface TmuxOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** What runs before the shell, e.g. ip netns exec NAME. */
  readonly inside?: readonly string[];
}

/** What a shell needs of its terminal. */
export interface PaneState {
  readonly isAlternate: boolean;
  readonly isCursorVisible: boolean;
  readonly isCanonical: boolean;
  readonly isEcho: boolean;
}

export const SOUND: PaneState = { isAlternate: false, isCursorVisible: true, isCanonical: true, isEcho: true };

const WAIT_MS = 20_000;
const POLL_MS = 20;
const PROMPT = 'ready> ';

export class TmuxSession {
  readonly #socket = join(tmpdir(), `ddostop-tmux-${process.pid}-${randomBytes(3).toString('hex')}`);
  #commands = 0;

  private constructor() {}

  static async open({ columns = 120, rows = 40, env = {}, inside = [] }: TmuxOptions = {}): Promise<TmuxSession> {
    const session = new TmuxSession();
    const shell = [...inside, 'bash', '--noprofile', '--norc', '-i'];
    const values = { LC_ALL: 'C.UTF-8', PS1: PROMPT, COLORTERM: 'truecolor', HISTFILE: '', ...env };
    const settings = Object.entries(values).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    await session.#tmux('new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, ...settings, ...shell);
    await session.waitFor(new RegExp(`^${PROMPT.trim()}`, 'm'));
    return session;
  }

  /** Types the line and Enter. */
  async type(line: string): Promise<void> {
    await this.#tmux('send-keys', '-l', line);
    await this.#tmux('send-keys', 'Enter');
  }

  /** Keys by tmux's names: "q", "Tab", "C-z", "Escape". */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys);
  }

  text(): Promise<string> {
    return this.#tmux('capture-pane', '-p');
  }

  /** Until `what` is on the screen; returns the screen. */
  async waitFor(what: string | RegExp | ((text: string) => boolean), waitMs = WAIT_MS): Promise<string> {
    const holds = (text: string) =>
      typeof what === 'function' ? what(text) : typeof what === 'string' ? text.includes(what) : what.test(text);
    const giveUpAt = Date.now() + waitMs;
    for (;;) {
      const text = await this.text();
      if (holds(text)) return text;
      if (Date.now() > giveUpAt) throw new Error(`Waited ${waitMs} ms for ${String(what)}. The screen shows:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Runs a command in the shell once that is at its prompt: proof that the shell can be used. Returns what it printed. */
  async ask(command: string): Promise<string> {
    // What is typed while a program still holds the keyboard is the program's.
    await this.waitFor((shown) => shown.trimEnd().split('\n').at(-1)?.trim() === PROMPT.trim());
    this.#commands += 1;
    const [open, close] = [`<${this.#commands}:`, `:${this.#commands}>`];
    // The marks are put together by the shell, so that the line as typed is not mistaken for its result.
    await this.type(`echo "<""${open.slice(1)}$(${command})${close.slice(0, -1)}"">"`);
    const text = (await this.waitFor((shown) => shown.replaceAll('\n', '').includes(close))).replaceAll('\n', '');
    return text.slice(text.lastIndexOf(open) + open.length, text.lastIndexOf(close));
  }

  /** Screen and cursor now. The modes of the line are the program's own business: a shell at its prompt has others. */
  async screen(): Promise<{ readonly isAlternate: boolean; readonly isCursorVisible: boolean }> {
    const text = await this.#tmux('display-message', '-p', '#{alternate_on} #{cursor_flag}');
    const [alternate, cursor] = text.trim().split(' ');
    return { isAlternate: alternate === '1', isCursorVisible: cursor === '1' };
  }

  /** What a command finds that the shell starts now. */
  async state(): Promise<PaneState> {
    const modes = new Set((await this.ask('stty -a')).split(/[\s;]+/));
    return { ...(await this.screen()), isCanonical: modes.has('icanon'), isEcho: modes.has('echo') };
  }

  /** Ends the shell and what runs in it. Never throws. */
  async close(): Promise<void> {
    const pid = Number(await this.#tmux('display-message', '-p', '#{pane_pid}').catch(() => ''));
    const { stdout } = await execute('ps', ['-o', 'pid=', '--ppid', String(pid || 0)]).catch(() => ({ stdout: '' }));
    await this.#tmux('kill-server').catch(() => {});
    rmSync(this.#socket, { force: true }); // the server leaves it behind
    for (const child of [pid, ...stdout.split('\n').map(Number)]) {
      if (child > 1) endProcess(child);
    }
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { stdout } = await execute('tmux', ['-S', this.#socket, '-f', '/dev/null', ...args]);
    return stdout;
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by the hang-up
  }
}
