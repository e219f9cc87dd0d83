/** Filter chips as the filter of a session, so that the edge sends only what is looked at. developers.cloudflare.com/logs/reference/filters. */
import { UserError } from '../../../src/errors.js';
import type { EdgeFilterPart, EdgeRole } from '../../../src/records/edge-role.js';

/** Both documented as "approximately". */
const MOST_OPERATORS = 30;
const MOST_BYTES = 1000;
/** What a templated path has in place of numbers; no path has it as such (RFC 3986 §3.5). */
const MASK = '#';

interface FieldTest {
  readonly key: string;
  readonly operator: 'eq' | 'contains';
  /** Null: no value of the field can be this. */
  readonly asLogged: (value: string) => string | number | null;
}

const text = (key: string): FieldTest => ({ key, operator: 'eq', asLogged: (value) => value });
const number = (key: string): FieldTest => ({
  key,
  operator: 'eq',
  asLogged: (value) => (/^\d{1,10}$/.test(value) ? Number(value) : null),
});
const list = (key: string): FieldTest => ({ key, operator: 'contains', asLogged: (value) => value });

const FIELDS: Readonly<Record<EdgeRole, FieldTest>> = {
  edgeHosts: text('ClientRequestHost'),
  edgePaths: { ...text('ClientRequestPath'), asLogged: (value) => (value.includes(MASK) ? null : value) },
  edgeClients: text('ClientIP'),
  edgeAsns: number('ClientASN'),
  // Logs have small letters, our records capitals.
  edgeCountries: { ...text('ClientCountry'), asLogged: (value) => value.toLowerCase() },
  edgeUserAgents: text('ClientRequestUserAgent'),
  edgeJa4: text('JA4'),
  edgeJa3: text('JA3Hash'),
  edgeMethods: text('ClientRequestMethod'),
  edgeStatuses: number('EdgeResponseStatus'),
  edgeCacheStatuses: text('CacheCacheStatus'),
  edgeSecurityActions: text('SecurityAction'),
  edgeSecuritySources: list('SecuritySources'),
  edgeRules: list('SecurityRuleIDs'),
  // Our records have its host alone; that of no referer is an empty text, which every referer contains.
  edgeReferers: { ...list('ClientRequestReferer'), asLogged: (value) => (value === '' ? null : value) },
  edgeProtocols: text('ClientRequestProtocol'),
  edgeColos: text('EdgeColoCode'),
};

/** What a session's `filter` is: JSON as a string, "" for none. Throws UserError LOG_FILTER where the edge cannot filter so. */
export function logFilter(parts: readonly EdgeFilterPart[]): string {
  if (parts.length === 0) return '';
  if (parts.length > MOST_OPERATORS) throw tooMuch(`${parts.length} conditions, and the edge takes ${MOST_OPERATORS}`);
  const filter = JSON.stringify({ where: { and: parts.map(conditionOf) } });
  const bytes = Buffer.byteLength(filter);
  if (bytes > MOST_BYTES) throw tooMuch(`${bytes} bytes, and the edge takes ${MOST_BYTES}`);
  return filter;
}

function conditionOf({ role, value }: EdgeFilterPart): object {
  const { key, operator, asLogged } = FIELDS[role];
  const tested = asLogged(value);
  if (tested !== null) return { key, operator, value: tested };
  throw new UserError(
    'LOG_FILTER',
    `no ${key} is ${JSON.stringify(value.slice(0, 80))}, so the edge cannot filter by it`,
    role === 'edgePaths' ? 'A path with # stands for many; filter here instead.' : 'Choose another row.',
  );
}

function tooMuch(what: string): UserError {
  return new UserError('LOG_FILTER', `the filter has ${what}`, 'Take off some conditions, or filter here instead.');
}
