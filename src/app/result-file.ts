/** Where the result of a command goes: stdout, or a file that appears whole. */
import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { messageOf, UserError } from '../errors.js';
import { writeFileAtomic } from '../platform/durable-file.js';
import { writeOut } from './standard-output.js';

/** `output` null: stdout. Throws UserError when the file cannot be written. */
export async function writeResult(text: string, output: string | null): Promise<void> {
  if (output === null) {
    await writeOut(text);
    return;
  }
  try {
    if (isDevice(output)) await writeFile(output, text);
    else await writeFileAtomic(output, text);
  } catch (error) {
    throw new UserError('OUTPUT_FILE', `cannot write ${output}: ${messageOf(error)}`, 'Choose another path with -o.', {
      cause: error,
    });
  }
}

/** /dev/null, a FIFO, a terminal: nothing to replace. */
function isDevice(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile() && !stat.isDirectory();
}
