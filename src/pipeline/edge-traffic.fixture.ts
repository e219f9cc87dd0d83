/** Invented lines of an edge's log, by seed: browsers on a shop of two hosts, and a flood of one tool. 26 fields, some 900 bytes. */
import { nextRandom } from '../sketch/hash.js';

const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36',
];
const JA4S = [
  't13d1516h2_8daaf6152771_02713d6af862',
  't13d2014h2_a09f3c656075_14788d8d241b',
  't13d1715h2_5b57614c22b0_3d5424432f57',
  't13d1517h2_8daaf6152771_b0da82dd1658',
];
const COUNTRIES = ['de', 'fr', 'us', 'gb', 'nl', 'pl', 'at', 'ch'];
const COLOS = ['FRA', 'AMS', 'CDG', 'LHR', 'WAW'];
const PAGES = [
  '/',
  '/products',
  '/cart',
  '/checkout',
  '/login',
  '/account/orders',
  '/search',
  '/static/app.js',
  '/static/app.css',
];
const CACHES = ['dynamic', 'hit', 'miss', 'hit', 'dynamic', 'expired', 'hit'];

export const FLOOD_JA4 = 't13d190900_9dc949149365_97f8aa674fd9';
const FLOOD_JA3 = '19e29534fd49dd27d09234e639c4057e';
export const FLOOD_PATH = '/api/search';
export const SHOP = 'www.shop.example';

export interface EdgeLineOptions {
  /** EdgeStartTimestamp, epoch seconds. */
  readonly sec: number;
  readonly interval?: number;
  readonly host?: string;
  /** A visitor who looks like the flood in one thing: the path that is asked for, or the tool. */
  readonly alike?: 'path' | 'tool';
}

export class EdgeTraffic {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  /** 0 to `below` - 1. */
  random(below: number): number {
    this.#state = nextRandom(this.#state);
    return Math.floor(((this.#state >>> 0) / 2 ** 32) * below);
  }

  #of<Item>(items: readonly Item[]): Item {
    return items[this.random(items.length)] as Item;
  }

  #hex(digits: number): string {
    let text = '';
    while (text.length < digits)
      text += this.random(2 ** 32)
        .toString(16)
        .padStart(8, '0');
    return text.slice(0, digits);
  }

  /** A visitor: one of 4000 clients. */
  normal(options: EdgeLineOptions): string {
    const client = this.random(4000);
    const agent = client % AGENTS.length;
    const page = this.#of(PAGES);
    const isSearch = options.alike === 'path';
    const isTool = options.alike === 'tool';
    const path = isSearch ? FLOOD_PATH : this.random(3) === 0 ? `/products/${this.random(5000)}` : page;
    const query = isSearch
      ? `?q=${this.#hex(10)}`
      : this.random(3) === 0
        ? `?ref=${this.random(100)}&utm_source=mail`
        : '';
    return this.#line(options, {
      ClientIP:
        client % 5 === 0
          ? `2001:db8:${(client % 97).toString(16)}::${client.toString(16)}`
          : `198.51.${client >> 8}.${client & 255}`,
      ClientASN: 64496 + (client % 40),
      ClientCountry: COUNTRIES[client % COUNTRIES.length],
      ClientRequestMethod: this.random(12) === 0 ? 'POST' : 'GET',
      ClientRequestPath: path,
      ClientRequestURI: path + query,
      ClientRequestUserAgent: AGENTS[agent],
      ClientRequestReferer: this.random(3) === 0 ? '' : `https://${SHOP}${this.#of(PAGES)}`,
      JA3Hash: isTool ? FLOOD_JA3 : `cd08e31494f9531f560d64c695473da${agent}`,
      JA4: isTool ? FLOOD_JA4 : JA4S[agent],
      BotScore: options.alike === undefined ? 30 + this.random(69) : 1 + this.random(4),
      WAFAttackScore: 40 + this.random(59),
      CacheCacheStatus: this.#of(CACHES),
      EdgeResponseStatus: this.random(40) === 0 ? 404 : 200,
    });
  }

  /** One of a flood: one tool, one path with invented words, from everywhere. `isStopped`: a rule of the edge takes it. */
  flood(options: EdgeLineOptions, isStopped = false): string {
    const path = FLOOD_PATH;
    return this.#line(options, {
      ClientIP: `198.51.${this.random(256)}.${this.random(256)}`,
      ClientASN: 64496 + this.random(80),
      ClientCountry: this.#of([...COUNTRIES, 'br', 'vn']),
      ClientRequestMethod: 'GET',
      ClientRequestPath: path,
      ClientRequestURI: `${path}?q=${this.#hex(10)}`,
      ClientRequestUserAgent: this.#of(AGENTS),
      ClientRequestReferer: '',
      JA3Hash: FLOOD_JA3,
      JA4: FLOOD_JA4,
      BotScore: 1 + this.random(4),
      WAFAttackScore: 40 + this.random(59),
      CacheCacheStatus: 'dynamic',
      EdgeResponseStatus: isStopped ? 403 : 200,
      ...(isStopped
        ? { SecurityAction: 'block', SecuritySources: ['l7ddos', 'l7ddos'], SecurityRuleIDs: [this.#hex(32)] }
        : {}),
    });
  }

  #line({ sec, interval = 1, host = SHOP }: EdgeLineOptions, fields: Readonly<Record<string, unknown>>): string {
    return JSON.stringify({
      SecurityAction: 'unknown',
      SecuritySources: [],
      SecurityRuleIDs: [],
      ...fields,
      ClientRequestHost: host,
      ClientRequestProtocol: 'HTTP/2',
      ClientSSLCipher: 'AEAD-AES128-GCM-SHA256',
      ClientDeviceType: 'desktop',
      EdgeResponseBytes: 500 + this.random(40_000),
      EdgeColoCode: this.#of(COLOS),
      EdgeStartTimestamp: new Date(sec * 1000).toISOString(),
      OriginResponseStatus: 200,
      RayID: this.#hex(16),
      ...(interval > 1 ? { sampleInterval: interval } : {}),
    });
  }
}
