/** Between the screen and the worker that reads a firewall's counters. */
import type { RulesView } from '../../snapshot/rules-view.js';

export interface RulesTarget {
  /** "" is this machine. */
  readonly host: string;
  /** Configuration file for ssh; "" is the user's own. */
  readonly sshConfig: string;
}

export type ToRulesWorker = { readonly type: 'open'; readonly key: string | null } | { readonly type: 'stop' };

export type FromRulesWorker =
  | { readonly type: 'view'; readonly view: RulesView }
  /** What would have to be allowed for more than /proc to be read. */
  | { readonly type: 'advice'; readonly text: string }
  | { readonly type: 'failed'; readonly message: string };
