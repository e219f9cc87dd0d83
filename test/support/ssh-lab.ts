/** A real sshd in a network namespace, with keys and configuration of its own, and an ssh configuration for whoever logs in. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { followWithInput } from '../../src/platform/follow-command.js';
import type { Host } from '../../src/platform/host.js';
import { runCommand } from '../../src/platform/run-command.js';
import { openSshHost, type SshHostOptions } from '../../src/platform/ssh-host.js';
import { type Lab, type Role, until } from './lab.js';
import { slowRelayArgv } from './slow-relay.js';
import { clientConfig, NO_BASHRC, serverConfig } from './ssh-config.js';

const execute = promisify(execFile);

export const SSH_NEEDS = ['root', 'ip', 'ssh', 'sshd', 'ssh-keygen', 'python3'];
/** It wants its absolute path. */
const SSHD = '/usr/sbin/sshd';
const DEFAULT_PORT = 2222; // not 22: the process name must be enough to find it
const ALIAS = 'victim';

export interface SshLabOptions {
  /** Where whoever logs in sits; the lab's client when left out. */
  readonly from?: Role;
  /** The first one is what the alias "victim" stands for. */
  readonly addresses?: readonly string[];
  readonly port?: number;
  /** A copy of sshd under another name. */
  readonly program?: string;
  /** Further lines of sshd_config. */
  readonly lines?: readonly string[];
}

interface Settings {
  readonly serverSpace: string;
  readonly clientSpace: string;
  readonly addresses: readonly string[];
  /** A namespace that is ended with the lab. */
  readonly own?: string;
  readonly enter?: readonly string[];
  readonly port?: number;
  readonly program?: string;
}

