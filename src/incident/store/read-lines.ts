/** Lines of a file from a place on, in pieces: memory is bounded by the longest line, whatever the file is. */
import type { FileHandle } from 'node:fs/promises';
import { MAX_LINE_BYTES } from './journal-line.js';

const PIECE_BYTES = 256 * 1024;
/** Checksum, length and what is between them stand in front of the payload. */
const MOST = MAX_LINE_BYTES + 32;
const NEWLINE = 0x0a;

export interface ReadLine {
  /** Between its line feeds, not empty; lent until the next one. Null: longer than any line of ours. */
  readonly bytes: Buffer | null;
  /** Of its first byte in the file. */
  readonly at: number;
  readonly length: number;
}

export interface ReadBounds {
  /** As if the file ended there. */
  readonly until?: number;
  /** Waited for before the next piece is read. */
  readonly afterPiece?: () => Promise<void>;
}

/**
 * Calls `take` with each whole line that begins at `from` or later. Returns where the next reading begins: behind the last line feed. `tail`: bytes
 * behind it, of a line that is being written or never will be.
 */
export async function readLines(
  file: FileHandle,
  from: number,
  take: (line: ReadLine) => void,
  { until = Number.POSITIVE_INFINITY, afterPiece }: ReadBounds = {},
): Promise<{ readonly end: number; readonly tail: number }> {
  let held: Buffer = Buffer.alloc(0);
  let heldAt = from;
  let skipped = 0; // bytes of a line that is too long, so far
  let at = from;
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (;;) {
    const { bytesRead } = await file.read(piece, 0, Math.min(PIECE_BYTES, until - at), at);
    if (bytesRead === 0 && skipped > 0) {
      take({ bytes: null, at: heldAt, length: skipped }); // it is not read again from its beginning whenever something is added
      return { end: at, tail: 0 };
    }
    if (bytesRead === 0) return { end: heldAt, tail: held.length };
    at += bytesRead;
    let begin = 0;
    for (;;) {
      const feed = piece.subarray(0, bytesRead).indexOf(NEWLINE, begin);
      const part = piece.subarray(begin, feed < 0 ? bytesRead : feed);
      if (skipped > 0 || held.length + part.length > MOST) {
        skipped += held.length + part.length;
        held = Buffer.alloc(0);
      } else held = held.length === 0 && feed >= 0 ? part : Buffer.concat([held, part]);
      if (feed < 0) break;
      const length = skipped + held.length;
      if (length > 0) take({ bytes: skipped > 0 ? null : held, at: heldAt, length });
      heldAt += length + 1;
      held = Buffer.alloc(0);
      skipped = 0;
      begin = feed + 1;
    }
    await afterPiece?.();
  }
}
