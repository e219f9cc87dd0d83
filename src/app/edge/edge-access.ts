/** The way to an edge that is to act: token, zone, account, and the door in front of them. */
import { UserError } from '../../errors.js';
import { formatDuration } from '../../format/time-format.js';
import type { EdgeDoor } from '../../mitigation/cloudflare/edge-door.js';
import { openEdgeMitigation } from '../../mitigation/cloudflare/open-edge-mitigation.js';
import { openCloudflare } from '../../platform/cloudflare/cloudflare-client.js';
import { readCredentials } from '../../platform/cloudflare/credentials.js';
import { resolveZone } from '../../platform/cloudflare/zone-id.js';

export interface EdgePlace {
  /** By name or id. */
  readonly zone?: string;
  /** Id; the zone's when left out. */
  readonly account?: string;
}

export interface EdgeWish {
  readonly readOnly: boolean;
  readonly allowList: readonly string[];
  /** Calls in five minutes; default: all that a user has. */
  readonly callLimit?: number;
  /** What somebody should know besides success: calls that wait, values that were left as somebody else set them. */
  readonly tell?: (text: string) => void;
}

/** Rejects with CLOUDFLARE_NO_TOKEN, CLOUDFLARE_ZONE, and what the API says. */
export async function openEdge({ zone, account }: EdgePlace, wish: EdgeWish): Promise<EdgeDoor> {
  if (zone === undefined && account === undefined)
    throw new UserError('USAGE', 'the backend cloudflare takes a zone', 'Name it: --zone example.com.');
  const { tell = () => {}, readOnly, allowList, callLimit } = wish;
  const api = openCloudflare({ ...(await readCredentials()), ...(callLimit === undefined ? {} : { callLimit }) });
  api.onBudget(({ pausedUntilMs, why }) => {
    const waitSec = pausedUntilMs === null ? 0 : (pausedUntilMs - Date.now()) / 1000;
    if (waitSec > 0) tell(`calls to the API wait ${formatDuration(waitSec)}: ${why}`);
  });
  const found = zone === undefined ? null : await resolveZone(api, zone);
  return openEdgeMitigation({
    api,
    zoneId: found?.id ?? null,
    accountId: account ?? found?.accountId ?? null,
    readOnly,
    allowList,
    onRemark: (id, text) => tell(`${id}: ${text}`),
  });
}
