/** What payloads say in the fixture: an HTTP flood on a shop, its visitors, names asked for. Every number changes, seeded. */
import type { PayloadTexts, Talker, TextRole, ViewRequest } from '../../src/snapshot/snapshot.js';

export interface TextsOptions {
  /** Only these were seen; default all. */
  readonly roles?: readonly TextRole[];
  readonly isSampled?: boolean;
}

type Weighted = readonly [text: string, share: number, bytesPerMessage: number];

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0';

const paths = (count: number): Weighted[] =>
  Array.from({ length: count }, (_, i) => [
    `/search?q=${'kqzvwx'.slice(i % 4)}${i}&session=${'abcdefgh'.repeat(2 + (i % 9))}&page=${i}`,
    0.4 / (i + 2),
    420,
  ]);

const TEXTS: Readonly<Record<TextRole, readonly Weighted[]>> = {
  httpUris: [['/', 0.08, 380], ['/static/app.js', 0.05, 390], ['/products?sort=price', 0.03, 400], ...paths(40)],
  httpUserAgents: [
    ['python-requests/2.32.3', 0.71, 400],
    [CHROME, 0.14, 560],
    [FIREFOX, 0.09, 540],
    ['curl/8.14.1', 0.01, 300],
  ],
  httpHosts: [
    ['shop.example', 0.92, 420],
    ['api.shop.example', 0.05, 400],
    ['203.0.113.7', 0.03, 350],
  ],
  httpHeaderOrders: [
    ['ge1104.5f2b6c90aa41', 0.71, 400],
    ['ge1107.90ab12ffe03d', 0.15, 560],
    ['ge1107.c3b1a0447d2e', 0.09, 540],
    ['po1108.1199ad02e4cc', 0.05, 900],
  ],
  httpCookies: [
    ['consent=other/4;session=base64/16;theme=other/8', 0.2, 560],
    ['consent=other/4;session=base64/16;theme=other/4', 0.07, 560],
  ],
  httpMethods: [['GET', 0.95, 410], ['POST', 0.05, 900]],
  dnsQueries: [['shop.example 1', 0.5, 74], ['shop.example 28', 0.3, 74], ['www.shop.example 65', 0.2, 80]],
  dnsResponses: [['amp.example 16', 0.96, 1390], ['shop.example 1', 0.04, 90]],
  dnsMulticast: [['_ipp._tcp.local 12', 0.7, 90], ['wpad 1', 0.3, 70]],
  tlsServerNames: [['shop.example', 0.8, 580], ['api.shop.example', 0.2, 580]],
  tlsJa4: [
    ['t13d1516h2_8daaf6152771_b0da82dd1658', 0.6, 580],
    ['t13d1715h2_5b57614c22b0_5c2c66f702b0', 0.3, 600],
    ['t13i0906h1_d8a1f6152771_e5627efa2ab1', 0.1, 240],
  ],
  tlsJa3: [['cd08e31494f9531f560d64c695473da9', 0.6, 580], ['579ccef312d18482fc42e2b822ca2430', 0.4, 600]],
  tcpSynSignatures: [
    ['4:64+0:0:0:0,0::0+:0', 0.93, 60],
    ['4:64:0:1460:mss*44,7:mss,sok,ts,nop,ws:df,id+:0', 0.05, 74],
    ['4:128:0:1460:mss*44,8:mss,nop,ws,nop,nop,sok:df,id+:0', 0.02, 66],
  ],
}; // biome-ignore format: a table

/** Messages a second of what a role counts. */
const RATES = { http: 900, dnsQueries: 21, dnsResponses: 1620, dnsMulticast: 0.6, tls: 5.5, syns: 4500 } as const;

function rateOf(role: TextRole): number {
  if (role.startsWith('http')) return RATES.http;
  if (role.startsWith('tls')) return RATES.tls;
  return role === 'tcpSynSignatures' ? RATES.syns : RATES[role as 'dnsQueries'];
}

/** `change`: 0..1, another one for each tick and row. */
export function makeTexts(
  view: ViewRequest,
  windowSec: number,
  change: (row: number) => number,
  options: TextsOptions = {},
): PayloadTexts | null {
  if (view.texts.length === 0) return null;
  const seen = options.roles ?? (Object.keys(TEXTS) as TextRole[]);
  const exact = !options.isSampled;
  const tops = Object.fromEntries(
    view.texts
      .filter((role) => seen.includes(role))
      .map((role) => {
        const rows = TEXTS[role].map((row, i) => talkerOf(row, rateOf(role) * (0.95 + 0.1 * change(i))));
        return [role, { rows, distinct: role === 'httpUris' ? 18_211 : rows.length, exact }];
      }),
  );
  const has = (role: TextRole, rate: number) => (seen.includes(role) ? rate * (0.95 + 0.1 * change(99)) : 0);
  const perSec = {
    dnsQueries: has('dnsQueries', RATES.dnsQueries),
    dnsResponses: has('dnsResponses', RATES.dnsResponses),
    dnsUnreadable: 0,
    multicastQueries: has('dnsMulticast', RATES.dnsMulticast),
    multicastResponses: 0,
    httpRequests: has('httpUris', RATES.http),
    httpHeaderLines: 0,
    tcpHellos: has('tlsJa4', RATES.tls),
    quicHellos: 0,
    dtlsHellos: 0,
    syns: has('tcpSynSignatures', RATES.syns),
  };
  const messages = Object.fromEntries(Object.entries(perSec).map(([name, rate]) => [name, Math.round(rate * 100)]));
  const losses = {
    streams: options.isSampled ? 1204 : 0,
    openHeads: 0,
    openBodies: 0,
    quicConnections: 0,
    quicInitials: 0,
  };
  const oneIn = { names: options.isSampled ? 4 : 1, starts: 1, syns: 1, hellos: 1 };
  return { messages: messages as unknown as typeof perSec, perSec, windowSec, losses, oneIn, seen, tops };
}

function talkerOf([key, share, size]: Weighted, rate: number): Talker {
  const pps = share * rate;
  return { key, pps, bps: pps * size * 8, packets: Math.round(pps * 100), bytes: Math.round(pps * size * 100) };
}
