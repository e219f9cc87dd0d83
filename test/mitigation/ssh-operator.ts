/** An operator who is logged in over a real ssh, in both families, and runs `ddostop mitigate` in that session. */
import { readFileSync } from 'node:fs';
import { type Lab, type Output, type Role, until } from '../support/lab.js';
import { EchoSession } from '../support/ssh-echo.js';
import type { SshLab } from '../support/ssh-lab.js';
import type { LabMitigate } from './lab-mitigate.js';

export const LOGINS = ['op4', 'op6'] as const;
export type Login = (typeof LOGINS)[number];

/** A `ddostop mitigate apply` that has asked, been told yes, and waits to be confirmed. */
export interface WaitingApply {
  readonly id: string;
  /** kill -9; the terminal it had is gone with it. */
  kill(): Promise<void>;
}

export class SshOperator {
  private constructor(
    readonly lab: Lab,
    readonly ssh: SshLab,
    readonly mitigate: LabMitigate,
    readonly from: Role,
    /** A live session a family. */
    readonly sessions: readonly EchoSession[],
  ) {}

  /** `sources`: the operator's own addresses, IPv4 and IPv6. */
  static async logIn(
    lab: Lab,
    ssh: SshLab,
    mitigate: LabMitigate,
    from: Role,
    sources: readonly [v4: string, v6: string],
  ): Promise<SshOperator> {
    const targets = ['192.0.2.10', '2001:db8:f::10'];
    for (const [i, login] of LOGINS.entries())
      ssh.addAlias(login, [`HostName ${targets[i]}`, 'HostKeyAlias victim', `BindAddress ${sources[i]}`]);
    const sessions = await Promise.all(LOGINS.map((login) => EchoSession.open(lab, from, ssh, login)));
    return new SshOperator(lab, ssh, mitigate, from, sessions);
  }

  /** `ddostop mitigate` in a session of its own. */
  run(login: Login, action: string, ...args: readonly string[]): Promise<Output> {
    return this.lab.run(this.from, this.#argv(login, [], action, args));
  }

  /** Fails unless both live sessions answer, and a new one can be had in both families. */
  async mustBeIn(): Promise<void> {
    const logins = LOGINS.map(async (login) => {
      const { code, stderr } = await this.lab.run(this.from, this.#ssh(login, ['-o', 'ConnectTimeout=5'], ['true']));
      if (code !== 0) throw new Error(`a new login (${login}) ended with ${code}: ${stderr}`);
    });
    await Promise.all([...this.sessions.map((session) => session.untilAlive(5000)), ...logins]);
  }

  /** On a terminal, answered with "y". */
  async applyAndWait(login: Login, ...args: readonly string[]): Promise<WaitingApply> {
    const child = this.lab.start(this.from, this.#argv(login, ['-tt'], 'apply', args));
    let screen = '';
    child.stdout.on('data', (chunk) => (screen += chunk));
    child.stdin.on('error', () => {});
    const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
    const shows = (text: RegExp) =>
      until(`the terminal shows ${text}`, 15_000, async () => {
        if (child.exitCode !== null) throw new Error(`apply ended: ${screen}`);
        return text.test(screen);
      });
    await shows(/Apply this\?/);
    child.stdin.write('y\r');
    const inForce = /([a-z2-7]{5}) is in force: /; // not the plan's own words
    await shows(inForce);
    const id = inForce.exec(screen)?.[1] ?? '';
    return { id, kill: () => this.#kill().then(() => ended) };
  }

  async #kill(): Promise<void> {
    let own: number[] = [];
    // A child of it that is about to become another program goes by its name for a moment.
    await until('one ddostop runs in the victim', 5000, async () => {
      own = await this.#pids();
      return own.length === 1;
    });
    process.kill(own[0] as number, 'SIGKILL');
  }

  async #pids(): Promise<number[]> {
    const { stdout } = await this.lab.run('victim', ['ip', 'netns', 'pids', this.lab.namespaceOf('victim')]);
    const pids = stdout.split('\n').map(Number);
    return pids.filter((pid) => pid > 1 && commandLine(pid).startsWith(this.mitigate.argv.join('\0')));
  }

  #argv(login: Login, options: readonly string[], action: string, args: readonly string[]): string[] {
    const { argv, env, place } = this.mitigate;
    const state = `XDG_STATE_HOME=${env.XDG_STATE_HOME}`;
    return this.#ssh(login, options, ['env', state, ...argv, action, ...place, ...args]);
  }

  #ssh(login: Login, options: readonly string[], words: readonly string[]): string[] {
    return ['ssh', '-F', this.ssh.config, ...options, login, ...words]; // the remote shell splits them: none has a blank
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has ended
  }
}
