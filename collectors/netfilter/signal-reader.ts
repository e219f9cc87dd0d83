/** Reads the files of the host's network stack: here one by one, from another host with one command, since each file would be a way there and back. */
import { UserError } from '../../src/errors.js';
import type { Host } from '../../src/platform/host.js';
import { SIGNAL_FILES, type SignalFile, type SignalTexts } from './proc/host-signals.js';

const FILES = Object.entries(SIGNAL_FILES) as readonly (readonly [SignalFile, string])[];
/** Lines of several files, each led by its path; what is not there is passed over (-s). */
const READ_ALL = ['grep', '-Hs', '', ...Object.values(SIGNAL_FILES)];
/** sshd allows ten sessions in one connection (MaxSessions). */
const AT_ONCE = 4;

export class SignalReader {
  readonly #host: Host;
  /** Files that were not there, and are not asked for again: a kernel without a module has none of its files. */
  readonly #absent = new Map<SignalFile, number>();
  #hasGrep: boolean;

  constructor(host: Host) {
    this.#host = host;
    this.#hasGrep = host.name !== '';
  }

  /** Never rejects for a file; a way that broke is told by the tools, which matter more. */
  async read(): Promise<SignalTexts> {
    if (this.#hasGrep) {
      const texts = await this.#readAll();
      if (Object.keys(texts).length > 0) return texts;
      this.#hasGrep = false;
    }
    const texts: Partial<Record<SignalFile, string>> = {};
    for (let at = 0; at < FILES.length; at += AT_ONCE) {
      await Promise.all(FILES.slice(at, at + AT_ONCE).map(([file, path]) => this.#readOne(file, path, texts)));
    }
    return texts;
  }

  async #readAll(): Promise<SignalTexts> {
    try {
      const { stdout } = await this.#host.run(READ_ALL, { maxOutputBytes: 1024 * 1024 });
      return splitByPath(stdout);
    } catch (error) {
      if (error instanceof UserError) return {};
      throw error;
    }
  }

  async #readOne(file: SignalFile, path: string, texts: Partial<Record<SignalFile, string>>): Promise<void> {
    const skips = this.#absent.get(file) ?? 0;
    if (skips > 0) {
      this.#absent.set(file, skips - 1);
      return;
    }
    try {
      texts[file] = await this.#host.readText(path);
      this.#absent.delete(file);
    } catch {
      this.#absent.set(file, 30); // a module may be loaded later
    }
  }
}

/** Exported for its test. */
export function splitByPath(text: string): SignalTexts {
  const names = new Map(FILES.map(([file, path]) => [path, file]));
  const lines = new Map<SignalFile, string[]>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(':');
    const file = names.get(line.slice(0, Math.max(at, 0)));
    if (file === undefined) continue;
    const list = lines.get(file) ?? [];
    list.push(line.slice(at + 1));
    lines.set(file, list);
  }
  return Object.fromEntries([...lines].map(([file, list]) => [file, list.join('\n')]));
}
