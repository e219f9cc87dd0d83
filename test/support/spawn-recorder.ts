/** Writes down every process that a Node program starts, however it starts it, without touching the program: a module loaded before it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SpawnedProcess {
  /** The function of node:child_process. */
  readonly by: string;
  /** Program and arguments. */
  readonly argv: readonly string[];
  /** A shell was asked for. */
  readonly hasShell: boolean;
}

const PRELOAD = (log: string) => `
import child from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
for (const by of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  const original = child[by];
  child[by] = (file, ...rest) => {
    const args = Array.isArray(rest[0]) ? rest[0] : [];
    const options = rest.find((item) => typeof item === 'object' && item !== null && !Array.isArray(item));
    const hasShell = by === 'exec' || by === 'execSync' || Boolean(options?.shell);
    appendFileSync(${JSON.stringify(log)}, JSON.stringify({ by, argv: [file, ...args], hasShell }) + '\\n');
    return original(file, ...rest);
  };
}
syncBuiltinESMExports();
`;

export class SpawnRecorder {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ddostop-spawns-'));
  readonly #log = join(this.#folder, 'log');

  constructor() {
    writeFileSync(join(this.#folder, 'preload.mjs'), PRELOAD(this.#log));
    this.clear();
  }

  /** For the program's environment. */
  get env(): { readonly NODE_OPTIONS: string } {
    return { NODE_OPTIONS: `--import=${join(this.#folder, 'preload.mjs')}` };
  }

  clear(): void {
    writeFileSync(this.#log, '');
  }

  /** Since the last `clear`. */
  get spawned(): readonly SpawnedProcess[] {
    const lines = readFileSync(this.#log, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as SpawnedProcess);
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
