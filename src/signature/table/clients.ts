/**
 * What a client does over the window: does it load what its pages are made of, send cookies back, and at what pace does it ask. A client is a
 * source with a user agent, in the attack window and in good traffic each for itself. What takes more rows than there are of it is absent.
 */
import type { RequestSamples } from '../../records/request-samples.js';
import { hashWords, randomSeed } from '../../sketch/hash.js';
import { ABSENT } from '../attributes/attribute-reader.js';
import type { DerivedColumn, RowOrder } from './contrast-of.js';
import type { RowPair } from './row-pair.js';

const SEED = randomSeed();
const ASSETS = ['pages only', 'few assets', 'with assets'];
const COOKIES = ['never', 'some', 'always'];
const PACES = ['clockwork', 'irregular', 'bursts', 'once'];
const ONCE = 3;
/** Two say whether anything comes back, and gaps from four on have a variation. */
const LEAST_REQUESTS = 2;
const LEAST_GAPS = 4;
/** Variation of the gaps: of a timer, and above that of requests that come by chance (1). */
const CLOCKWORK_BELOW = 0.3;
const BURSTS_ABOVE = 1.2;
/** Where rows stand for more, the gaps between them are those of the sampling. */
const MOST_WEIGHT = 1.01;

interface Client {
  rows: number;
  requests: number;
  assets: number;
  /** Requests behind the first whose cookies are known, and those with some. */
  later: number;
  withCookies: number;
  lastSec: number;
  gaps: number;
  gapSum: number;
  gapSquares: number;
  isSampled: boolean;
}

export function clientColumns(
  pair: RowPair<RequestSamples>,
  { sec, byTime }: Pick<RowOrder, 'sec' | 'byTime'>,
): ReadonlyMap<string, DerivedColumn> {
  const clients = new Map<number, Client>();
  const clientOf: Client[] = new Array(pair.rows);
  const facts = factsOf(pair);
  const weights = pair.weights();
  for (const row of byTime) {
    const key = facts.key[row] as number;
    let client = clients.get(key);
    if (client === undefined) clients.set(key, (client = newClient()));
    clientOf[row] = client;
    note(client, sec[row] as number, weights[row] as number, facts.isAsset[row] === 1, facts.cookies[row] as number);
  }
  const column = (words: readonly string[] | null, of: (client: Client) => number): DerivedColumn => ({
    numbers: Float64Array.from(clientOf, of),
    nameOf: words === null ? null : (index) => words[index] as string,
  });
  return new Map([
    ['client.assets', column(ASSETS, assetsOf)],
    ['client.cookies', column(COOKIES, cookiesOf)],
    ['client.pace', column(PACES, paceOf)],
    ['client.requests', column(null, ({ requests }) => Math.round(requests))],
  ]);
}

/** Of each row: its client's key, whether it asks for an asset, its cookies (ABSENT: not known). */
function factsOf(pair: RowPair<RequestSamples>): { key: Uint32Array; isAsset: Uint8Array; cookies: Float64Array } {
  const key = new Uint32Array(pair.rows);
  const isAsset = new Uint8Array(pair.rows);
  const cookies = new Float64Array(pair.rows);
  const words = new Int32Array(6);
  const assets = new Map<number, number>();
  pair.each(({ src, userAgent, resource, cookieCount }, row, index) => {
    for (let word = 0; word < 4; word += 1) words[word] = src[row * 4 + word] as number;
    words[4] = userAgent[row] as number;
    words[5] = index < pair.attackRows ? 0 : 1;
    key[index] = hashWords(words, 0, words.length, SEED);
    const hash = resource[row] as number;
    let known = assets.get(hash);
    if (known === undefined) assets.set(hash, (known = pair.textOf(hash) === 'asset' ? 1 : 0));
    isAsset[index] = known;
    cookies[index] = cookieCount[row] as number;
  });
  return { key, isAsset, cookies };
}

function newClient(): Client {
  return {
    rows: 0,
    requests: 0,
    assets: 0,
    later: 0,
    withCookies: 0,
    lastSec: 0,
    gaps: 0,
    gapSum: 0,
    gapSquares: 0,
    isSampled: false,
  };
}

/** The next request of a client, in the order of time. */
function note(client: Client, sec: number, weight: number, isAsset: boolean, cookies: number): void {
  if (client.rows > 0) {
    if (cookies !== ABSENT) client.later += 1;
    if (cookies > 0) client.withCookies += 1;
    const gap = sec - client.lastSec;
    if (gap >= 0) {
      client.gaps += 1;
      client.gapSum += gap;
      client.gapSquares += gap * gap;
    }
  }
  client.rows += 1;
  client.requests += weight;
  client.lastSec = sec;
  if (isAsset) client.assets += 1;
  if (weight > MOST_WEIGHT) client.isSampled = true;
}

function assetsOf({ rows, assets }: Client): number {
  if (rows < LEAST_REQUESTS) return ABSENT;
  return assets === 0 ? 0 : assets < rows / 2 ? 1 : 2;
}

function cookiesOf({ later, withCookies }: Client): number {
  if (later === 0) return ABSENT;
  return withCookies === 0 ? 0 : withCookies < later ? 1 : 2;
}

function paceOf({ rows, gaps, gapSum, gapSquares, isSampled }: Client): number {
  if (isSampled) return ABSENT;
  if (rows === 1) return ONCE;
  if (gaps < LEAST_GAPS || gapSum === 0) return ABSENT;
  const mean = gapSum / gaps;
  const variation = Math.sqrt(Math.max(0, gapSquares / gaps - mean * mean)) / mean;
  return variation < CLOCKWORK_BELOW ? 0 : variation > BURSTS_ABOVE ? 2 : 1;
}
