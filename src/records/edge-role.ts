/** What a request at the edge is counted by: one table each. */
export const EDGE_ROLES = [
  'edgeHosts',
  /** Templated: numbers, hex words and random-looking words masked. */
  'edgePaths',
  'edgeClients',
  'edgeAsns',
  'edgeCountries',
  'edgeUserAgents',
  'edgeJa4',
  'edgeJa3',
  'edgeMethods',
  'edgeStatuses',
  'edgeCacheStatuses',
  'edgeSecurityActions',
  'edgeSecuritySources',
  'edgeRules',
  'edgeReferers',
  'edgeProtocols',
  'edgeColos',
] as const;

export type EdgeRole = (typeof EDGE_ROLES)[number];

/** One filter chip: only requests whose text of that role is this one. */
export interface EdgeFilterPart {
  readonly role: EdgeRole;
  readonly value: string;
}

/** What the screen wants of the edge. */
export interface EdgeViewRequest {
  /** As `ViewRequest.window`. */
  readonly window: '1s' | '3s' | '10s' | '60s' | 'all' | 'auto';
  readonly rows: number;
  /** None: nobody looks, and no texts are read out. */
  readonly roles: readonly EdgeRole[];
  /** Narrows the tables, not the totals. */
  readonly filter: readonly EdgeFilterPart[];
}
