/** A folder of ours alone (0700) for the socket of a shared ssh connection and what ssh says. Made with the first command. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, UserError } from '../errors.js';

/** sun_path has 108 bytes: ssh needs 40 for %C, 17 for the name it binds first, and we 18 for our own. */
const MAX_BASE = 108 - 1 - 40 - 17 - 20;
const PLAIN = /^\/[A-Za-z0-9._/-]*$/; // no "%", which ssh would expand, no space
const MAX_LOG = 8192;

/** Of this process, to be gone with it; the connections themselves end a minute later. */
const folders = new Set<string>();

export class SshFolder {
  #path: string | null = null;
  #logs = 0;

  /** ControlPath. */
  get control(): string {
    return join(this.#made(), '%C');
  }

  /** A new file name for what one ssh says. */
  nextLog(): string {
    this.#logs += 1;
    return join(this.#made(), `log-${this.#logs}`);
  }

  /** What ssh said, bounded; the file is gone afterwards. */
  takeLog(path: string): string {
    try {
      return readFileSync(path, 'utf8').slice(0, MAX_LOG);
    } catch {
      return ''; // ssh never came to open it
    } finally {
      rmSync(path, { force: true });
    }
  }

  get isMade(): boolean {
    return this.#path !== null;
  }

  remove(): void {
    if (this.#path === null) return;
    rmSync(this.#path, { recursive: true, force: true });
    folders.delete(this.#path);
    this.#path = null;
  }

  #made(): string {
    if (this.#path !== null) return this.#path;
    const base = [process.env['XDG_RUNTIME_DIR'] ?? '', tmpdir()].find(
      (folder) => PLAIN.test(folder) && folder.length <= MAX_BASE,
    );
    try {
      this.#path = makeFolder(base ?? '/tmp');
    } catch (cause) {
      throw new UserError(
        'SSH_FOLDER',
        `cannot make a folder for the ssh connection: ${messageOf(cause)}`,
        'Free space in /tmp, or set TMPDIR to a folder that can be written.',
        { cause },
      );
    }
    if (!process.listeners('exit').includes(removeAll)) process.on('exit', removeAll);
    folders.add(this.#path);
    return this.#path;
  }
}

/** XDG_RUNTIME_DIR may name what is not ours, as after su. */
function makeFolder(base: string): string {
  try {
    return mkdtempSync(join(base, 'ddostop-ssh-'));
  } catch (error) {
    if (base === '/tmp') throw error;
    return mkdtempSync('/tmp/ddostop-ssh-');
  }
}

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
