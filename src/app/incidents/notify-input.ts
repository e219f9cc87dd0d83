/** What another program writes to our stdin: read to its end, and never waited for longer than a moment. */
import type { Readable } from 'node:stream';

/** FastNetMon sends some 10 KB. What is beyond is read all the same, and dropped. */
const MOST_BYTES = 64 * 1024;
/** A pipe that nobody writes to or closes; FastNetMon writes at once. */
const SILENT_MS = 1000;
const MOST_MS = 2000;

export function readGiven(input: Readable & { readonly isTTY?: boolean } = process.stdin): Promise<string> {
  if (input.isTTY === true) return Promise.resolve('');
  const pieces: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(silent);
      clearTimeout(late);
      input.destroy();
      resolve(Buffer.concat(pieces).subarray(0, MOST_BYTES).toString('utf8'));
    };
    const late = setTimeout(end, MOST_MS);
    const silent = setTimeout(end, SILENT_MS);
    input.on('data', (piece: Buffer) => {
      silent.refresh();
      if (bytes < MOST_BYTES) pieces.push(piece);
      bytes += piece.length;
    });
    input.on('end', end);
    input.on('error', end); // closed, or a folder: no details
  });
}
