/** What the API token of an edge is good for. Asks only where there is a token. */
import { UserError } from '../../errors.js';
import { formatDateTime } from '../../format/time-format.js';
import { openCloudflare } from '../../platform/cloudflare/cloudflare-client.js';
import { type Credentials, readCredentials } from '../../platform/cloudflare/credentials.js';
import { type PermissionState, probePermissions, verifyToken } from '../../platform/cloudflare/token-check.js';
import { resolveZone } from '../../platform/cloudflare/zone-id.js';
import { type DoctorCheck, missing, refused, works } from './doctor-check.js';

const TITLE = 'Cloudflare';
/** A proxy that swallows packets must not hold the rest up. */
const PATIENCE_MS = 10_000;

/** `zone`: by name or id; undefined: only the token itself is looked at. */
export async function checkEdge(zone: string | undefined): Promise<readonly DoctorCheck[]> {
  let credentials: Credentials;
  try {
    credentials = await readCredentials();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const say = error.code === 'CLOUDFLARE_NO_TOKEN' ? missing : refused;
    return [say('cloudflare', TITLE, error.what, error.hint)];
  }
  try {
    return await examine(credentials, zone);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [refused('cloudflare', TITLE, error.what, error.hint)];
  }
}

async function examine(credentials: Credentials, zone: string | undefined): Promise<readonly DoctorCheck[]> {
  const api = openCloudflare({ ...credentials, timeoutMs: PATIENCE_MS });
  const found = zone === undefined ? null : await resolveZone(api, zone);
  const { status, expiresAtMs } = await verifyToken(api, found?.accountId ?? undefined);
  const until = expiresAtMs === null ? '' : `, until ${formatDateTime(expiresAtMs / 1000)}`;
  const words = `token of ${credentials.source}: ${status}${until}`;
  const token =
    status === 'active'
      ? works('cloudflare', TITLE, found === null ? `${words}; --zone says what it may do` : words)
      : refused('cloudflare', TITLE, words, 'Make another one at dash.cloudflare.com/profile/api-tokens.');
  if (found === null) return [token];
  const states = await probePermissions(api, { zoneId: found.id, accountId: found.accountId });
  return [token, ...states.map(permissionCheck)];
}

function permissionCheck({ area, permission, allowed, detail }: PermissionState): DoctorCheck {
  const title = `  ${permission}`;
  const id = `cloudflare.${area}`;
  if (allowed === true) return works(id, title, detail);
  return allowed === false ? refused(id, title, detail, `Give the token "${permission}".`) : missing(id, title, detail);
}
