/** Our own nft table as a firewall for the door. Each step is one transaction. */
import type { CompiledRules, FirewallBackend, PlannedTrial } from '../backend.js';
import type { LiveGroup } from '../firewall-state.js';
import type { NormalRules } from '../plan/normal-rules.js';
import type { Transaction } from '../transaction.js';
import { compileNftRules } from './compile-rules.js';
import { chainsOf, type NftRules } from './group-rules.js';
import type { NftGroup } from './group-state.js';
import { failureOf, isStale, type NftClient } from './nft-client.js';
import { ABSENT_TABLE, type NftState, readNftState } from './read-state.js';
import { setNameOf } from './set-names.js';
import { type NftCommand, removeTableCommands } from './table-layout.js';
import { shapeOf, transactionOf } from './transaction-text.js';
import {
  confirmCommands,
  removeOrphansCommands,
  sweepEndedCommands,
  trialCommands,
  undoCommands,
} from './transactions.js';

export class NftBackend implements FirewallBackend {
  readonly name = 'nft';
  readonly absent = ABSENT_TABLE;

  constructor(readonly client: NftClient) {}

  probe(): Promise<void> {
    return this.client.probe();
  }

  async readState(): Promise<NftState> {
    return readNftState(await this.client.readTable());
  }

  compile(rules: NormalRules): CompiledRules {
    return compileNftRules(rules);
  }

  setNameOf = setNameOf;

  trial(state: NftState, trial: PlannedTrial): readonly Transaction[] {
    return one(trialCommands(state, trial));
  }

  confirm(state: NftState, id: string, ttlSec: number | null = null): readonly Transaction[] {
    return one(confirmCommands(state, id, ttlSec));
  }

  undo(state: NftState, id: string): readonly Transaction[] {
    return one(undoCommands(state, id));
  }

  removeOrphans(state: NftState): readonly Transaction[] {
    return one(removeOrphansCommands(state));
  }

  sweep(state: NftState): readonly Transaction[] {
    return one(sweepEndedCommands(state));
  }

  removeAll(state: NftState): readonly Transaction[] {
    return state.isPresent ? one(removeTableCommands()) : [];
  }

  groupToBe({ id, why }: PlannedTrial, rules: CompiledRules): LiveGroup {
    return groupToBe(id, why, rules as NftRules);
  }

  check(transaction: Transaction): Promise<void> {
    return this.client.check(transaction);
  }

  send(transaction: Transaction) {
    return this.client.apply(transaction);
  }

  isStale = isStale;
  failureOf = failureOf;

  shapeOf(transactions: readonly Transaction[]): string {
    return transactions.map(({ stdin }) => shapeOf(stdin)).join('\n');
  }
}

function groupToBe(id: string, why: string, rules: NftRules): NftGroup {
  const { words, note, synProxy } = rules;
  const counted = { packets: 0, bytes: 0 };
  const limit = /^limit=([0-9]+)$/.exec(note)?.[1];
  return {
    id,
    words,
    why,
    limitPps: limit === undefined ? null : Number(limit),
    sample: note === 'sample' ? { good: counted } : null,
    counted,
    hasLease: true,
    isWhole: true,
    hasMatches: true,
    jumpHandles: [],
    chains: chainsOf(rules),
    setNames: [],
    isSynProxy: synProxy !== null,
  };
}

function one(commands: readonly NftCommand[]): Transaction[] {
  return commands.length === 0 ? [] : [transactionOf(commands)];
}
