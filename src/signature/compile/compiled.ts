/** What a compiler is asked for and what it gives back. */
import type { Backend } from '../backend.js';
import type { Predicate } from '../rule.js';

/** Packets a second above which a rule takes effect, over all that it matches together. */
export interface Limit {
  readonly limitPps: number;
}

export interface CompileOptions {
  /** What happens to what matches; default 'drop'. BPF and the two Cloudflare expressions only match: there it goes to the notes. */
  readonly action?: 'drop' | 'count' | Limit;
  /** Names chains, sets and comments: `ddostop:<id>`. Lower-case letters and digits, 1 to 12; default 'rule'. */
  readonly id?: string;
  /** BPF: the capture carries one 802.1Q tag a frame. */
  readonly vlan?: boolean;
}

/** What a backend cannot say. `predicate` null: the whole clause is gone. */
export interface Left {
  /** Index in the rule that was asked for. */
  readonly clause: number;
  readonly predicate: Predicate | null;
  readonly reason: string;
}

export interface Compiled {
  readonly backend: Backend;
  /**
   * BPF: one filter. nft, iptables: shell commands, one a line, in order. Cloudflare: one expression, several where the limit of its
   * length forces a split (each is a rule of its own, any of them matches). flowspec: ExaBGP lines, then GoBGP lines. Empty: nothing to install.
   */
  readonly text: readonly string[];
  /** iptables only: the same for ip6tables. */
  readonly ip6: readonly string[];
  /** nft, iptables: the commands behind `text`, for a caller without a shell. */
  readonly argv: readonly (readonly string[])[];
  readonly argv6: readonly (readonly string[])[];
  /** nft, iptables: shell commands that take it out again. */
  readonly undo: readonly string[];
  readonly left: readonly Left[];
  /** What a reader has to know: families left out, plans needed, lists to fill. */
  readonly notes: readonly string[];
}

/** A compiler's own part of `Compiled`. */
export type Emitted = Pick<Compiled, 'text'> & Partial<Pick<Compiled, 'ip6' | 'argv' | 'argv6' | 'undo' | 'notes'>>;
