/** Ranked rows of the tables as talkers: keys become text, counts become rates. */
import type { AddressDimension, NumberDimension } from '../aggregate/dimension.js';
import type { FlowDimension } from '../aggregate/flow-dimension.js';
import type { Scope } from '../aggregate/window-scope.js';
import type { RankedRow } from '../aggregate/windowed-table.js';
import { formatAddress } from '../format/address.js';
import { protocolName } from '../format/protocol-name.js';
import { PREFIX_LEVELS, type PrefixLevel } from '../records/prefix-levels.js';
import type { Talker, TalkerTop } from './snapshot.js';

/** How rows are cut and ranked: keys per list, what ranks them, and the seconds their counts are spread over. */
export interface Ranking {
  readonly rows: number;
  readonly scope: Scope;
  readonly windowSec: number;
}

export function talkerOf(key: string, row: RankedRow, windowSec: number): Talker {
  return {
    key,
    pps: row.windowPackets / windowSec,
    bps: (row.windowBytes * 8) / windowSec,
    packets: row.packets,
    bytes: row.bytes,
  };
}

/** "192.0.2.0/24"; hosts print bare. */
export function addressKey(version: 4 | 6, words: Int32Array, level: PrefixLevel): string {
  const [w0, w1, w2, w3] = words as unknown as [number, number, number, number];
  const address = formatAddress(version, w0, w1, w2, w3);
  return level === 0 ? address : `${address}/${version === 4 ? PREFIX_LEVELS[level].v4 : PREFIX_LEVELS[level].v6}`;
}

export function addressTop(
  dimension: AddressDimension,
  level: PrefixLevel,
  { rows, scope, windowSec }: Ranking,
): TalkerTop {
  return {
    rows: dimension
      .top(rows, scope)
      .map(({ version, row }) => talkerOf(addressKey(version, row.words, level), row, windowSec)),
    ...dimension.distinct(),
  };
}

export function numberTop(dimension: NumberDimension, { rows, scope, windowSec }: Ranking): TalkerTop {
  return {
    rows: dimension.table.top(rows, scope).map((row) => talkerOf(String(row.words[0]), row, windowSec)),
    ...dimension.distinct(),
  };
}

/** "tcp 192.0.2.1:443 > 198.51.100.7:50123"; IPv6 addresses stand in brackets, ports are left out where there are none. */
export function flowTop(flows: FlowDimension, { rows, scope, windowSec }: Ranking): TalkerTop {
  return {
    rows: flows.top(rows, scope).map(({ version, src, dst, srcPort, dstPort, protocol, counts }) => {
      const hasPorts = srcPort !== 0 || dstPort !== 0;
      const end = (words: readonly [number, number, number, number], port: number) => {
        const address = formatAddress(version, ...words);
        if (!hasPorts) return address;
        return version === 6 ? `[${address}]:${port}` : `${address}:${port}`;
      };
      return talkerOf(`${protocolName(protocol)} ${end(src, srcPort)} > ${end(dst, dstPort)}`, counts, windowSec);
    }),
    ...flows.distinct(),
  };
}
