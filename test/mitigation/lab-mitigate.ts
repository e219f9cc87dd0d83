/** `ddostop mitigate` inside a namespace of a lab: bundled once, run as its own process as a user would. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { LiveMitigation, MitigationBackend } from '../../src/mitigation/types.js';
import type { Lab, Output, Role } from '../support/lab.js';

const REQUIRE_BANNER = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

export class LabMitigate {
  readonly folder = mkdtempSync(join(tmpdir(), 'ddostop-mitigate-'));
  readonly program = join(this.folder, 'mitigate.mjs');
  readonly env = { XDG_STATE_HOME: join(this.folder, 'state'), SSH_CONNECTION: '' };

  private constructor(
    readonly lab: Lab,
    readonly role: Role,
    readonly backend: MitigationBackend,
  ) {}

  static async open(lab: Lab, role: Role = 'victim', backend: MitigationBackend = 'nft'): Promise<LabMitigate> {
    const mitigate = new LabMitigate(lab, role, backend);
    await build({
      entryPoints: [new URL('./mitigate-harness.ts', import.meta.url).pathname],
      outfile: mitigate.program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: { js: REQUIRE_BANNER },
      logLevel: 'error',
    });
    return mitigate;
  }

  get argv(): readonly string[] {
    return [process.execPath, this.program, 'mitigate'];
  }

  /** Options that say where it acts, for a command line of one's own. */
  get place(): readonly string[] {
    return ['--backend', this.backend];
  }

  run(action: string, ...args: readonly string[]): Promise<Output> {
    return this.lab.run(this.role, [...this.argv, action, ...this.place, ...args], { env: this.env });
  }

  /** Applies and confirms; returns the id. */
  async apply(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run('apply', '--yes', '--format', 'json', ...args);
    if (code !== 0) throw new Error(`apply ended with ${code}: ${stderr}`);
    return (JSON.parse(stdout) as { id: string }).id;
  }

  async list(): Promise<readonly LiveMitigation[]> {
    const { stdout } = await this.run('list', '--format', 'json');
    return (JSON.parse(stdout) as { mitigations: LiveMitigation[] }).mitigations;
  }

  ruleset(): Promise<string> {
    return this.lab.must(this.role, ['nft', 'list', 'ruleset']);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
