/**
 * A real sudo with accounts and rules of its own: /etc/passwd, /etc/group, /etc/shadow, /etc/sudoers and /etc/sudoers.d are laid over in a mount
 * namespace that nobody else sees, in a network namespace whose firewall may be changed. The machine's own files stay as they are.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { followCommand } from '../../src/platform/follow-command.js';
import { type Host, localHost } from '../../src/platform/host.js';
import { runCommand } from '../../src/platform/run-command.js';

const execute = promisify(execFile);

export const SUDO_NEEDS = ['root', 'ip', 'nft', 'sudo', 'visudo', 'setpriv', 'unshare', 'nsenter', 'mount'];
export const OPERATOR = 'ddop';

const NUMBERS = { operator: 4242, nobody: 65534, unknown: 4999 } as const;

const SETUP = `
set -e
for name in passwd group shadow sudoers; do mount --bind "$1/$name" "/etc/$name"; done
mount -t tmpfs -o mode=755 none /etc/sudoers.d
ip link set lo up
echo ready
exec cat
`;

export interface Account {
  readonly who: keyof typeof NUMBERS | 'root';
  /** It has CAP_NET_ADMIN, inherited by what it starts. */
  readonly hasNetAdmin?: boolean;
  readonly noNewPrivileges?: boolean;
}

export class SudoLab {
  readonly space = `dsu${process.pid.toString(36)}${randomBytes(3).toString('hex')}`;
  readonly #folder = mkdtempSync(join(tmpdir(), 'ddostop-sudolab-'));
  #holder: ChildProcess | null = null;

  static async open(): Promise<SudoLab> {
    const lab = new SudoLab();
    try {
      await lab.#build();
    } catch (error) {
      await lab.close();
      throw error;
    }
    return lab;
  }

  /** Enters both namespaces. */
  get enter(): readonly string[] {
    return ['nsenter', '-t', String(this.#holder?.pid), '-m', '-n', '--'];
  }

  /** This machine as that account sees it. */
  host(account: Account): Host {
    const prefix = [...this.enter, ...asAccount(account)];
    // The nameless file that is a command's stdin is root's here, and nft opens it by name, which that account may not; its own pipe it may.
    const piped = [...prefix, 'sh', '-c', 'cat | "$@"', 'sh'];
    return {
      ...localHost(),
      run: (argv, options) => runCommand([...(options?.stdin ? piped : prefix), ...argv], options),
      follow: (argv, onLine, signal) => followCommand([...prefix, ...argv], onLine, signal),
    };
  }

  /** Replaces the rules; "" = none. Rejects when visudo does not take them. */
  async setSudoers(text: string): Promise<void> {
    await this.must(['sh', '-ec', 'cat > /etc/sudoers.d/ddostop; chmod 440 /etc/sudoers.d/ddostop'], `${text}\n`);
    await this.must(['visudo', '-c', '-q', '-f', '/etc/sudoers.d/ddostop']);
  }

  /** As root inside; anything but success is a broken lab. */
  async must(argv: readonly string[], stdin = ''): Promise<string> {
    const { code, stdout, stderr } = await runCommand([...this.enter, ...argv], { stdin });
    if (code !== 0) throw new Error(`sudo lab: ${argv.join(' ')} ended with ${code}: ${stderr}`);
    return stdout;
  }

  async close(): Promise<void> {
    this.#holder?.kill('SIGKILL');
    await execute('ip', ['netns', 'del', this.space]).catch(() => {});
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #build(): Promise<void> {
    const write = (name: string, text: string, mode: number) => writeFileSync(join(this.#folder, name), text, { mode });
    const { operator } = NUMBERS;
    const all = (name: string) => readFileSync(`/etc/${name}`, 'utf8');
    write('passwd', `${all('passwd')}${OPERATOR}:x:${operator}:${operator}::/tmp:/bin/sh\n`, 0o644);
    write('group', `${all('group')}${OPERATOR}:x:${operator}:\n`, 0o644);
    write('shadow', `${all('shadow')}${OPERATOR}:*:19000:0:99999:7:::\n`, 0o640);
    write('sudoers', 'Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n', 0o440);
    await execute('ip', ['netns', 'add', this.space]);
    const argv = ['netns', 'exec', this.space, 'unshare', '-m', 'sh', '-c', SETUP, 'sh', this.#folder];
    const child = spawn('ip', argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#holder = child;
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('close', (code) => reject(new Error(`sudo lab: the set-up ended with ${code}`)));
    });
  }
}

function asAccount({ who, hasNetAdmin = false, noNewPrivileges = false }: Account): string[] {
  if (who === 'root') return [];
  const id = NUMBERS[who];
  const caps = hasNetAdmin ? ['--inh-caps=+net_admin', '--ambient-caps=+net_admin'] : [];
  const flags = noNewPrivileges ? ['--no-new-privs'] : [];
  return ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups', ...caps, ...flags];
}
