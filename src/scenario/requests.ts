/** HTTP requests as the scenario's clients send them. */
import type { ClientProfile } from './clients.js';
import type { Random } from './random.js';

const encoder = new TextEncoder();

/** Names under .example only (RFC 2606); most visitors go to the first. */
const HOSTS: readonly (readonly [host: string, weight: number])[] = [
  ['shop.example', 62],
  ['www.shop.example', 20],
  ['img.shop.example', 12],
  ['status.shop.example', 6],
];
export const API_HOST = 'api.shop.example';

const WORDS = ['lamp', 'desk', 'chair', 'shelf', 'rug', 'mirror', 'vase', 'clock'];
const HEADER_VALUES: Readonly<Record<string, string>> = {
  Connection: 'keep-alive',
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Accept-Language': 'en-US,en;q=0.9,de;q=0.7',
  'Upgrade-Insecure-Requests': '1',
  Priority: 'u=0, i',
};

/** What a visitor carries from one request to the next. */
export interface Session {
  readonly profile: ClientProfile;
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** Came before: brings the cookies that the site has set. */
  readonly isKnown: boolean;
  readonly theme: string;
}

export function hostOf(random: Random, { kind }: ClientProfile): string {
  return kind === 'api' ? API_HOST : weighted(random, HOSTS);
}

/** The next request of a visit. */
export function requestOf(random: Random, session: Session): Uint8Array {
  const { profile } = session;
  if (profile.kind === 'api') return apiCall(random, session);
  const host = hostOf(random, profile);
  const path = profile.kind === 'probe' ? '/healthz' : pathOf(random);
  const lines = profile.headers.flatMap((name) => headerLine(random, name, host, session));
  return encoder.encode(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
}

function pathOf(random: Random): string {
  switch (random.between(0, 9)) {
    case 0:
    case 1:
      return '/';
    case 2:
    case 3:
    case 4:
      return `/products/${1000 + random.between(0, 40) ** 2}`;
    case 5:
      return `/search?q=${random.pick(WORDS)}`;
    case 6:
      return '/static/app.4f1c9e27.js';
    case 7:
      return '/static/site.b80d13fa.css';
    case 8:
      return `/img/${random.between(1, 24)}/hero.avif`;
    default:
      return random.pick(['/cart', '/account', '/checkout?step=2']);
  }
}

function headerLine(random: Random, name: string, host: string, session: Session): string[] {
  const { profile, isKnown } = session;
  if (name === 'Host') return [`Host: ${host}`];
  if (name === 'User-Agent') return [`User-Agent: ${profile.userAgent}`];
  if (name === 'Accept' && profile.kind === 'probe') return ['Accept: */*'];
  if (name === 'Referer') return random.next() < 0.7 ? [`Referer: http://${host}/products`] : [];
  if (name === 'Cookie') return isKnown ? [`Cookie: ${cookiesOf(random, session)}`] : [];
  return [`${name}: ${HEADER_VALUES[name]}`];
}

function cookiesOf(random: Random, { id, theme }: Session): string {
  const cart = random.next() < 0.3 ? `; cart=${uuidOf(id)}` : '';
  return `session=${id}; consent=yes; theme=${theme}${cart}`;
}

const uuidOf = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;

/** The application for telephones: a bearer token instead of cookies. */
function apiCall(random: Random, { profile, id }: Session): Uint8Array {
  const body = JSON.stringify({ sku: random.between(1000, 2600), count: random.between(1, 3) });
  const values: Readonly<Record<string, string>> = {
    Authorization: `Bearer ${id}`,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(body.length),
    Host: API_HOST,
    Connection: 'Keep-Alive',
    'Accept-Encoding': 'gzip',
    'User-Agent': profile.userAgent,
  };
  const lines = profile.headers.map((name) => `${name}: ${values[name]}`);
  return encoder.encode(`POST /v2/cart/items HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** A browser of three years ago, which the bots claim to be; none of the shop's visitors is. */
const FLOOD_USER_AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.0.0 Safari/537.36';

/** A request of the flood: one path with a changing query, few headers in an order of its own, no cookie, no language. */
export function floodRequest(random: Random): Uint8Array {
  return encoder.encode(
    `GET /search?q=${random.pick(WORDS)}&page=${random.between(1, 25)} HTTP/1.1\r\nHost: shop.example\r\n` +
      `User-Agent: ${FLOOD_USER_AGENT}\r\nAccept: */*\r\nConnection: keep-alive\r\nCache-Control: no-cache\r\n\r\n`,
  );
}

export function httpResponse(random: Random): Uint8Array {
  const length = random.between(200, 2600);
  const head = `HTTP/1.1 200 OK\r\nServer: shop\r\nContent-Type: text/html\r\nContent-Length: ${length}\r\n\r\n`;
  return encoder.encode(head + 'x'.repeat(length));
}

/** One of the values, each as often as its weight says. */
export function weighted<T>(random: Random, values: readonly (readonly [T, number])[]): T {
  let left = random.next() * values.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of values) {
    left -= weight;
    if (left < 0) return value;
  }
  return (values.at(-1) as readonly [T, number])[0];
}
