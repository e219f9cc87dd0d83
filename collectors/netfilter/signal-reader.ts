/** Reads the files of the host's network stack: here one by one, from another host with one command, since each file would be a way there and back. */
import { UserError } from '../../src/errors.js';
import type { Host } from '../../src/platform/host.js';
import { SIGNAL_FILES, type SignalFile, type SignalTexts } from './proc/host-signals.js';

const FILES = Object.entries(SIGNAL_FILES) as readonly (readonly [SignalFile, string])[];
/** Lines of several files, each led by its path; what is not there is passed over (-s). */
const READ_ALL = ['grep', '-Hs', '', ...Object.values(SIGNAL_FILES)];
/** sshd allows ten sessions in one connection (MaxSessions). */
const AT_ONCE = 4;
const LASTING: ReadonlySet<SignalFile> = new Set(['bootId', 'conntrackMax']);
const LASTING_POLLS = 10;
const ABSENT_POLLS = 30;

export class SignalReader {
  readonly #host: Host;
  /** Polls for which a file is not read again: it was not there (a module may be loaded later), or it says the same for long. */
  readonly #skips = new Map<SignalFile, number>();
  readonly #kept = new Map<SignalFile, string>();
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
    const skips = this.#skips.get(file) ?? 0;
    const kept = this.#kept.get(file);
    if (skips > 0) {
      this.#skips.set(file, skips - 1);
      if (kept !== undefined) texts[file] = kept;
      return;
    }
    try {
      const text = await this.#host.readText(path);
      texts[file] = text;
      if (!LASTING.has(file)) return;
      this.#kept.set(file, text);
      this.#skips.set(file, LASTING_POLLS);
    } catch {
      this.#kept.delete(file);
      this.#skips.set(file, ABSENT_POLLS);
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
