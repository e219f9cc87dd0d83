/** Standard error: messages name files, interfaces and what other programs said, so nothing in them reaches a terminal as it came. */
import { visibleLines } from '../format/clean-text.js';

export function sayError(text: string): void {
  process.stderr.write(`${visibleLines(text)}\n`);
}

/** A bug: with where it was. */
export function sayBug(error: unknown): void {
  sayError(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
