/** Talks to nft: transactions on stdin, JSON back, its refusals as UserErrors. No argument ever carries data. */
import { UserError } from '../../errors.js';
import { type NftListing, type NftSet, parseNftListing } from '../../platform/nft-json.js';
import { type CommandResult, firstLine, type RunCommand } from '../../platform/run-command.js';
import type { Transaction } from '../transaction.js';
import { parseGroupSetName } from './group-rules.js';
import { parseSetName } from './set-names.js';
import { FAMILY, TABLE } from './table-layout.js';
import { checkArgv } from './transaction-text.js';

const LIST_ARGV = ['nft', '-j', 'list', 'table', FAMILY, TABLE] as const;
/** Without the elements: short however big the sets are. */
const TERSE_ARGV = ['nft', '-j', '-t', 'list', 'table', FAMILY, TABLE] as const;
const PROBE_ARGV = ['nft', '-j', 'list', 'tables'] as const;

export class NftClient {
  constructor(readonly run: RunCommand) {}

  /** Rejects with NFT_MISSING or NFT_PERMISSION when nothing here can work. */
  async probe(): Promise<void> {
    await this.#checked(PROBE_ARGV);
  }

  /**
   * Our table, or null when the kernel has none. Elements of sets that packets fill are left out: an attacker decides how many there are, and listing
   * 50 000 takes 0.6 s.
   */
  async readTable(): Promise<NftListing | null> {
    const terse = await this.#list(TERSE_ARGV);
    if (terse === null) return null;
    const isDynamic = ({ name }: NftSet) => parseGroupSetName(name)?.isDynamic ?? false;
    if (!terse.sets.some(isDynamic)) return this.#list(LIST_ARGV);
    const whole = terse.sets.map((set) => (isDynamic(set) || !isOurs(set) ? set : this.#withElements(set)));
    return { ...terse, sets: (await Promise.all(whole)).filter((set) => set !== null) };
  }

  async #withElements(set: NftSet): Promise<NftSet | null> {
    const listing = await this.#list(['nft', '-j', 'list', 'set', FAMILY, TABLE, set.name]);
    return listing?.sets[0] ?? null;
  }

  async #list(argv: readonly string[]): Promise<NftListing | null> {
    const result = await this.#run(argv);
    if (result.code === 0) return parseNftListing(result.stdout);
    if (/No such file or directory/.test(result.stderr)) return null;
    throw failureOf(argv, result);
  }

  /** Rejects when the kernel would refuse the transaction; changes nothing. */
  async check({ argv, stdin }: Transaction): Promise<void> {
    await this.#checked(checkArgv(argv), stdin);
  }

  /** Gives the result whatever its code, for the audit log; `throwUnlessDone` judges it. */
  async apply({ argv, stdin }: Transaction): Promise<CommandResult> {
    return this.#run(argv, stdin);
  }

  async #checked(argv: readonly string[], stdin?: string): Promise<CommandResult> {
    const result = await this.#run(argv, stdin);
    if (result.code !== 0) throw failureOf(argv, result);
    return result;
  }

  async #run(argv: readonly string[], stdin = ''): Promise<CommandResult> {
    try {
      return await this.run(argv, { stdin, timeoutMs: 20_000 });
    } catch (error) {
      if (error instanceof UserError && error.code === 'COMMAND_MISSING') throw missing(error);
      throw error;
    }
  }
}

/** nft reads its arguments as one text of its language, and the kernel takes any name: only one of our form may stand there. */
function isOurs({ name }: NftSet): boolean {
  return parseSetName(name) !== null || parseGroupSetName(name) !== null;
}

/** True when the kernel's state was not what the transaction expected: it may be worth reading again. */
export function isStale(result: CommandResult): boolean {
  return result.code !== 0 && /No such file or directory|File exists/.test(result.stderr);
}

export function failureOf(argv: readonly string[], result: CommandResult): UserError {
  const said = firstLine(result.stderr) || 'no message';
  const ended = result.code === null ? `was ended by ${result.signal}` : `ended with ${result.code}`;
  const what = `"${argv.join(' ')}" ${ended}: ${said}`;
  if (/Operation not permitted|Permission denied/i.test(result.stderr)) {
    return new UserError(
      'NFT_PERMISSION',
      `no right to read or change the firewall: ${what}`,
      'Run it with sudo, or give the account CAP_NET_ADMIN: "sudo setpriv --reuid=$USER --init-groups --inh-caps=+net_admin --ambient-caps=+net_admin ddostop …". Watching alone works with --read-only.',
    );
  }
  if (/Protocol not supported|Unable to initialize Netlink|Not supported/i.test(result.stderr)) {
    return new UserError(
      'NFT_KERNEL',
      `this kernel takes no nftables rules: ${what}`,
      'Load the module with "sudo modprobe nf_tables", or run ddostop where the firewall is.',
    );
  }
  return new UserError(
    'NFT_FAILED',
    `${what}; nothing was changed`,
    'Look at "sudo nft list table inet ddostop" and plan again.',
  );
}

function missing(cause: UserError): UserError {
  return new UserError(
    'NFT_MISSING',
    'the program "nft" was not found on PATH, /usr/sbin or /sbin',
    'Install it: "sudo apt-get install nftables" (or dnf, apk add nftables).',
    { cause },
  );
}
