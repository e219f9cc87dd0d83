/** The way to an edge that is to act: token, zone, account, and the door in front of them. */
import { UserError } from '../errors.js';
import type { EdgeDoor } from '../mitigation/cloudflare/edge-door.js';
import { openEdgeMitigation } from '../mitigation/cloudflare/open-edge-mitigation.js';
import { openCloudflare } from '../platform/cloudflare/cloudflare-client.js';
import { readCredentials } from '../platform/cloudflare/credentials.js';
import { resolveZone } from '../platform/cloudflare/zone-id.js';

export interface EdgePlace {
  /** By name or id. */
  readonly zone?: string;
  /** Id; the zone's when left out. */
  readonly account?: string;
}

export interface EdgeWish {
  readonly readOnly: boolean;
  readonly allowList: readonly string[];
}

/** Rejects with CLOUDFLARE_NO_TOKEN, CLOUDFLARE_ZONE, and what the API says. */
export async function openEdge({ zone, account }: EdgePlace, wish: EdgeWish): Promise<EdgeDoor> {
  if (zone === undefined && account === undefined)
    throw new UserError('USAGE', 'the backend cloudflare takes a zone', 'Name it: --zone example.com.');
  const api = openCloudflare(await readCredentials());
  const found = zone === undefined ? null : await resolveZone(api, zone);
  return openEdgeMitigation({
    api,
    zoneId: found?.id ?? null,
    accountId: account ?? found?.accountId ?? null,
    ...wish,
  });
}
