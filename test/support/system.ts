/** What the machine offers the tests. A suite that needs more than there is is listed as skipped, with the command that enables it. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';
import { koffiNear } from '../../collectors/ring/libc.js';

export const ENABLE_COMMAND = 'sudo npm run setup:system';

/** Absolute path of a program on PATH or in the sbin folders, or null. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'];
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  return null;
}

/** `root`: may create network namespaces. `koffi`: the optional module. Anything else: a program of that name. */
export function missingOf(needs: readonly string[]): string[] {
  return needs.filter((need) => {
    if (need === 'root') return process.getuid?.() !== 0;
    return need === 'koffi' ? !hasKoffi() : findProgram(need) === null;
  });
}

function hasKoffi(): boolean {
  try {
    koffiNear(import.meta.url)();
    return true;
  } catch {
    return false; // an optional dependency: npm goes on without it
  }
}

/** A suite that runs when everything in `needs` is there and is otherwise listed as skipped, aloud. */
export function describeWith(needs: readonly string[], name: string, body: () => void): void {
  const missing = missingOf(needs);
  if (missing.length === 0) describe(name, body);
  else
    describe.skipIf(true)(
      `${name} [skipped: needs ${missing.join(', ')}; enable with: ${missing.includes('koffi') ? 'npm ci' : ENABLE_COMMAND}]`,
      body,
    );
}
