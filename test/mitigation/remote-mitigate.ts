/** `ddostop mitigate … --on HOST` as its own process, on another machine of the lab than the one it acts on. */
import type { AuditRecord } from '../../src/mitigation/audit-log.js';
import type { LiveMitigation } from '../../src/mitigation/types.js';
import type { Unfinished } from '../../src/mitigation/unfinished.js';
import type { Lab, Output } from '../support/lab.js';
import type { SshLab } from '../support/ssh-lab.js';
import { LabMitigate } from './lab-mitigate.js';

export interface RemoteList {
  readonly mitigations: readonly LiveMitigation[];
  readonly unfinished: readonly Unfinished[];
}

export class RemoteMitigate {
  private constructor(
    readonly ssh: SshLab,
    /** Of the machine it runs on. */
    readonly local: LabMitigate,
    readonly host: string,
  ) {}

  static async open(lab: Lab, ssh: SshLab): Promise<RemoteMitigate> {
    return new RemoteMitigate(ssh, await LabMitigate.open(lab, 'client'), ssh.alias);
  }

  /** The same program and audit log, another name of the host. */
  on(alias: string): RemoteMitigate {
    return new RemoteMitigate(this.ssh, this.local, alias);
  }

  run(action: string, ...args: readonly string[]): Promise<Output> {
    return this.local.run(action, '--on', this.host, '--ssh-config', this.ssh.config, ...args);
  }

  /** Applies and confirms; returns the id. */
  async apply(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run('apply', '--yes', '--format', 'json', ...args);
    if (code !== 0) throw new Error(`apply ended with ${code}: ${stderr}`);
    return (JSON.parse(stdout) as { id: string }).id;
  }

  async list(): Promise<RemoteList> {
    const { code, stdout, stderr } = await this.run('list', '--format', 'json');
    if (code !== 0) throw new Error(`list ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as RemoteList;
  }

  /** Newest last. */
  async log(): Promise<readonly AuditRecord[]> {
    const { stdout } = await this.run('log', '--format', 'json');
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as AuditRecord);
  }

  close(): void {
    this.local.close();
  }
}
