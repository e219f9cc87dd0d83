/** The last lines anybody wrote to the console or to stderr while the screen was ours. Bounded: 500 lines of 2 000 characters = 1 MB. */
import { format } from 'node:util';

export interface LogLine {
  /** Epoch ms, wall clock. */
  readonly atMs: number;
  /** Raw: clean it before it is drawn. */
  readonly text: string;
  /** How often it came in a row. */
  readonly repeats: number;
}

const MAX_LINES = 500;
const MAX_CHARACTERS = 2000;
const CONSOLE_METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

export class LogRing {
  #lines: LogLine[] = [];
  readonly #onLine: () => void;

  constructor(onLine: () => void = () => {}) {
    this.#onLine = onLine;
  }

  add(text: string, atMs = Date.now()): void {
    for (const part of text.split('\n')) {
      const line = part.trimEnd().slice(0, MAX_CHARACTERS);
      if (line === '') continue;
      const last = this.#lines.at(-1);
      if (last?.text === line)
        this.#lines = [...this.#lines.slice(0, -1), { ...last, atMs, repeats: last.repeats + 1 }];
      else this.#lines = [...this.#lines.slice(1 - MAX_LINES), { atMs, text: line, repeats: 1 }];
    }
    this.#onLine();
  }

  /** A new array after every change, so identity tells whether there is anything new. */
  get lines(): readonly LogLine[] {
    return this.#lines;
  }
}

/** Sends console.* and, when it is a terminal, process.stderr into `ring`. Returns the way back. */
export function captureConsole(ring: LogRing): () => void {
  const undo: (() => void)[] = [];
  for (const name of CONSOLE_METHODS) {
    const original = console[name];
    console[name] = (...parts: unknown[]) => ring.add(format(...parts));
    undo.push(() => {
      console[name] = original;
    });
  }
  if (process.stderr.isTTY) {
    const original = process.stderr.write;
    const capture = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      ring.add(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
      const done = rest.find((part) => typeof part === 'function') as (() => void) | undefined;
      done?.();
      return true;
    };
    process.stderr.write = capture as typeof process.stderr.write;
    undo.push(() => {
      process.stderr.write = original;
    });
  }
  return () => {
    for (const step of undo) step();
  };
}
