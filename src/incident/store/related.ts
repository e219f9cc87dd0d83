/** What stands beside each other in the list: incidents of the same target at the same time, whoever saw them. Pure. */
import { formatPrefix, type Prefix, parsePrefix } from '../../format/address.js';
import type { IncidentRow } from './incident-row.js';

/** Others see an attack later and let it end later: FastNetMon averages over five seconds, an edge tells in minutes. */
const SLACK_SEC = 300;
const MOST_NAMED = 20;

type Seen = Pick<IncidentRow, 'id' | 'target' | 'openedAt' | 'endedAt' | 'updatedAt'>;

/** Ids by id, the nearest in time first; without an entry: none. A prefix is related to the hosts and prefixes in it. */
export function relatedOf(rows: readonly Seen[]): ReadonlyMap<string, readonly string[]> {
  const related = new Map<string, Set<Seen>>();
  const add = (a: Seen, b: Seen) => {
    if (a.id === b.id || !isAtOnce(a, b)) return;
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const others = related.get(one.id);
      if (others === undefined) related.set(one.id, new Set([other]));
      else others.add(other);
    }
  };
  for (const group of byTarget(rows).values()) eachPair(group, add);
  addPrefixes(rows, add);
  return new Map(rows.flatMap((row) => entryOf(row, related.get(row.id))));
}

function entryOf(row: Seen, others: ReadonlySet<Seen> | undefined): [string, string[]][] {
  if (others === undefined) return [];
  const away = ({ openedAt }: Seen) => Math.abs(openedAt - row.openedAt);
  const sorted = [...others].sort((a, b) => away(a) - away(b)).slice(0, MOST_NAMED);
  return [[row.id, sorted.map(({ id }) => id)]];
}

function byTarget(rows: readonly Seen[]): Map<string, Seen[]> {
  const groups = new Map<string, Seen[]>();
  for (const row of rows) {
    const prefix = parsePrefix(row.target);
    const target = prefix === null ? row.target.toLowerCase() : formatPrefix(prefix);
    const group = groups.get(target);
    if (group === undefined) groups.set(target, [row]);
    else group.push(row);
  }
  return groups;
}

/** In the order of their begin, so that only those which overlap are compared: a target may have thousands. */
function eachPair(group: readonly Seen[], add: (a: Seen, b: Seen) => void): void {
  const sorted = group.toSorted((a, b) => a.openedAt - b.openedAt);
  for (const [i, row] of sorted.entries()) {
    for (let j = i + 1; j < sorted.length && j <= i + MOST_NAMED; j += 1) {
      const other = sorted[j] as Seen;
      if (other.openedAt > endOf(row) + SLACK_SEC) break;
      add(row, other);
    }
  }
}

/** Carpet bombing and the hosts in it: each row is looked for under each length that some prefix in the list has. */
function addPrefixes(rows: readonly Seen[], add: (a: Seen, b: Seen) => void): void {
  const prefixes = byTarget(rows.filter(({ target }) => target.includes('/') && parsePrefix(target) !== null));
  const lengths = new Set([...prefixes.keys()].map((target) => target.slice(target.indexOf('/'))));
  for (const row of rows) {
    const [address = ''] = row.target.split('/');
    const own = parsePrefix(row.target);
    for (const length of own === null ? [] : lengths) {
      const outer = parsePrefix(address + length);
      if (outer === null || outer.length >= (own as Prefix).length) continue;
      for (const other of prefixes.get(formatPrefix(outer)) ?? []) add(row, other);
    }
  }
}

function isAtOnce(a: Seen, b: Seen): boolean {
  return a.openedAt <= endOf(b) + SLACK_SEC && b.openedAt <= endOf(a) + SLACK_SEC;
}

/** One that nobody closed was seen until then. */
function endOf({ endedAt, updatedAt, openedAt }: Seen): number {
  return endedAt ?? Math.max(openedAt, updatedAt);
}
