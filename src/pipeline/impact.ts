/** What dropping some prefixes would have matched, from the sampled rows of the last seconds and of the good reference. */
import { prefixTest } from '../aggregate/row-filter.js';
import { type Samples, visitAll } from '../aggregate/sampled-rows.js';
import type { HeaderColumns } from '../records/packet-batch.js';
import type { PacketSamples } from '../records/packet-samples.js';
import type { ImpactEstimate } from '../snapshot/snapshot.js';

export interface ImpactRequest {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly seconds: number;
}

/** The minutes before an onset, kept while its incident is open. */
export interface GoodReference {
  readonly rows: PacketSamples;
  readonly count: number;
  readonly fromSec: number;
  readonly toSec: number;
}

export function estimateImpact(
  samples: Samples,
  good: GoodReference | null,
  request: ImpactRequest,
  nowSec: number,
  firstSec: number,
): ImpactEstimate {
  const matches = anyOf(request);
  let packets = 0;
  let bytes = 0;
  const fromSec = Math.floor(nowSec) - request.seconds + 1;
  const all = visitAll(samples, fromSec, Math.floor(nowSec) + 1, (columns, row, weight) => {
    if (!matches(columns, row)) return;
    packets += weight;
    bytes += weight * (columns.wireLen[row] as number);
  });
  return {
    seconds: Math.min(request.seconds, Math.max(0, Math.ceil(nowSec - firstSec))),
    sampledRows: all.rows,
    packets: Math.round(packets),
    bytes: Math.round(bytes),
    share: all.packets === 0 ? 0 : packets / all.packets,
    good: good === null ? null : { matched: countMatches(good, matches), rows: good.count },
  };
}

function anyOf({ sources, targets }: ImpactRequest): (columns: HeaderColumns, row: number) => boolean {
  const tests = [...sources.map((text) => prefixTest(text, 'src')), ...targets.map((text) => prefixTest(text, 'dst'))];
  return (columns, row) => tests.some((test) => test(columns, row));
}

function countMatches(good: GoodReference, matches: (columns: HeaderColumns, row: number) => boolean): number {
  let matched = 0;
  for (let row = 0; row < good.count; row += 1) if (matches(good.rows, row)) matched += 1;
  return matched;
}
