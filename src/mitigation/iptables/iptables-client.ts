/** Talks to iptables-save, iptables-restore and ipset: text on stdin, text back, their refusals as UserErrors. No argument ever carries data. */
import { UserError } from '../../errors.js';
import type { CommandResult, RunCommand } from '../../platform/run-command.js';
import type { Transaction } from '../transaction.js';
import { failureOf, isOtherState, missing, partial } from './failures.js';
import { type Family, LOCK_SET, parseSetName, SET_PREFIX, TABLE } from './names.js';
import type { Listings } from './read-state.js';
import { parseRaw, type RawListing } from './rule-listing.js';
import { type ListedSet, parseHeads, parseSet, type SetHead } from './set-listing.js';
import { isSets, setsTransaction, withoutSets } from './transaction-text.js';
import { failedLine, LOCK_SEC, type LockState, NO_LOCK, releaseLine, reserveLine } from './write-lock.js';

const SAVE_ARGV = {
  4: ['iptables-save', '-t', TABLE, '-c'],
  6: ['ip6tables-save', '-t', TABLE, '-c'],
} as const;
const HEADS_ARGV = ['ipset', '-t', 'list'] as const;
const TIMEOUT_MS = 30_000;
/** iptables-nft takes a rule apart behind our back: its set is in use for some milliseconds after the rule is gone. */
const RETRIES = 60;
const RETRY_MS = 50;
const LOOK_AGAIN_MS = 100;
/** Processes at a time. */
const AT_ONCE = 8;

export class IptablesClient {
  constructor(readonly run: RunCommand) {}

  /** Rejects with IPSET_MISSING, IPTABLES_MISSING, IPTABLES_PERMISSION or IPTABLES_KERNEL when nothing here can work. */
  async probe(): Promise<void> {
    await Promise.all([this.#checked(HEADS_ARGV), this.#rules(4), this.#rules(6)]);
  }

  /** The lock first: what is read behind it is of that generation, or a claim fails. */
  async read(): Promise<Listings> {
    const lock = await this.#lock();
    const [four, six, sets] = await Promise.all([this.#rules(4), this.#rules(6), this.#sets()]);
    return { rules: { 4: four, 6: six }, sets, lock };
  }

  /** Rejects when the kernel would refuse it; changes nothing. ipset has no such question: what it is sent is ours to the letter. */
  async check(transaction: Transaction): Promise<void> {
    if (isSets(transaction)) {
      await this.#checked(HEADS_ARGV);
      return;
    }
    const argv = [...transaction.argv, '--test'];
    const result = await this.#run(argv, withoutSets(transaction.stdin));
    if (isOtherState(result)) return; // the rules have changed since they were read: what is sent is made anew
    if (result.code !== 0 || /missing kernel module/.test(result.stderr)) throw failureOf(argv, result);
  }

  /** The result whatever its code. After a failure the lock is given back; where somebody else's was the cause it is waited for, and kept for the next try. */
  async send(transaction: Transaction): Promise<CommandResult> {
    if (!isSets(transaction)) return this.#run(transaction.argv, transaction.stdin);
    let { stdin } = transaction;
    for (let tries = 0; ; tries += 1) {
      const result = await this.#run(transaction.argv, stdin);
      if (result.code === 0) return result;
      const rest = tries < RETRIES ? restOf(stdin, result.stderr) : null;
      if (rest === null) {
        const reserve = reserveLine(stdin, result.stderr);
        await (reserve === null ? this.#line(releaseLine()) : this.#reserve(reserve));
        return result;
      }
      stdin = rest;
      await pause(RETRY_MS);
    }
  }

  /** When it is free; somebody who died gives it up by its timeout. The result tells the caller to read again, and then nobody can be in between. */
  async #reserve(line: string): Promise<void> {
    for (let waitedMs = 0; waitedMs <= LOCK_SEC * 1000; waitedMs += LOOK_AGAIN_MS) {
      const { code, stderr } = await this.#line(line);
      if (code === 0 || /does not exist/.test(stderr)) return;
      await pause(LOOK_AGAIN_MS);
    }
  }

  #line(line: string): Promise<CommandResult> {
    const { argv, stdin } = setsTransaction([line]);
    return this.#run(argv, stdin);
  }

  async #lock(): Promise<LockState> {
    const set = await this.#set(LOCK_SET);
    if (set === null) return NO_LOCK;
    const held = set.elements.find(({ value }) => value === '0');
    const generation = set.elements.find(({ value }) => /^[1-9][0-9]{0,2}$/.test(value));
    return {
      exists: true,
      generation: generation === undefined ? null : Number(generation.value),
      holder: held === undefined ? null : (held.comment ?? ''),
    };
  }

  /** Ours, by name; those that hold nothing are not asked for it. */
  async #sets(): Promise<ListedSet[]> {
    const { stdout } = await this.#checked(HEADS_ARGV);
    const heads = parseHeads(stdout).filter(({ name }) => name.startsWith(SET_PREFIX));
    const found: ListedSet[] = [];
    for (let at = 0; at < heads.length; at += AT_ONCE) {
      const sets = await Promise.all(heads.slice(at, at + AT_ONCE).map((head) => this.#elements(head)));
      found.push(...sets.filter((set) => set !== null));
    }
    return found;
  }

  /** What lists hold, and sets that are not ours, is not asked for: nothing is told of it. */
  async #elements({ name, type, entries }: SetHead): Promise<ListedSet | null> {
    const role = parseSetName(name)?.role;
    const isWanted = role !== undefined && role !== 'list' && role !== 'lock' && entries !== 0;
    return isWanted ? this.#set(name) : { name, type, elements: [] };
  }

  /** Null: it is gone by now. */
  async #set(name: string): Promise<ListedSet | null> {
    const argv = ['ipset', 'save', name];
    const result = await this.#run(argv);
    if (result.code === 0) return parseSet(result.stdout);
    if (/does not exist/.test(result.stderr)) return null;
    throw failureOf(argv, result);
  }

  async #rules(family: Family): Promise<RawListing> {
    const argv = SAVE_ARGV[family];
    const result = await this.#run(argv);
    if (result.code === 3) throw partial(argv, result);
    if (result.code !== 0) throw failureOf(argv, result);
    return parseRaw(result.stdout, family);
  }

  async #checked(argv: readonly string[], stdin?: string): Promise<CommandResult> {
    const result = await this.#run(argv, stdin);
    if (result.code !== 0) throw failureOf(argv, result);
    return result;
  }

  async #run(argv: readonly string[], stdin = ''): Promise<CommandResult> {
    try {
      return await this.run(argv, { stdin, timeoutMs: TIMEOUT_MS });
    } catch (error) {
      if (error instanceof UserError && error.code === 'COMMAND_MISSING') throw missing(argv[0] ?? '', error);
      throw error;
    }
  }
}

/** From the line on that could not destroy a set still in use; null: it failed for another reason. */
function restOf(stdin: string, stderr: string): string | null {
  const at = failedLine(stderr);
  if (at === null || !/in use by a kernel component/.test(stderr)) return null;
  const rest = stdin.split('\n').slice(at - 1);
  return rest[0]?.startsWith('destroy ') ? rest.join('\n') : null;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
