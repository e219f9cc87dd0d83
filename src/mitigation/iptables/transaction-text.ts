/** What is sent to ipset, iptables-restore and ip6tables-restore: constant arguments, lines of ours on stdin. */
import type { Transaction } from '../transaction.js';
import { type Family, TABLE } from './names.js';
import { isLockLine } from './write-lock.js';

export const IPSET_ARGV = ['ipset', 'restore'] as const;
/** Of each restore only the chains it names are touched (-n); it waits for others' for up to 5 s (-w 5). */
export const RESTORE_ARGV = {
  4: ['iptables-restore', '-w', '5', '-n'],
  6: ['ip6tables-restore', '-w', '5', '-n'],
} as const;
/** iptables-restore 1.8 reads lines of 10 240 bytes, and cuts longer ones without a word. */
const MAX_LINE = 10_000;
const PLAIN_WORD = /^[A-Za-z0-9_.:,=/%@|>&<!+-]+$/;

export function setsTransaction(lines: readonly string[]): Transaction {
  return { argv: IPSET_ARGV, stdin: `${lines.join('\n')}\n` };
}

/** One table, so that all of it happens or nothing. */
export function rulesTransaction(family: Family, lines: readonly string[]): Transaction {
  return { argv: RESTORE_ARGV[family], stdin: `*${TABLE}\n${lines.join('\n')}\nCOMMIT\n` };
}

/** Throws for what is no word of ours: a quote or a line break would make another rule of it. */
export function restoreWords(words: readonly string[]): string {
  return words
    .map((word) => {
      if (PLAIN_WORD.test(word)) return word;
      if (/^[ -~]+$/.test(word) && !/["\\]/.test(word)) return `"${word}"`;
      throw new Error(`not a word of a rule: ${JSON.stringify(word)}`);
    })
    .join(' ');
}

export function isTooLong(line: string): boolean {
  return line.length > MAX_LINE;
}

export function isSets({ argv }: Transaction): boolean {
  return argv[0] === IPSET_ARGV[0];
}

/** Elements it takes out and puts in, without lives and counts. */
export function shapeOf(transactions: readonly Transaction[]): string {
  return transactions
    .filter(isSets)
    .flatMap(({ stdin }) => stdin.split('\n'))
    .filter((line) => /^(?:add|del) /.test(line) && !isLockLine(line))
    .map((line) => line.split(' ', 3).join(' '))
    .join('\n');
}

/** As `iptables-restore --test` takes it before the sets are there: without the look-ups. */
export function withoutSets(stdin: string): string {
  return stdin.replaceAll(/ ?-m set --match-set [a-z0-9-]{1,31} (?:src|dst|src,dst)(?= |$)/gm, '');
}
