/** A machine reached through the system's ssh: one shared connection, commands as quoted words, data on stdin. */
import { performance } from 'node:perf_hooks';
import { UserError } from '../errors.js';
import { type FollowCommand, type FollowEnd, followWithInput } from './follow-command.js';
import type { Host } from './host.js';
import { parseFibTrie, parseIfInet6 } from './proc-addresses.js';
import { remoteFollowText, remoteText } from './remote-words.js';
import { type CommandOptions, type CommandResult, firstLine, type RunCommand, runCommand } from './run-command.js';
import { checkAlias, checkConfigFile, type SshPaths, sshArgv, sshExitArgv } from './ssh-command.js';
import { hostUnknown, neverRan, sshFailure, uselessAccount } from './ssh-failure.js';
import { SshFolder } from './ssh-folder.js';

export interface SshHostOptions {
  /** As ssh's -F: this file instead of ~/.ssh/config. */
  readonly configFile?: string;
  /** How ssh itself is run; must give it a stdin of its own and never our terminal. */
  readonly run?: RunCommand;
  /** How a long ssh is run: with a stdin that stays open as long as we live. */
  readonly follow?: FollowCommand;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** A deadline is the command's own; so long may the way there and back take: a jump, 200 ms in each direction. */
const WAY_MS = 2000;
const CONNECT_TIMEOUT_MS = 20_000;
/** Unused for a minute the connection ends (ControlPersist); from here on it is not taken for granted. */
const FRESH_MS = 45_000;
const EXIT_TIMEOUT_MS = 3000;
const NOT_FOUND = 127;
/** /proc/net/tcp of a busy server: 150 B a socket. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;
/** Kernel files and the resolver's: what may be asked for by name. */
const READABLE = /^\/(?:proc|sys|etc\/resolv\.conf$|etc\/os-release$)(?:\/[A-Za-z0-9_.:@-]+)*$/;

/** Opens nothing yet: the first command connects. Throws BAD_HOST or BAD_SSH_CONFIG. */
export function openSshHost(alias: string, options: SshHostOptions = {}): Host {
  checkAlias(alias);
  if (options.configFile !== undefined) checkConfigFile(options.configFile);
  return new SshHost(alias, options);
}

class SshHost implements Host {
  readonly #folder = new SshFolder();
  readonly #runSsh: RunCommand;
  readonly #followSsh: FollowCommand;
  /** The shared connection; null = not known to be there. */
  #opened: Promise<void> | null = null;
  /** When it was last used, by the steady clock. */
  #usedMs = 0;

  constructor(
    readonly name: string,
    private readonly options: SshHostOptions,
  ) {
    this.#runSsh = options.run ?? runCommand;
    this.#followSsh = options.follow ?? followWithInput;
  }

  readonly run: RunCommand = async (argv, options = {}) => {
    const { stdin = '', env = {}, timeoutMs = DEFAULT_TIMEOUT_MS, maxOutputBytes } = options;
    const text = remoteText({ argv, inputBytes: Buffer.byteLength(stdin), env });
    await this.#open();
    const deadlineMs = timeoutMs + WAY_MS;
    const bound = maxOutputBytes === undefined ? {} : { maxOutputBytes };
    return this.#ssh(argv, text, { stdin, timeoutMs: deadlineMs, ...bound });
  };

  /** One ssh to its end. */
  async #ssh(argv: readonly string[], text: string, options: CommandOptions): Promise<CommandResult> {
    const paths = this.#paths();
    let log = '';
    let result: CommandResult;
    try {
      result = await this.#runSsh(sshArgv(this.name, paths, text), options);
    } catch (error) {
      throw this.#unended(argv, error, options.timeoutMs ?? 0);
    } finally {
      log = this.#folder.takeLog(paths.log);
    }
    const failure = this.#noticed(sshFailure(this.name, argv, result, log)) ?? this.#missing(argv, result);
    if (failure !== null) throw failure;
    return result;
  }

  readonly follow: FollowCommand = async (argv, onLine, signal) => {
    const text = remoteFollowText(argv);
    await this.#open();
    const paths = this.#paths();
    let log = '';
    let end: FollowEnd;
    try {
      end = await this.#followSsh(sshArgv(this.name, paths, text), onLine, signal);
    } catch (error) {
      throw this.#unended(argv, error, 0);
    } finally {
      log = this.#folder.takeLog(paths.log);
    }
    if (signal.aborted) return { code: null, stderr: end.stderr };
    const result = { ...end, signal: null, stdout: '' };
    const failure = this.#noticed(sshFailure(this.name, argv, result, log));
    const never = failure?.code === 'HOST_UNREACHABLE' ? failure : this.#missing(argv, result);
    if (never !== null) throw never;
    return failure === null ? end : { code: end.code, stderr: log || end.stderr };
  };

