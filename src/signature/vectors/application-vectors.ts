/** Floods of requests and slow clients. Sources: Cloudflare's documentation and blog (rapid reset), CVE-2024-27316, the tools' own texts. */
import { eq, oneOf, type Vector } from './vector.js';

const GAME_QUERY = 0xffffffff;

type Draft = Pick<Vector, 'id' | 'name' | 'tells' | 'remedies'> & Partial<Vector>;

const application = (draft: Draft): Vector => ({
  family: 'application',
  recognise: [],
  usualLength: null,
  amplification: null,
  severity: 3,
  needsState: false,
  rateOnly: false,
  nameOnly: false,
  ...draft,
});

export const APPLICATION_VECTORS: readonly Vector[] = [
  application({
    id: 'app-http-get',
    name: 'HTTP GET flood',
    tells: 'few fingerprints, user agents or header orders ask for few paths; no assets, no cookies',
    recognise: [[eq('http.method', 'GET')]],
    remedies: ['waf-rule', 'challenge', 'rate-limit'],
    rateOnly: true,
    nameOnly: true,
  }),
  application({
    id: 'app-http-post',
    name: 'HTTP POST flood',
    tells: 'POSTs to one path, bodies of one size',
    recognise: [[eq('http.method', 'POST')]],
    remedies: ['waf-rule', 'rate-limit', 'challenge'],
    nameOnly: true,
  }),
  application({
    id: 'app-cachebust',
    name: 'cache busting',
    tells: 'a query nobody sent before in every request, random names, cache misses',
    remedies: ['cache', 'waf-rule', 'rate-limit'],
  }),
  application({
    id: 'app-wp',
    name: 'XML-RPC pingback',
    tells: 'user agents "WordPress/...; verifying pingback"',
    recognise: [[eq('http.userAgentTemplate', 'WordPress/#.#; verifying pingback')]],
    remedies: ['waf-rule'],
  }),
  application({
    id: 'app-slowloris',
    name: 'Slowloris',
    tells: 'many open connections, a header line now and then, no request that ends',
    remedies: ['server-timeouts', 'rate-limit'],
    rateOnly: true,
  }),
  application({
    id: 'app-rudy',
    name: 'slow POST (R.U.D.Y.)',
    tells: 'a large Content-Length whose body trickles',
    remedies: ['server-timeouts', 'rate-limit'],
    rateOnly: true,
  }),
  application({
    id: 'app-h2rr',
    name: 'HTTP/2 rapid reset',
    tells: 'streams reset as soon as they are opened (CVE-2023-44487); status 499 and no bytes',
    remedies: ['patch', 'waf-rule', 'rate-limit'],
  }),
  application({
    id: 'app-h2cont',
    name: 'HTTP/2 CONTINUATION flood',
    tells: 'header frames that never end (CVE-2024-27316); no line in any log',
    remedies: ['patch'],
  }),
  application({
    id: 'app-tls',
    name: 'TLS handshake flood',
    tells: 'hellos of one JA4 and no request after them',
    remedies: ['waf-rule', 'rate-limit'],
    rateOnly: true,
  }),
  application({
    id: 'app-dns-wt',
    name: 'DNS water torture',
    tells: 'random first labels in one zone, asked by real resolvers; names that do not exist',
    recognise: [[eq('ip.proto', 17), eq('port.dst', 53)]],
    remedies: ['dns-protection', 'rate-limit'],
    rateOnly: true,
    nameOnly: true,
  }),
  application({
    id: 'app-dns-q',
    name: 'DNS query flood',
    tells: 'one name and type over and over, recursion asked of a server that offers none',
    recognise: [[eq('ip.proto', 17), eq('port.dst', 53), eq('dns.response', 0)]],
    remedies: ['dns-protection', 'rate-limit'],
    rateOnly: true,
    nameOnly: true,
  }),
  application({
    id: 'app-sip',
    name: 'SIP flood',
    tells: 'INVITE or REGISTER in mass',
    recognise: [[eq('ip.proto', 17), eq('port.dst', 5060)]],
    remedies: ['rate-limit'],
    rateOnly: true,
    nameOnly: true,
  }),
  application({
    id: 'app-ws',
    name: 'WebSocket flood',
    tells: 'upgrades in mass',
    remedies: ['rate-limit', 'waf-rule'],
  }),
  application({
    id: 'app-login',
    name: 'login flood',
    tells: 'POSTs to a login path, most refused, many addresses with one fingerprint',
    remedies: ['challenge', 'rate-limit', 'waf-rule'],
  }),
  application({
    id: 'app-game',
    name: 'game query flood',
    tells: 'ff ff ff ff queries to a game server',
    recognise: [[eq('ip.proto', 17), oneOf('port.dst', [27015, 27016]), eq('payload.first4', GAME_QUERY)]],
    remedies: ['rate-limit'],
    severity: 2,
    rateOnly: true,
    nameOnly: true,
  }),
  application({
    id: 'app-grpc',
    name: 'expensive API queries',
    tells: 'few paths, origin slow, errors of the server',
    remedies: ['rate-limit', 'waf-rule', 'cache'],
  }),
];
