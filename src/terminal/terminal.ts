/**
 * The one owner of the screen: alternate screen, cursor, raw mode, keys, size, suspend, and giving all of it back on every
 * way out. Nobody else writes to the terminal while it is open.
 */
import { UserError } from '../errors.js';
import type { Capabilities } from './capabilities.js';
import { clipboardSequence } from './clipboard.js';
import type { ColourHint } from './colour.js';
import { guardExits } from './exit-guard.js';
import { Keyboard } from './keyboard.js';
import { captureConsole, LogRing } from './log-ring.js';
import { ScreenWriter } from './screen-writer.js';
import { TerminalChannel } from './terminal-channel.js';

// Alternate screen, hidden cursor, bracketed paste. No mouse: it would break copying by selection.
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[m';
const LEAVE = '\x1b[?2004l\x1b[m\x1b[?25h\x1b[?1049l';
const SYNC_END = '\x1b[?2026l';
// Rows of other programs (a kernel message, a wall broadcast) do not stay longer than this.
const FULL_REPAINT_MS = 60_000;
// A process group without a job-control shell is not stopped by SIGTSTP; then we just come back.
const NOT_STOPPED_MS = 100;

export interface TerminalOptions {
  readonly capabilities: Capabilities;
  readonly colourHints: readonly ColourHint[];
  readonly onKey: (key: string) => void;
  /** The size changed or the screen must be drawn anew. */
  readonly onRedraw: () => void;
  /** The terminal took what it held; a skipped frame may be drawn now. */
  readonly onDrain: () => void;
  /** We were stopped for this long: sources in the same pipeline were, too. */
  readonly onResume: (gapSec: number) => void;
  readonly onStop: (exitCode: number) => void;
  readonly onLog: () => void;
}

export class Terminal {
  readonly log: LogRing;
  readonly writer: ScreenWriter;
  readonly #options: TerminalOptions;
  readonly #output = process.stdout;
  readonly #channel: TerminalChannel;
  readonly #keyboard: Keyboard;
  readonly #undo: (() => void)[] = [];
  #isOn = false;
  #isSuspending = false;

  private constructor(options: TerminalOptions) {
    this.#options = options;
    this.log = new LogRing(options.onLog);
    this.#keyboard = Keyboard.open((key) => options.onKey(key));
    this.#channel = new TerminalChannel(this.#output.fd, () => options.onDrain());
    this.writer = new ScreenWriter(
      this.columns,
      this.rows,
      options.capabilities,
      (text) => this.#channel.send(text),
      options.colourHints,
    );
  }

  /** Takes the screen. Throws UserError when standard output is not a terminal. */
  static open(options: TerminalOptions): Terminal {
    if (!process.stdout.isTTY) {
      throw new UserError(
        'TERMINAL_MISSING',
        'standard output is not a terminal',
        'Run it in a terminal, or use "ddostop report" or "ddostop watch" for output without a screen.',
      );
    }
    const terminal = new Terminal(options);
    terminal.#start();
    return terminal;
  }

  get columns(): number {
    return Math.max(1, this.#output.columns || 80);
  }

  get rows(): number {
    return Math.max(1, this.#output.rows || 24);
  }

  /** Bytes of ours are still on their way: skip a frame rather than queue it. */
  get isBusy(): boolean {
    return this.#channel.isBusy || !this.#isOn;
  }

  /** Forgets what is on the screen and asks for a frame. */
  repaint(): void {
    this.writer.invalidate();
    this.#options.onRedraw();
  }

  /** Returns false when the text is too long. */
  copy(text: string): boolean {
    const sequence = clipboardSequence(text);
    if (sequence === null || !this.#isOn) return false;
    this.#channel.send(sequence);
    return true;
  }

  /** Stops the whole process group as the shell expects of Ctrl-Z; comes back on SIGCONT. */
  suspend = (): void => {
    if (this.#isSuspending) return;
    this.#isSuspending = true;
    const stoppedAt = Date.now();
    this.#switchOff();
    process.off('SIGTSTP', this.suspend);
    let back: NodeJS.Timeout | null = null;
    const resume = (): void => {
      if (back) clearTimeout(back);
      process.off('SIGCONT', resume);
      if (!this.#isSuspending) return;
      this.#isSuspending = false;
      process.on('SIGTSTP', this.suspend);
      this.#switchOn();
      this.#options.onResume((Date.now() - stoppedAt) / 1000);
      this.#resized();
    };
    process.on('SIGCONT', resume);
    // With SIGSTOP to ourselves alone, `tcpdump | ddostop` would never give the shell back.
    process.kill(0, 'SIGTSTP');
    back = setTimeout(resume, NOT_STOPPED_MS);
  };

  /** Gives the terminal back. */
  close(): void {
    this.#switchOff();
    for (const step of this.#undo.splice(0)) step();
    this.#keyboard.stop();
    this.#channel.close();
  }

  #start(): void {
    const releaseConsole = captureConsole(this.log);
    const restore = (): void => {
      this.#switchOff();
      releaseConsole(); // what is said from now on is for the user's eyes
    };
    this.#undo.push(releaseConsole);
    this.#undo.push(guardExits({ restore, onStop: this.#options.onStop }));
    const onError = (): void => {}; // EIO after a hang-up; SIGHUP says the same
    const onResize = (): void => this.#resized();
    const onContinue = (): void => {
      if (!this.#isSuspending) this.repaint(); // stopped by SIGSTOP, where nothing could be given back
    };
    this.#output.on('error', onError).on('resize', onResize);
    process.on('SIGTSTP', this.suspend);
    process.on('SIGCONT', onContinue);
    const timer = setInterval(() => this.repaint(), FULL_REPAINT_MS);
    this.#undo.push(() => {
      clearInterval(timer);
      this.#output.off('resize', onResize);
      process.off('SIGTSTP', this.suspend);
      process.off('SIGCONT', onContinue);
    });
    this.#keyboard.start();
    this.#switchOn();
  }

  #switchOn(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.#keyboard.setRaw(true);
    this.#channel.send(ENTER);
    this.writer.invalidate();
  }

  /** Synchronous: it also runs in 'exit' handlers. */
  #switchOff(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#channel.sendLast((this.#options.capabilities.sync ? SYNC_END : '') + LEAVE);
    this.#keyboard.setRaw(false);
  }

  #resized(): void {
    this.writer.resize(this.columns, this.rows);
    this.#options.onRedraw();
  }
}
