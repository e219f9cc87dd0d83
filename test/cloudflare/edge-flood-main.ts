/**
 * npm run edge:stand-in [-- RPS]: a local stand-in for Cloudflare under an HTTP flood, to look at screen 4. Prints the environment that
 * `ddostop --cloudflare shop.example` takes. The flood begins 15 s after the log is first read; a custom rule that is in force stops it.
 */
import { answerData } from '../support/cloudflare/analytics-answerer.js';
import { EdgeFlood } from '../support/cloudflare/edge-flood.js';
import { LogEdge } from '../support/cloudflare/instant-logs-edge.js';
import { floodedAccount } from '../support/cloudflare/network-flood.js';
import { ACCOUNT_ID, StandIn, ZONE_ID } from '../support/cloudflare/stand-in.js';

const TOKEN = 'stand-in-token-0123456789abcdef';

const logs = new LogEdge();
await logs.start();
const standIn = await StandIn.start({
  token: TOKEN,
  zones: [{ id: ZONE_ID, name: 'shop.example' }],
  resources: [logs.resource],
  graphql: (query, variables) =>
    answerData(query, variables, floodedAccount(ACCOUNT_ID, Date.now() / 1000), [
      { id: ZONE_ID, rows: {}, settings: {} },
    ]),
  checksContract: false,
});
new EdgeFlood(logs, standIn, { floodRps: Number(process.argv[2] ?? 4000), beginsAfterSec: 15 });
console.log(`export CLOUDFLARE_API_BASE_URL=${standIn.baseUrl} CLOUDFLARE_API_TOKEN=${TOKEN}`);
