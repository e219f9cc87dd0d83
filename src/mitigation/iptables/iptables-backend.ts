/** iptables and ip6tables with ipset as a firewall for the door, where there is no nft or where it is not wanted. */
import { randomBytes } from 'node:crypto';
import { UserError } from '../../errors.js';
import type { CommandResult } from '../../platform/run-command.js';
import type { CompiledRules, FirewallBackend, PlannedTrial } from '../backend.js';
import type { LiveGroup } from '../firewall-state.js';
import type { NormalRules } from '../plan/normal-rules.js';
import type { Transaction } from '../transaction.js';
import { asLaidOut, groupToBe } from './after-trial.js';
import { compileIptablesRules } from './compile-rules.js';
import { failureOf, isStale } from './failures.js';
import type { IptablesRules } from './group-rules.js';
import type { IptablesClient } from './iptables-client.js';
import { setNameOf } from './names.js';
import { ABSENT, type IptablesState, readIptablesState } from './read-state.js';
import { shapeOf } from './transaction-text.js';
import {
  confirmTransactions,
  removeAllTransactions,
  removeOrphansTransactions,
  sweepTransactions,
  trialTransactions,
  undoTransactions,
} from './transactions.js';

export class IptablesBackend implements FirewallBackend {
  readonly name = 'iptables';
  readonly absent = ABSENT;
  /** By it a lock that this process holds is told from others'. */
  readonly #token = randomBytes(6).toString('hex');

  constructor(readonly client: IptablesClient) {}

  probe(): Promise<void> {
    return this.client.probe();
  }

  async readState(): Promise<IptablesState> {
    return readIptablesState(await this.client.read());
  }

  compile(rules: NormalRules): CompiledRules {
    return compileIptablesRules(rules);
  }

  setNameOf = setNameOf;

  trial(state: IptablesState, trial: PlannedTrial): readonly Transaction[] {
    if (trial.ingress.length > 0)
      throw new UserError('BACKEND_LEFT', 'iptables has no hook on devices (ingress)', 'Use --backend nft.');
    return trialTransactions(state, trial, this.#token);
  }

  confirm(state: IptablesState, id: string, ttlSec: number | null = null): readonly Transaction[] {
    return confirmTransactions(state, id, ttlSec, this.#token);
  }

  undo(state: IptablesState, id: string): readonly Transaction[] {
    return undoTransactions(state, id, this.#token);
  }

  removeOrphans(state: IptablesState): readonly Transaction[] {
    return removeOrphansTransactions(state, this.#token);
  }

  sweep(state: IptablesState): readonly Transaction[] {
    return sweepTransactions(state, this.#token);
  }

  removeAll(state: IptablesState): readonly Transaction[] {
    return removeAllTransactions(state);
  }

  groupToBe({ id, why }: PlannedTrial, rules: CompiledRules): LiveGroup {
    return groupToBe(id, why, rules as IptablesRules);
  }

  laidOut(state: IptablesState): IptablesState {
    return asLaidOut(state);
  }

  check(transaction: Transaction): Promise<void> {
    return this.client.check(transaction);
  }

  send(transaction: Transaction): Promise<CommandResult> {
    return this.client.send(transaction);
  }

  isStale = isStale;
  failureOf = failureOf;
  shapeOf = shapeOf;
}
