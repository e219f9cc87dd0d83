/** Who and what is largest in the newest minutes, by the rows of the edge. Rows are the largest groups only, so small ones are missing. */
import { systemsOnce } from '../aggregate/edge/edge-network-packets.js';
import type { EdgeNetworkTally } from '../aggregate/edge/edge-network-tally.js';
import type { EdgeNetworkRow, EdgeSystem } from '../records/edge-network-rows.js';
import { vectorIdOf } from './edge-network-vectors.js';
import type { EdgeTopName, EdgeTopRow } from './edge-network-view.js';

const MINUTE = 60;
const MINUTES = 5;
const MOST = 30;

interface Sum {
  packets: number;
  bits: number;
  dropped: number;
  said: number;
  note: string;
}

export interface EdgeTops {
  readonly windowSec: number;
  readonly topSystems: readonly EdgeSystem[];
  readonly tops: Readonly<Record<EdgeTopName, readonly EdgeTopRow[]>>;
}

type KeyOf = (row: EdgeNetworkRow) => string | null;

export function networkTops(tally: EdgeNetworkTally): EdgeTops {
  const all = [...tally.rows.values()].flat();
  const minutes = [...new Set(all.map(({ sec }) => sec))].sort((a, b) => b - a).slice(0, MINUTES);
  const newest = minutes[0] ?? 0;
  const recent = all.filter(({ sec }) => sec > newest - MINUTES * MINUTE);
  const topSystems = systemsOnce(recent);
  const rows = recent.filter(({ system }) => topSystems.includes(system));
  const windowSec = Math.max(1, minutes.filter((sec) => sec > newest - MINUTES * MINUTE).length) * MINUTE;
  const top = (of: readonly EdgeNetworkRow[], keyOf: KeyOf, noteOf: KeyOf = () => null) =>
    ranked(of, keyOf, noteOf, windowSec);
  return {
    windowSec,
    topSystems,
    tops: {
      targets: top(rows, ({ target }) => target),
      sources: top(
        rows,
        ({ source }) => source,
        ({ asnName }) => asnName,
      ),
      networks: top(
        rows,
        ({ asn }) => (asn === null ? null : `AS${asn}`),
        ({ asnName }) => asnName,
      ),
      countries: top(rows, ({ country }) => country),
      colos: top(rows, ({ colo }) => colo),
      vectors: top(
        recent,
        ({ vector }) => vector,
        ({ vector }) => vectorIdOf(vector ?? ''),
      ),
      rules: top(
        recent.filter(({ system }) => system === 'magicFirewall'),
        ({ ruleId }) => ruleId,
        verdictOf,
      ),
      mitigations: top(rows, ({ mitigationSystem }) => mitigationSystem),
    },
  };
}

/** A rule that would drop and lets pass only watches. */
function verdictOf({ verdict, isDropped }: EdgeNetworkRow): string | null {
  return verdict === 'drop' && isDropped === false ? 'watches only' : verdict;
}

function ranked(rows: readonly EdgeNetworkRow[], keyOf: KeyOf, noteOf: KeyOf, windowSec: number): EdgeTopRow[] {
  const sums = new Map<string, Sum>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null) continue;
    const sum = sums.get(key) ?? { packets: 0, bits: 0, dropped: 0, said: 0, note: noteOf(row) ?? '' };
    sum.packets += row.packets;
    sum.bits += row.bits;
    if (row.isDropped !== null) sum.said += row.packets;
    if (row.isDropped === true) sum.dropped += row.packets;
    sums.set(key, sum);
  }
  return [...sums]
    .sort(([, a], [, b]) => b.packets - a.packets)
    .slice(0, MOST)
    .map(([key, { packets, bits, dropped, said, note }]) => ({
      key,
      note,
      pps: packets / windowSec,
      bps: bits / windowSec,
      droppedShare: said === 0 ? Number.NaN : dropped / said,
    }));
}