  async readText(path: string): Promise<string> {
    if (!READABLE.test(path) || path.includes('..')) {
      throw new UserError(
        'BAD_PATH',
        `not a file to be read on ${this.name}: ${JSON.stringify(path.slice(0, 80))}`,
        'Nothing was run.',
      );
    }
    const { code, stdout, stderr } = await this.run(['cat', '--', path], { maxOutputBytes: MAX_FILE_BYTES });
    if (code === 0) return stdout;
    throw new UserError(
      'FILE_UNREADABLE',
      `cannot read ${path} on ${this.name}: ${firstLine(stderr)}`,
      'Its account there may not.',
    );
  }

  async ownAddresses(): Promise<readonly string[]> {
    const [trie, inet6] = await Promise.all([
      this.readText('/proc/net/fib_trie'),
      this.readText('/proc/net/if_inet6').catch(unlessUnreachable), // a kernel without IPv6
    ]);
    return [...parseFibTrie(trie), ...parseIfInet6(inet6)];
  }

  async sshConnections(): Promise<readonly string[]> {
    const { stdout } = await this.run(['printenv', 'SSH_CONNECTION']);
    return stdout.trim() === '' ? [] : [firstLine(stdout)];
  }

  async close(): Promise<void> {
    if (!this.#folder.isMade) return;
    const paths = this.#paths();
    try {
      await this.#runSsh(sshExitArgv(this.name, paths), { timeoutMs: EXIT_TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof UserError)) throw error; // it ends by itself a minute after the last command
    } finally {
      this.#opened = null;
      this.#folder.remove();
    }
  }

  /**
   * Connects with a command that does nothing, once: of what comes after, however many at a time, each is a session in that connection, and where
   * this fails nothing has run.
   */
  #open(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#usedMs > FRESH_MS) this.#opened = null;
    this.#usedMs = nowMs;
    this.#opened ??= this.#connect().catch((error: unknown) => {
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  async #connect(): Promise<void> {
    const argv = ['true'];
    const text = remoteText({ argv, inputBytes: 0 });
    const result = await this.#ssh(argv, text, { timeoutMs: CONNECT_TIMEOUT_MS }).catch((error: unknown) => {
      throw neverRan(this.name, error);
    });
    const failure = uselessAccount(this.name, result);
    if (failure !== null) throw failure;
  }

  /** A connection that broke is made anew by the next command. */
  #noticed(failure: UserError | null): UserError | null {
    if (failure !== null) this.#opened = null;
    return failure;
  }

  #paths(): SshPaths {
    return { control: this.#folder.control, log: this.#folder.nextLog(), config: this.options.configFile ?? null };
  }

  /** Of an ssh that did not end by itself; what was cut off may have been done. */
  #unended(argv: readonly string[], error: unknown, timeoutMs: number): unknown {
    if (!(error instanceof UserError)) return error;
    if (error.code === 'COMMAND_TIMEOUT') {
      this.#opened = null;
      return hostUnknown(this.name, argv, `no end within ${timeoutMs} ms`, error);
    }
    if (error.code === 'COMMAND_OUTPUT') {
      return new UserError(error.code, `"${firstLine(argv.join(' '))}" on ${this.name} printed too much`, error.hint, {
        cause: error,
      });
    }
    if (error.code !== 'COMMAND_MISSING') return error;
    return new UserError(error.code, error.what, 'Install an ssh client: "sudo apt-get install openssh-client".', {
      cause: error,
    });
  }

  /** A shell's own code and words (POSIX 2.8.2) for a program that is not there. */
  #missing(argv: readonly string[], { code, stderr }: CommandResult): UserError | null {
    if (code !== NOT_FOUND || !/not found|No such file/i.test(stderr)) return null;
    return new UserError(
      'COMMAND_MISSING',
      `"${argv[0]}" was not found on ${this.name}, on PATH, /usr/sbin or /sbin`,
      'Install it there.',
    );
  }
}

function unlessUnreachable(error: unknown): string {
  if (error instanceof UserError && error.code === 'FILE_UNREADABLE') return '';
  throw error;
}
