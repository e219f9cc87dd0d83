/** `--cloudflare ZONE`: a zone by name or id. */
import { domainToASCII } from 'node:url';
import { UserError } from '../../errors.js';
import { type CloudflareApi, pathOf } from './api.js';
import { isRecord } from './api-answer.js';
import { ApiFailure } from './api-failure.js';

export interface Zone {
  readonly id: string;
  /** The id where the token may not see the name. */
  readonly name: string;
  /** Null: not told. */
  readonly accountId: string | null;
}

const ID = /^[0-9a-f]{32}$/;
/** A name of two labels or more; letters are a-z once domainToASCII has been there. */
const NAME = /^(?=.{1,253}$)(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}$/;

export async function resolveZone(api: CloudflareApi, given: string, signal?: AbortSignal): Promise<Zone> {
  const text = given.trim().toLowerCase();
  if (ID.test(text)) return zoneOfId(api, text, signal);
  const name = domainToASCII(text.replace(/\.$/, ''));
  if (!NAME.test(name)) {
    throw new UserError(
      'CLOUDFLARE_ZONE',
      `expected a zone's name or its id of 32 hex digits, got ${JSON.stringify(given.slice(0, 100))}`,
      'For example: --cloudflare example.com',
    );
  }
  return zoneOfName(api, name, signal);
}

async function zoneOfId(api: CloudflareApi, id: string, signal?: AbortSignal): Promise<Zone> {
  try {
    const { result } = await api.call<unknown>({ method: 'GET', path: pathOf`/zones/${id}`, ...withSignal(signal) });
    return readZone(result) ?? { id, name: id, accountId: null };
  } catch (error) {
    // Without Zone Read the id still works for everything else.
    if (error instanceof ApiFailure && error.code === 'CLOUDFLARE_FORBIDDEN') return { id, name: id, accountId: null };
    throw error;
  }
}

async function zoneOfName(api: CloudflareApi, name: string, signal?: AbortSignal): Promise<Zone> {
  const { result } = await api
    .call<unknown>({ method: 'GET', path: '/zones', query: { name, per_page: 5 }, ...withSignal(signal) })
    .catch((error: unknown) => {
      if (!(error instanceof ApiFailure) || error.code !== 'CLOUDFLARE_FORBIDDEN') throw error;
      throw new UserError(
        'CLOUDFLARE_FORBIDDEN',
        `the token may not look up zones by name (${name})`,
        'Give it "Zone > Zone Read", or name the zone by its id (32 hex digits, on the Overview page of the dashboard).',
        { cause: error },
      );
    });
  const zones = (Array.isArray(result) ? result : []).map(readZone).filter((zone) => zone?.name === name) as Zone[];
  if (zones.length === 1) return zones[0] as Zone;
  if (zones.length > 1) {
    throw new UserError(
      'CLOUDFLARE_ZONE',
      `${zones.length} zones are named ${name}`,
      `Name one by its id: ${zones.map(({ id }) => id).join(', ')}`,
    );
  }
  throw new UserError(
    'CLOUDFLARE_ZONE',
    `no zone ${name} that the token may see`,
    'Name the zone itself (example.com, not www.example.com), and check that the token includes it.',
  );
}

function readZone(value: unknown): Zone | null {
  if (!isRecord(value) || typeof value['id'] !== 'string' || !ID.test(value['id'])) return null;
  const account = isRecord(value['account']) ? value['account']['id'] : null;
  return {
    id: value['id'],
    name: typeof value['name'] === 'string' && NAME.test(value['name']) ? value['name'] : value['id'],
    accountId: typeof account === 'string' && ID.test(account) ? account : null,
  };
}

function withSignal(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
