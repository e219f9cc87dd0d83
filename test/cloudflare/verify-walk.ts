/** Every call that the program makes at the edge's REST API, recorded at the stand-in: checks of the token, zones, intel, a log session, each mitigation from plan to undo. */
import { IntelDesk } from '../../src/enrich/intel.js';
import { probePermissions, verifyToken } from '../../src/platform/cloudflare/token-check.js';
import { resolveZone } from '../../src/platform/cloudflare/zone-id.js';
import { EdgeLab } from '../support/cloudflare/edge-lab.js';
import { EDGE_REQUESTS } from '../support/cloudflare/edge-requests.js';
import { LogLab } from '../support/cloudflare/instant-logs-lab.js';
import { ACCOUNT_ID, ZONE_ID } from '../support/cloudflare/stand-in.js';
import type { EdgeRequest } from '../support/cloudflare/stand-in-request.js';

/** In the order they were made. */
export async function recordWalk(): Promise<readonly EdgeRequest[]> {
  return [...(await walkOfRules()), ...(await walkOfLogs())];
}

async function walkOfRules(): Promise<readonly EdgeRequest[]> {
  const lab = await EdgeLab.start({ checksContract: false });
  try {
    const api = lab.api();
    await verifyToken(api, ACCOUNT_ID);
    await probePermissions(api, { zoneId: ZONE_ID, accountId: ACCOUNT_ID });
    await resolveZone(api, 'example.com');
    const intel = new IntelDesk({ api, accountId: ACCOUNT_ID, clock: lab.clock });
    await Promise.all([intel.of('192.0.2.1'), intel.of('2001:db8::1')]);
    for (const [, request] of EDGE_REQUESTS) {
      const door = lab.door();
      const plan = await door.plan(request);
      const { id } = await door.apply(plan, plan.confirmations);
      await door.confirm(id);
      // Of a prefix: the quiet time.
      lab.clock.pass(20 * 60_000);
      await door.undo(id);
    }
    return [...lab.standIn.requests];
  } finally {
    await lab.close();
  }
}

async function walkOfLogs(): Promise<readonly EdgeRequest[]> {
  const lab = await LogLab.start();
  try {
    for (let i = 0; i < 200 && lab.edge.sockets.length === 0; i += 1)
      await new Promise((resolve) => setTimeout(resolve, 25));
    return [...lab.standIn.requests];
  } finally {
    await lab.stop();
  }
}
