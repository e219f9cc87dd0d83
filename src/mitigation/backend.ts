/**
 * What the door needs of a firewall. Its functions are pure but for `probe`, `readState`, `check` and `send`: the same ones make the preview, the dry
 * run and the act.
 */
import type { UserError } from '../errors.js';
import type { CommandResult } from '../platform/run-command.js';
import type { Trial } from './element-changes.js';
import type { Entry } from './entry.js';
import type { FirewallState, LiveGroup } from './firewall-state.js';
import type { NormalRules } from './plan/normal-rules.js';
import type { Transaction } from './transaction.js';
import type { MitigationBackend } from './types.js';

/** Rules of a request in the firewall's own words; only the backend that made it looks inside. */
export interface CompiledRules {
  /** IP versions they are about: each is a lease element. */
  readonly families: readonly (4 | 6)[];
  /** As people read them. */
  readonly words: string;
  /** What a reader has to know: needed kernel, fragments. */
  readonly warnings: readonly string[];
}

export interface PlannedTrial extends Trial {
  readonly entries: readonly Entry[];
  /** Behind a lease among the entries. */
  readonly rules: CompiledRules | null;
  /** Devices to drop prefixes on as frames come in; they are there. */
  readonly ingress: readonly string[];
}

export interface FirewallBackend {
  readonly name: MitigationBackend;
  /** Rejects when nothing here can work. */
  probe(): Promise<void>;
  readState(): Promise<FirewallState>;
  /** Nothing of ours in it. */
  readonly absent: FirewallState;
  /** Throws UserError for what this firewall cannot say: nothing is widened. */
  compile(rules: NormalRules): CompiledRules;
  setNameOf(entry: Entry): string;
  /** In this order; nothing is dropped before the last one, and whatever is left when one fails ends by itself or matches nothing. */
  trial(state: FirewallState, trial: PlannedTrial): readonly Transaction[];
  /** The long life, from now on; `ttlSec` replaces the one asked for then. Throws MITIGATION_LOST when what it should keep is gone. */
  confirm(state: FirewallState, id: string, ttlSec?: number | null): readonly Transaction[];
  /** The first one ends its effect. */
  undo(state: FirewallState, id: string): readonly Transaction[];
  removeOrphans(state: FirewallState): readonly Transaction[];
  /** Takes out what is over: rules that match nothing, an empty table. */
  sweep(state: FirewallState): readonly Transaction[];
  /** Removes all that is ours and only that. */
  removeAll(state: FirewallState): readonly Transaction[];
  /** A group as it will be told once it is there. */
  groupToBe(trial: PlannedTrial, rules: CompiledRules): LiveGroup;
  /** A state after a trial with what only this firewall knows of it, where there is such a thing. */
  laidOut?(state: FirewallState): FirewallState;
  /** Rejects when the kernel would refuse it; changes nothing. */
  check(transaction: Transaction): Promise<void>;
  /** The result whatever its code. Rejects when it never ran or never ended. */
  send(transaction: Transaction): Promise<CommandResult>;
  /** The kernel's state was not what the transaction expected, or somebody else was writing: nothing was done, it may be tried again. */
  isStale(result: CommandResult): boolean;
  failureOf(argv: readonly string[], result: CommandResult): UserError;
  /** Equal when the same things would be dropped and passed, whatever lives and counts say. */
  shapeOf(transactions: readonly Transaction[]): string;
}
