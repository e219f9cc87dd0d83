/** What the readers of one poll have found so far. */
import type { RuleFamily } from '../../src/records/counter-sample.js';
import type { ChosenRules } from './choose-rules.js';
import type { IptablesSave } from './iptables/save-parser.js';
import type { ToolResult } from './tool-runner.js';

export class Gathering {
  /** Told whole, without nft. */
  readonly chosen: ChosenRules[] = [];
  /** Of tables that nft lists too. */
  readonly nftSaves = new Map<RuleFamily, IptablesSave>();
  /** Tables of those that iptables-save told a moment ago and does not tell now; nft would show them in other words for one poll. */
  readonly silent = new Set<string>();
  /** As in CounterSample. */
  readonly partial: string[] = [];
  readonly unread = new Set<string>();
  /** Tools that told something. */
  readonly through = new Set<string>();
  readonly failures: ToolResult[] = [];
}
