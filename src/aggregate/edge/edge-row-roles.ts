/** Which column of sampled rows says what a role of the tables counts. */
import { maskOf, parsePrefix } from '../../format/address.js';
import type { EdgeFilterPart } from '../../records/edge-role.js';
import type { TextEdgeRole } from './edge-roles.js';
import type { EdgeRowKeeper, EdgeRows } from './edge-row-keeper.js';

type Column = (rows: EdgeRows) => Uint32Array;

/** Hashes of texts, in the form that the role is counted in. */
export const ROLE_COLUMNS: Readonly<Record<TextEdgeRole, Column>> = {
  edgeHosts: ({ samples }) => samples.host,
  edgePaths: ({ samples }) => samples.pathTemplate,
  edgeCountries: ({ samples }) => samples.country,
  edgeUserAgents: ({ samples }) => samples.userAgent,
  edgeJa4: ({ samples }) => samples.ja4,
  edgeJa3: ({ samples }) => samples.ja3,
  edgeMethods: ({ samples }) => samples.method,
  edgeCacheStatuses: ({ samples }) => samples.cacheStatus,
  edgeSecurityActions: ({ extras }) => extras.securityAction,
  edgeSecuritySources: ({ extras }) => extras.securitySources,
  edgeRules: ({ extras }) => extras.securityRuleIds,
  edgeReferers: ({ samples }) => samples.refererHost,
  edgeProtocols: ({ samples }) => samples.version,
  edgeColos: ({ extras }) => extras.colo,
};

/** Whether a row is one of the part's. A value that none can be matches no row. */
export function rowTest(
  { role, value }: EdgeFilterPart,
  keeper: EdgeRowKeeper,
): (rows: EdgeRows, row: number) => boolean {
  if (role === 'edgeClients') return clientTest(value);
  if (role === 'edgeAsns') return ({ samples }, row) => String(samples.asn[row]) === value;
  if (role === 'edgeStatuses') return ({ samples }, row) => String(samples.status[row]) === value;
  const column = ROLE_COLUMNS[role];
  const bytes = Buffer.from(value);
  if (role === 'edgeSecuritySources' || role === 'edgeRules') {
    const item = bytes.toString('latin1');
    return (rows, row) => (rows.texts.textOf(column(rows)[row] as number) ?? '').split(',').includes(item);
  }
  const wanted = keeper.names.keep(bytes, 0, bytes.length);
  return (rows, row) => column(rows)[row] === wanted;
}

function clientTest(value: string): (rows: EdgeRows, row: number) => boolean {
  const prefix = parsePrefix(value);
  if (prefix === null) return () => false;
  const { version, length, words } = prefix;
  const bits = version === 4 ? length + 96 : length;
  const masks = [0, 1, 2, 3].map((word) => maskOf(Math.max(0, Math.min(32, bits - 32 * word))));
  const wanted = version === 4 ? [0, 0, 0xffff, words[3]] : words;
  return ({ samples }, row) =>
    masks.every((mask, word) => ((samples.src[row * 4 + word] as number) & mask) === ((wanted[word] as number) | 0));
}
