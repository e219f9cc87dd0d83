/** A real sshd in a network namespace, with keys and configuration of its own, and an ssh configuration for whoever logs in. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { followWithInput } from '../../src/platform/follow-command.js';
import type { Host } from '../../src/platform/host.js';
import { runCommand } from '../../src/platform/run-command.js';
import { openSshHost, type SshHostOptions } from '../../src/platform/ssh-host.js';
import { type Lab, until } from './lab.js';

const execute = promisify(execFile);

export const SSH_NEEDS = ['root', 'ip', 'ssh', 'sshd', 'ssh-keygen', 'python3'];
/** It wants its absolute path. */
const SSHD = '/usr/sbin/sshd';
const PORT = 2222;
const ALIAS = 'victim';

/** Bytes are held back for so long in each direction: this kernel may have no netem. */
const SLOW_RELAY = `
import socket, sys, threading, time, collections
delay, listen, target, port = float(sys.argv[1]) / 1000, int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
def pipe(a, b):
    queue, more, over = collections.deque(), threading.Condition(), [False]
    def out():
        while True:
            with more:
                while not queue and not over[0]: more.wait()
                if not queue: break
                at, data = queue.popleft()
            time.sleep(max(0, at - time.time()))
            try: b.sendall(data)
            except OSError: return
        try: b.shutdown(socket.SHUT_WR)
        except OSError: pass
    threading.Thread(target=out, daemon=True).start()
    while True:
        try: data = a.recv(65536)
        except OSError: data = b''
        with more:
            if data: queue.append((time.time() + delay, data))
            else: over[0] = True
            more.notify()
        if not data: return
server = socket.create_server(('127.0.0.1', listen))
print('ready', flush=True)
while True:
    a, _ = server.accept()
    b = socket.create_connection((target, port))
    threading.Thread(target=pipe, args=(a, b), daemon=True).start()
    threading.Thread(target=pipe, args=(b, a), daemon=True).start()
`;

export class SshLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'ddostop-sshlab-'));
  readonly config = join(this.folder, 'ssh_config');
  readonly alias = ALIAS;
  readonly #own: string | null;
  readonly #hosts: Host[] = [];
  readonly #children: ChildProcess[] = [];
  #server: ChildProcess | null = null;

  private constructor(
    readonly serverSpace: string,
    readonly clientSpace: string,
    readonly address: string,
    own: string | null,
    private readonly enter: readonly string[] = ['ip', 'netns', 'exec', serverSpace],
  ) {
    this.#own = own;
  }

  /** Server and client on the loopback of one namespace. `serverLines`: further ones of sshd_config. */
  static async open(...serverLines: string[]): Promise<SshLab> {
    const space = `ds${process.pid.toString(36)}${randomBytes(3).toString('hex')}`;
    await execute('ip', ['netns', 'add', space]);
    await execute('ip', ['-n', space, 'link', 'set', 'lo', 'up']);
    return started(new SshLab(space, space, '127.0.0.1', space), serverLines);
  }

  /** The server in a namespace of somebody else's, entered with `enter`; the client beside it. */
  static openBeside(space: string, enter: readonly string[]): Promise<SshLab> {
    return started(new SshLab(space, space, '127.0.0.1', null, enter));
  }

  /** The server on the lab's victim, the client on its client. */
  static openIn(lab: Lab): Promise<SshLab> {
    return started(new SshLab(lab.namespaceOf('victim'), lab.namespaceOf('client'), '192.0.2.10', null));
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
    const [program = '', ...args] = this.enter;
    const argv = [...args, SSHD, '-D', '-e', '-f', join(this.folder, 'sshd_config')];
    const child = spawn(program, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-4000)));
    this.#server = child;
    await until('sshd listens', 10_000, async () => {
      if (child.exitCode !== null) throw new Error(`sshd ended with ${child.exitCode}: ${said}`);
      return said.includes('Server listening');
    });
  }

  /** Ends sshd and all its sessions, as when the host loses power: the client hears nothing but the end of the connection. */
  async killServer(): Promise<void> {
    this.#server?.kill('SIGKILL');
    for (const pid of await this.pidsOf('sshd')) endProcess(pid);
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
    const argv = ['netns', 'exec', this.clientSpace, 'python3', '-c', SLOW_RELAY];
    const child = spawn('ip', [...argv, String(delayMs), String(port), this.address, String(PORT)]);
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
    if (this.#own !== null) {
      const { stdout } = await execute('ip', ['netns', 'pids', this.#own]).catch(() => ({ stdout: '' }));
      for (const pid of stdout.split('\n').map(Number)) if (pid > 1) endProcess(pid);
      await execute('ip', ['netns', 'del', this.#own]).catch(() => {});
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
    writeFileSync(at('sshd_config'), `${serverConfig(this.address, at)}${serverLines.join('\n')}\n`);
    const [type, key] = readFileSync(at('host_key.pub'), 'utf8').split(' ');
    writeFileSync(at('known_hosts'), `victim ${type} ${key?.trim()}\n`);
    writeFileSync(this.config, clientConfig(this.address, at), { mode: 0o600 });
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

function serverConfig(address: string, at: (name: string) => string): string {
  return `Port ${PORT}
ListenAddress ${address}
HostKey ${at('host_key')}
AuthorizedKeysFile ${at('authorized_keys')}
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
LogLevel INFO
`;
}

function clientConfig(address: string, at: (name: string) => string): string {
  return `Host victim
  HostName ${address}
  HostKeyAlias victim
Host *
  Port ${PORT}
  User root
  IdentityFile ${at('user_key')}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${at('known_hosts')}
  GlobalKnownHostsFile none
`;
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
