/** Where programs lie on a host: here by PATH and the sbin folders, elsewhere as its shell says, all in one question. */
import { findProgram } from './find-program.js';
import type { Host } from './host.js';

/** POSIX: `command -v` prints the path of a program; of an alias or a function another word, which is not taken. */
const ASK = 'for name; do command -v "$name" || echo; done';
/** sudoers lines name these; what lies in somebody's own folder is refused anyway. */
const SYSTEM_FOLDERS = '/usr/sbin:/sbin:/usr/bin:/bin';

/** Absolute paths by name; what is not there is left out. Rejects when the host cannot be asked. */
export async function findPrograms(host: Host, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const lines = host.name === '' ? names.map(findHere) : await findThere(host, names);
  const found = new Map<string, string>();
  names.forEach((name, i) => {
    const path = lines[i] ?? '';
    if (/^\/[A-Za-z0-9._+/-]{1,255}$/.test(path)) found.set(name, path);
  });
  return found;
}

function findHere(name: string): string {
  return findProgram(name, SYSTEM_FOLDERS) ?? findProgram(name) ?? '';
}

async function findThere(host: Host, names: readonly string[]): Promise<string[]> {
  const { stdout } = await host.run(['sh', '-c', ASK, 'sh', ...names]);
  return stdout.split('\n');
}
