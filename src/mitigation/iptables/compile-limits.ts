/**
 * Limits as hashlimit and connlimit, all in table raw. Measured on 6.18 with both iptables: `--hashlimit-above 50/sec --hashlimit-burst 50` without a mode lets
 * 99 of 400 packets in a second pass; by source 39 of 100 of each with 20; connlimit in raw counts as in mangle behind connection tracking (3 of 8
 * open with 3), and what it drops there never gets an entry in its table.
 */
import { UserError } from '../../errors.js';
import { formatPrefix } from '../../format/address.js';
import type { NormalLimit } from '../plan/normal-rules.js';
import type { IptablesRules } from './group-rules.js';
import { FAMILIES, type Family } from './names.js';
import { aboveWords } from './rule-words.js';

/**
 * Sources hashlimit remembers: 262 144 of some 100 B are 26 MB of kernel memory. Where it is full it drops what new sources send (5 of 4000 passed
 * with room for 5), so it must be larger than any crowd of good ones; one that was silent for a second has its whole burst again and need not be remembered.
 */
const MAX_SOURCES = 262_144;
const FORGET_MS = 2000;
const BUCKETS = 16_384;
/** One customer's addresses of IPv6 are a /64 at least (RFC 6177): per address would be no limit at all. */
const EACH_MASK = { 4: 32, 6: 64 } as const;

export function compileLimits(limits: readonly NormalLimit[], words: string): IptablesRules {
  const hasConnections = limits.some(({ of }) => of === 'connections');
  if (hasConnections && limits.some(({ of }) => of !== 'connections'))
    throw new UserError(
      'USAGE',
      'limits of connections and of packets in one mitigation: they act on different things',
      'Apply them one after the other.',
    );
  const lines: Record<Family, string[][]> = { 4: [], 6: [] };
  for (const [number, limit] of limits.entries()) {
    for (const family of FAMILIES) {
      if (limit.prefix === null || limit.prefix.version === family)
        lines[family].push(limitWords(limit, family, number));
    }
  }
  const warnings: string[] = [];
  if (limits.some(({ of }) => of === 'each-source'))
    warnings.push(
      `at most ${MAX_SOURCES} sources in ${FORGET_MS / 1000} s are told apart: above that everything new ones send is dropped`,
    );
  if (hasConnections) warnings.push('connections are counted by connection tracking: it is turned on where it was off');
  return {
    families: FAMILIES.filter((family) => lines[family].length > 0),
    words,
    warnings,
    target: null,
    lines,
    limitPps: null,
    isSample: false,
    good: {},
    lists: [],
  };
}

function limitWords(limit: NormalLimit, family: Family, number: number): string[] {
  const at = (option: '-s' | '-d') => (limit.prefix === null ? [] : [option, formatPrefix(limit.prefix)]);
  switch (limit.of) {
    case 'prefix':
      return [...at('-s'), ...aboveWords(limit.pps, number)];
    case 'target':
      return [...at('-d'), ...aboveWords(limit.pps, number)];
    case 'each-source':
      return [...at('-s'), ...aboveWords(limit.pps, number), ...eachWords(family)];
    case 'connections': {
      const port = ['-p', 'tcp', '-m', 'tcp', '--dport', `${limit.port}`, '--syn'];
      const above = ['--connlimit-above', `${limit.most}`, '--connlimit-mask', `${EACH_MASK[family]}`];
      return [...at('-d'), ...port, '-m', 'connlimit', ...above, '--connlimit-saddr'];
    }
  }
}

function eachWords(family: Family): string[] {
  const size = ['--hashlimit-htable-size', `${BUCKETS}`, '--hashlimit-htable-max', `${MAX_SOURCES}`];
  return [
    ...['--hashlimit-mode', 'srcip', '--hashlimit-srcmask', `${EACH_MASK[family]}`],
    ...size,
    ...['--hashlimit-htable-expire', `${FORGET_MS}`, '--hashlimit-htable-gcinterval', '1000'],
  ];
}
