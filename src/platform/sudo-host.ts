/**
 * A host on which the firewall's programs run as root through `sudo -n`, one by one: exact commands can then be allowed (sudoers.ts). Everything else
 * runs, and files are read, as whoever we are: what /proc tells needs no right. sudo(8): a refusal ends with 1 and says why; so does many a command, hence the words.
 */
import { UserError } from '../errors.js';
import type { FollowCommand } from './follow-command.js';
import type { Host } from './host.js';
import { findPrograms } from './program-paths.js';
import { type CommandResult, firstLine, type RunCommand } from './run-command.js';
import { needsRoot, sudoersLines } from './sudoers.js';

const SUDO = ['sudo', '-n'] as const;

const REFUSED = new RegExp(
  [
    'sudo: (?:a password|a terminal) is required',
    'sudo: (?:account validation|your account has expired|you do not exist|unknown (?:user|uid)|sorry, you must have a tty)',
    'sudo: (?:no valid sudoers|parse error|The "no new privileges"|effective uid is not 0|PERM_|PAM |error initializing)',
    'sudo: \\S+ (?:must be|is) (?:owned by|world writable)',
    'Sorry, user ',
    '\\S+ is not (?:in the sudoers file|allowed to run sudo)',
  ]
    .map((words) => `^${words}`)
    .join('|'),
);
const NOT_FOUND = /^sudo: \S+: command not found/;
/** Said of a command that runs all the same: containers and namespaces. */
const WARNING = /^sudo: (?:unable to resolve host|setrlimit\(|unable to send audit message)[^\n]*\n/gm;

/** `isRaised`: which programs go through sudo. */
export function withSudo(host: Host, isRaised: (program: string) => boolean = needsRoot): Host {
  return new SudoHost(host, isRaised);
}

/** Would sudo run it? Nothing is run. The program by its absolute path. Rejects as `host.run` does. */
export async function sudoAllows(host: Host, argv: readonly string[]): Promise<boolean> {
  return (await host.run([...SUDO, '-l', '--', ...argv])).code === 0;
}

class SudoHost implements Host {
  readonly #paths = new Map<string, Promise<string>>();

  constructor(
    private readonly host: Host,
    private readonly isRaised: (program: string) => boolean,
  ) {}

  get name(): string {
    return this.host.name;
  }

  readonly run: RunCommand = async (argv, options) => {
    if (!this.isRaised(argv[0] ?? '')) return this.host.run(argv, options);
    const result = await this.host.run(await this.#withSudo(argv), options);
    await this.#check(argv, result.code, result.stdout === '' ? result.stderr : '');
    return withoutWarnings(result);
  };

  readonly follow: FollowCommand = async (argv, onLine, signal) => {
    if (!this.isRaised(argv[0] ?? '')) return this.host.follow(argv, onLine, signal);
    const end = await this.host.follow(await this.#withSudo(argv), onLine, signal);
    if (!signal.aborted) await this.#check(argv, end.code, end.stderr);
    return withoutWarnings(end);
  };

  readText(path: string): Promise<string> {
    return this.host.readText(path);
  }

  ownAddresses(): Promise<readonly string[]> {
    return this.host.ownAddresses();
  }

  sshConnections(): Promise<readonly string[]> {
    return this.host.sshConnections();
  }

  close(): Promise<void> {
    return this.host.close();
  }

  /** By its absolute path, as a sudoers line names it; sudo would look along a path of its own. */
  async #withSudo([name = '', ...args]: readonly string[]): Promise<string[]> {
    const path = this.#paths.get(name) ?? this.#find(name);
    this.#paths.set(name, path);
    path.catch(() => this.#paths.delete(name)); // it may be installed, or the host come back
    return [...SUDO, '--', await path, ...args];
  }

  async #find(name: string): Promise<string> {
    const path = name.startsWith('/') ? name : (await findPrograms(this.host, [name])).get(name);
    if (path !== undefined) return path;
    throw new UserError(
      'COMMAND_MISSING',
      `"${name}" was not found${onHost(this.host)}, on PATH, /usr/sbin or /sbin`,
      'Install it there.',
    );
  }

  async #check(argv: readonly string[], code: number | null, stderr: string): Promise<void> {
    if (code !== 1) return;
    const lines = stderr.split('\n');
    if (lines.some((line) => NOT_FOUND.test(line))) {
      throw new UserError('COMMAND_MISSING', `"${argv[0]}" was not found${onHost(this.host)}`, 'Install it there.');
    }
    const said = lines.find((line) => REFUSED.test(line));
    if (said === undefined) return;
    throw new UserError(
      'SUDO_REFUSED',
      `sudo does not let this account run "${firstLine(argv.join(' '))}"${onHost(this.host)}: ${firstLine(said)}`,
      `Nothing was run. ${sudoersHint(await accountOf(this.host))}`,
    );
  }
}

/** What to write where, so that sudo lets the account. */
export function sudoersHint(user: string, paths?: ReadonlyMap<string, string>): string {
  return `Put these lines there with "sudo visudo -f /etc/sudoers.d/ddostop":\n${sudoersLines(user, paths)}`;
}

/** Name of the account commands run under, or "#<number>" of one without; "" when the host does not say. */
export async function accountOf(host: Host): Promise<string> {
  try {
    const name = (await host.run(['id', '-un'])).stdout.trim();
    return /^[0-9]+$/.test(name) ? `#${name}` : name; // an account without a name prints its number
  } catch (error) {
    if (error instanceof UserError) return '';
    throw error;
  }
}

function onHost(host: Host): string {
  return host.name === '' ? '' : ` on ${host.name}`;
}

function withoutWarnings<T extends Pick<CommandResult, 'stderr'>>(result: T): T {
  return { ...result, stderr: result.stderr.replace(WARNING, '') };
}
