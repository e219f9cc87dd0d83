/** Standard output by plain writes: Node's stream of it, with the sockets behind, takes 8 ms and 2 MB to load. */
import { writeSync } from 'node:fs';
import { ExitCode } from '../errors.js';
import { settleEngine } from './settle-engine.js';
import { sayError } from './standard-error.js';

const STDOUT_FD = 1;

/** Resolves when the text is written; where it cannot be (full disk, `| head`), the program ends. */
export function writeOut(text: string): Promise<void> {
  let rest: Uint8Array = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(STDOUT_FD, rest));
    return Promise.resolve();
  } catch (error) {
    // A pipe that somebody made non-blocking is full: the stream waits for it.
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') endByOutput(error as NodeJS.ErrnoException);
  }
  watchOutput();
  return new Promise((resolve) => {
    process.stdout.write(rest, (error) => {
      if (!error) resolve();
    });
  });
}

/** For whoever writes to process.stdout itself. */
export function watchOutput(): void {
  if (!process.stdout.listeners('error').includes(endByOutput)) process.stdout.on('error', endByOutput);
}

/** `| head` closes the pipe: whoever reads has seen enough. Anything else, such as a full disk, is a failure. */
function endByOutput(error: NodeJS.ErrnoException): never {
  const hasReader = error.code !== 'EPIPE';
  if (hasReader) sayError(`OUTPUT_WRITE: cannot write the result: ${error.message}. Write it elsewhere.`);
  settleEngine();
  process.exit(hasReader ? ExitCode.failed : ExitCode.done);
}
