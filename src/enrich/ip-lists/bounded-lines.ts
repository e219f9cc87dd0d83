/** Lines of a file, read as it comes: memory is one piece and one line, however long the lines and the file are. */
import { createReadStream } from 'node:fs';
import { messageOf, UserError } from '../../errors.js';

export interface LineBounds {
  /** More of the file is refused. */
  readonly maxBytes: number;
  /** Of a longer line only this much is handed on. */
  readonly maxLineLength: number;
}

/** `see` gets the number of the line, from 1, and whether it was cut. Throws UserError: it cannot be read, or is too large. */
export async function eachLine(
  path: string,
  { maxBytes, maxLineLength }: LineBounds,
  see: (line: string, number: number, isCut: boolean) => void,
): Promise<void> {
  let bytes = 0;
  let number = 1;
  let line = '';
  let isCut = false;
  const take = (text: string) => {
    isCut ||= line.length + text.length > maxLineLength;
    line = (line + text.slice(0, maxLineLength)).slice(0, maxLineLength);
  };
  try {
    for await (const piece of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 16 })) {
      const text = piece as string;
      bytes += Buffer.byteLength(text);
      if (bytes > maxBytes) throw tooLarge(path, maxBytes);
      let at = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
        take(text.slice(at, end));
        see(line, number, isCut);
        [line, isCut, number, at] = ['', false, number + 1, end + 1];
      }
      take(text.slice(at));
    }
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError('FILE_READ', `cannot read ${path}: ${messageOf(cause)}`, 'Check the path.', { cause });
  }
  if (line !== '') see(line, number, isCut);
}

function tooLarge(path: string, maxBytes: number): UserError {
  return new UserError('FILE_TOO_LARGE', `${path}: expected at most ${maxBytes} bytes, got more`, 'Split it.');
}
