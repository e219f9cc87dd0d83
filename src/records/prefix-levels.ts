/** Aggregation levels of address tables, from host to wide: IPv4 / IPv6 prefix lengths. */
export const PREFIX_LEVELS = [
  { v4: 32, v6: 128 },
  { v4: 24, v6: 64 },
  { v4: 16, v6: 48 },
  { v4: 8, v6: 32 },
] as const;
export type PrefixLevel = 0 | 1 | 2 | 3;
