/**
 * npm run edge:stand-in [-- RPS]: a local stand-in for Cloudflare under an HTTP flood, to look at screen 4. Prints the environment that
 * `ddostop --cloudflare shop.example` takes. The flood begins 15 s after the log is read, and half of it is stopped from the 40th second on.
 */
import { EdgeTraffic } from '../../src/pipeline/edge-traffic.fixture.js';
import { LogEdge } from '../support/cloudflare/instant-logs-edge.js';
import { StandIn, ZONE_ID } from '../support/cloudflare/stand-in.js';

const TOKEN = 'stand-in-token-0123456789abcdef';
const STEP_MS = 50;
const NORMAL_RPS = 240;
const FLOOD_FROM_SEC = 15;
const STOPPED_FROM_SEC = 40;

const floodRps = Number(process.argv[2] ?? 4000);
const logs = new LogEdge();
await logs.start();
const standIn = await StandIn.start({
  token: TOKEN,
  zones: [{ id: ZONE_ID, name: 'shop.example' }],
  resources: [logs.resource],
  checksContract: false,
});
console.log(`export CLOUDFLARE_API_BASE_URL=${standIn.baseUrl} CLOUDFLARE_API_TOKEN=${TOKEN}`);

const traffic = new EdgeTraffic(7);
let beganMs: number | null = null;
setInterval(() => {
  if (logs.sockets.length === 0) return;
  beganMs ??= Date.now();
  const sec = Date.now() / 1000 - 1;
  const age = (Date.now() - beganMs) / 1000;
  const host = () => (traffic.random(10) === 0 ? 'api.shop.example' : 'www.shop.example');
  const lines = Array.from({ length: (NORMAL_RPS * STEP_MS) / 1000 }, () => traffic.normal({ sec, host: host() }));
  if (age > FLOOD_FROM_SEC)
    for (let i = 0; i < (floodRps * STEP_MS) / 1000; i += 1)
      lines.push(traffic.flood({ sec }, age > STOPPED_FROM_SEC && i % 2 === 0));
  logs.send(`${lines.join('\n')}\n`);
}, STEP_MS);