export class SshLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'ddostop-sshlab-'));
  readonly config = join(this.folder, 'ssh_config');
  readonly alias = ALIAS;
  readonly serverSpace: string;
  readonly clientSpace: string;
  readonly address: string;
  readonly port: number;
  readonly #settings: Settings;
  readonly #hosts: Host[] = [];
  readonly #children: ChildProcess[] = [];
  #server: ChildProcess | null = null;

  private constructor(settings: Settings) {
    this.#settings = settings;
    this.serverSpace = settings.serverSpace;
    this.clientSpace = settings.clientSpace;
    this.address = settings.addresses[0] as string;
    this.port = settings.port ?? DEFAULT_PORT;
  }

  /** Server and client on the loopback of one namespace. `serverLines`: further ones of sshd_config. */
  static async open(...serverLines: string[]): Promise<SshLab> {
    const space = `ds${process.pid.toString(36)}${randomBytes(3).toString('hex')}`;
    await execute('ip', ['netns', 'add', space]);
    await execute('ip', ['-n', space, 'link', 'set', 'lo', 'up']);
    const settings = { serverSpace: space, clientSpace: space, addresses: ['127.0.0.1'], own: space };
    return started(new SshLab(settings), serverLines);
  }

  /** The server in a namespace of somebody else's, entered with `enter`; the client beside it. */
  static openBeside(space: string, enter: readonly string[]): Promise<SshLab> {
    return started(new SshLab({ serverSpace: space, clientSpace: space, addresses: ['127.0.0.1'], enter }));
  }

  /** The server on the lab's victim. */
  static openIn(lab: Lab, options: SshLabOptions = {}): Promise<SshLab> {
    const { from = 'client', addresses = ['192.0.2.10'], lines = [], port, program } = options;
    const settings = {
      serverSpace: lab.namespaceOf('victim'),
      clientSpace: lab.namespaceOf(from),
      addresses,
      ...(port === undefined ? {} : { port }),
      ...(program === undefined ? {} : { program }),
    };
    return started(new SshLab(settings), lines);
  }

  /** A host whose ssh runs in the client's namespace. */
  host(alias: string = this.alias, options: SshHostOptions = {}): Host {
    const inSpace = ['ip', 'netns', 'exec', this.clientSpace];
    const host = openSshHost(alias, {
      configFile: this.config,
      run: (argv, more) => runCommand([...inSpace, ...argv], more),
      follow: (argv, onLine, signal) => followWithInput([...inSpace, ...argv], onLine, signal),
      ...options,
    });
    this.#hosts.push(host);
    return host;
  }

  /** A further alias. `lines` override what is common to all. */
  addAlias(alias: string, lines: readonly string[]): void {
    const text = readFileSync(this.config, 'utf8');
    writeFileSync(this.config, `Host ${alias}\n${lines.map((line) => `  ${line}\n`).join('')}\n${text}`);
  }

  async startServer(): Promise<void> {
    const { enter = ['ip', 'netns', 'exec', this.serverSpace], addresses } = this.#settings;
    const [program = '', ...args] = enter;
    const argv = [...args, this.#settings.program ?? SSHD, '-D', '-e', '-f', join(this.folder, 'sshd_config')];
    const child = spawn(program, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-4000)));
    this.#server = child;
    await until('sshd listens', 10_000, async () => {
      if (child.exitCode !== null) throw new Error(`sshd ended with ${child.exitCode}: ${said}`);
      return said.split('Server listening').length > addresses.length;
    });
  }

  /** Of the process that listens. */
  get serverPid(): number {
    return this.#server?.pid ?? 0;
  }

  /** Ends sshd and all its sessions, as when the host loses power: the client hears nothing but the end of the connection. */
  async killServer(): Promise<void> {
    this.#server?.kill('SIGKILL');
    const { program = SSHD } = this.#settings;
    for (const pid of await this.pidsOf(basename(program))) endProcess(pid);
  }

  /** Processes in the server's namespace by name. */
  async pidsOf(name: string): Promise<number[]> {
    const { stdout } = await execute('ip', ['netns', 'pids', this.serverSpace]);
    return stdout
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 1 && commandOf(pid).startsWith(name));
  }

  /** A way to the server on which every byte takes `delayMs` longer, in each direction. */
  async addSlowAlias(alias: string, delayMs: number, port = 2300): Promise<void> {
    const relay = slowRelayArgv(delayMs, port, this.address, this.port);
    const child = spawn('ip', ['netns', 'exec', this.clientSpace, ...relay]);
    this.#children.push(child);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    this.addAlias(alias, ['HostName 127.0.0.1', `Port ${port}`, 'HostKeyAlias victim']);
  }

  /** A key of somebody else's in place of the server's: what an impostor looks like. */
  async changeHostKey(): Promise<void> {
    const path = join(this.folder, 'host_key');
    rmSync(path, { force: true });
    rmSync(`${path}.pub`, { force: true });
    makeKey(path);
    await this.killServer();
    await this.startServer();
  }

  async close(): Promise<void> {
    for (const host of this.#hosts) await host.close().catch(() => {});
    for (const child of this.#children) child.kill('SIGKILL');
    await this.killServer().catch(() => {});
    const { own } = this.#settings;
    if (own !== undefined) {
      const { stdout } = await execute('ip', ['netns', 'pids', own]).catch(() => ({ stdout: '' }));
      for (const pid of stdout.split('\n').map(Number)) if (pid > 1) endProcess(pid);
      await execute('ip', ['netns', 'del', own]).catch(() => {});
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Keys and both configurations. */
  write(serverLines: readonly string[]): void {
    const at = (name: string) => join(this.folder, name);
    makeKey(at('host_key'));
    makeKey(at('user_key'));
    chmodSync(this.folder, 0o711);
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 }); // Debian's sshd wants it; its unit would make it
    writeFileSync(at('authorized_keys'), readFileSync(at('user_key.pub')), { mode: 0o644 });
    const { addresses } = this.#settings;
    writeFileSync(
      at('sshd_config'),
      `${serverConfig(addresses, this.port, at)}${serverLines.join('\n')}\nSetEnv ${NO_BASHRC}\n`,
    );
    const [type, key] = readFileSync(at('host_key.pub'), 'utf8').split(' ');
    writeFileSync(at('known_hosts'), `victim ${type} ${key?.trim()}\n`);
    writeFileSync(this.config, clientConfig(this.address, this.port, at), { mode: 0o600 });
  }
}

async function started(lab: SshLab, serverLines: readonly string[] = []): Promise<SshLab> {
  try {
    lab.write(serverLines);
    await lab.startServer();
    return lab;
  } catch (error) {
    await lab.close();
    throw error;
  }
}

function makeKey(path: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return ''; // it has ended
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself between the listing and now
  }
}
