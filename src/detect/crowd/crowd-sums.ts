/** What the requests of some seconds have in common: added up from sampled ones, and plain numbers from then on. */

export interface CrowdRow {
  readonly sec: number;
  /** Address, and its /24 or /48, as numbers. */
  readonly source: number;
  readonly network: number;
  readonly signature: number;
  readonly agent: number;
  readonly path: number;
  readonly queryNames: number;
  readonly isAsset: boolean;
  readonly hasCookie: boolean;
  readonly hasReferer: boolean;
  readonly hasQuery: boolean;
  /** Requests it stands for. */
  readonly weight: number;
}

interface SourceSums {
  rows: number;
  /** Capture times, the first of them. */
  readonly times: number[];
  readonly agents: Set<number>;
}

/** Times kept of a source: enough for the spread of its gaps. */
const MOST_TIMES = 32;

export class CrowdSums {
  rows = 0;
  requests = 0;
  assets = 0;
  cookies = 0;
  referers = 0;
  queries = 0;
  readonly networks = new Map<number, number>();
  readonly signatures = new Map<number, number>();
  readonly paths = new Map<number, number>();
  readonly queryNames = new Set<number>();
  readonly sources = new Map<number, SourceSums>();
  queryRows = 0;

  /** Sums of rows that the caller has bounded. */
  add(row: CrowdRow): void {
    const { weight } = row;
    this.rows += 1;
    this.requests += weight;
    if (row.isAsset) this.assets += weight;
    if (row.hasCookie) this.cookies += weight;
    if (row.hasReferer) this.referers += weight;
    if (row.hasQuery) {
      this.queries += weight;
      this.queryRows += 1;
      this.queryNames.add(row.queryNames);
    }
    for (const [map, key] of [
      [this.networks, row.network],
      [this.signatures, row.signature],
      [this.paths, row.path],
    ] as const)
      map.set(key, (map.get(key) ?? 0) + weight);
    this.#addSource(row);
  }

  #addSource({ source, sec, agent }: CrowdRow): void {
    let of = this.sources.get(source);
    if (of === undefined) {
      of = { rows: 0, times: [], agents: new Set() };
      this.sources.set(source, of);
    }
    of.rows += 1;
    of.agents.add(agent);
    if (of.times.length < MOST_TIMES) of.times.push(sec);
  }

  share(of: number): number {
    return this.requests > 0 ? of / this.requests : 0;
  }
}

export function largestOf(map: ReadonlyMap<number, number>): readonly [key: number, weight: number] {
  let largest: readonly [number, number] = [0, 0];
  for (const entry of map) if (entry[1] > largest[1]) largest = entry;
  return largest;
}
