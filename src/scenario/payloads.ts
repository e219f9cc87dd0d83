/** What travels inside the scenario's packets: requests, names, handshakes. Bytes as the wire has them. */
import type { Random } from './random.js';

const encoder = new TextEncoder();

/** Names under .example only (RFC 2606). */
export const HOSTS = ['shop.example', 'www.shop.example', 'api.shop.example'] as const;
const PATHS = [
  '/',
  '/products',
  '/cart',
  '/static/app.js',
  '/static/site.css',
  '/img/hero.jpg',
  '/search?q=lamp',
  '/account',
];

export interface BrowserProfile {
  readonly userAgent: string;
  /** Header names in the order this client sends them. */
  readonly headers: readonly string[];
  /** Cipher suites of its ClientHello. */
  readonly ciphers: readonly number[];
  readonly extensions: readonly number[];
}

export const BROWSERS: readonly BrowserProfile[] = [
  {
    userAgent:
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
    headers: ['Host', 'Connection', 'User-Agent', 'Accept', 'Referer', 'Accept-Encoding', 'Accept-Language', 'Cookie'],
    ciphers: [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8],
    extensions: [0, 23, 65281, 10, 11, 35, 16, 5, 13, 18, 51, 45, 43, 27],
  },
  {
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
    headers: ['Host', 'User-Agent', 'Accept', 'Accept-Language', 'Accept-Encoding', 'Referer', 'Connection', 'Cookie'],
    ciphers: [0x1301, 0x1303, 0x1302, 0xc02b, 0xc02f, 0xcca9, 0xcca8, 0xc02c, 0xc030],
    extensions: [0, 23, 65281, 10, 11, 35, 16, 5, 34, 51, 43, 13, 45, 28],
  },
  {
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
    headers: ['Host', 'Accept', 'Cookie', 'User-Agent', 'Accept-Language', 'Referer', 'Accept-Encoding', 'Connection'],
    ciphers: [0x1301, 0x1302, 0x1303, 0xc02c, 0xc02b, 0xcca9, 0xc030, 0xc02f, 0xcca8],
    extensions: [0, 23, 65281, 10, 11, 16, 5, 13, 18, 51, 45, 43, 27],
  },
];

const HEADER_VALUES: Readonly<Record<string, string>> = {
  Connection: 'keep-alive',
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Encoding': 'gzip, deflate, br',
  'Accept-Language': 'en-US,en;q=0.9,de;q=0.7',
};

/** A request as a person's browser sends it, with the cookies the site has set. */
export function browserRequest(random: Random, browser: BrowserProfile, session: string): Uint8Array {
  const host = random.pick(HOSTS);
  const path = random.pick(PATHS);
  const lines = browser.headers.map((name) => {
    if (name === 'Host') return `Host: ${host}`;
    if (name === 'User-Agent') return `User-Agent: ${browser.userAgent}`;
    if (name === 'Referer') return `Referer: http://${host}/products`;
    if (name === 'Cookie') return `Cookie: session=${session}; consent=yes; theme=${random.pick(['light', 'dark'])}`;
    return `${name}: ${HEADER_VALUES[name]}`;
  });
  return encoder.encode(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
}

/** A request of the flood: one path with a random query, a fixed order of few headers, no cookie, no referer, no language. */
export function floodRequest(random: Random): Uint8Array {
  const query = `${random.word(6)}=${random.word(10)}`;
  const { userAgent } = random.pick(BROWSERS);
  return encoder.encode(
    `GET /search?${query} HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: ${userAgent}\r\n` +
      'Accept-Encoding: identity\r\nConnection: keep-alive\r\nKeep-Alive: 115\r\n\r\n',
  );
}

export function httpResponse(random: Random): Uint8Array {
  const length = random.between(200, 1300);
  const head = `HTTP/1.1 200 OK\r\nServer: shop\r\nContent-Type: text/html\r\nContent-Length: ${length}\r\n\r\n`;
  return encoder.encode(head + 'x'.repeat(length));
}

/** A DNS message (RFC 1035 §4.1) with one question; `answers` is appended as it is. */
export function dnsMessage(
  id: number,
  flags: number,
  name: string,
  type: number,
  answerCount: number,
  answers: Uint8Array,
): Uint8Array {
  const labels = name.split('.').flatMap((label) => [label.length, ...encoder.encode(label)]);
  const question = [...labels, 0, type >> 8, type & 255, 0, 1];
  const header = [id >> 8, id & 255, flags >> 8, flags & 255, 0, 1, answerCount >> 8, answerCount & 255, 0, 0, 0, 0];
  const message = new Uint8Array(header.length + question.length + answers.length);
  message.set(header);
  message.set(question, header.length);
  message.set(answers, header.length + question.length);
  return message;
}

/** Answer records of a fat TXT response, about `bytes` long: what reflectors are asked for. */
export function fatTxtAnswers(bytes: number): { readonly count: number; readonly records: Uint8Array } {
  const text = 200;
  const size = 12 + 1 + text;
  const count = Math.max(1, Math.floor(bytes / size));
  const records = new Uint8Array(count * size);
  for (let i = 0; i < count; i += 1) {
    // Pointer to the question's name, TXT, IN, TTL 3600, length, one string.
    records.set([0xc0, 12, 0, 16, 0, 1, 0, 0, 14, 16, 0, text + 1, text], i * size);
    records.fill(0x41 + (i % 26), i * size + 13, (i + 1) * size);
  }
  return { count, records };
}

/** TLS record with a ClientHello (RFC 8446 §4.1.2) of the browser, asking for `host`. */
export function clientHello(random: Random, browser: BrowserProfile, host: string): Uint8Array {
  const u16 = (value: number) => [value >> 8, value & 255];
  const name = encoder.encode(host);
  const extensions = browser.extensions.flatMap((type) => {
    const body = extensionBody(random, type, name);
    return [...u16(type), ...u16(body.length), ...body];
  });
  const ciphers = browser.ciphers.flatMap(u16);
  const hello = [
    3, 3, ...random.bytes(32), 32, ...random.bytes(32),
    ...u16(ciphers.length), ...ciphers, 1, 0, ...u16(extensions.length), ...extensions,
  ]; // biome-ignore format: fields in wire order
  const handshake = [1, 0, ...u16(hello.length), ...hello];
  return Uint8Array.from([22, 3, 1, ...u16(handshake.length), ...handshake]);
}

function extensionBody(random: Random, type: number, name: Uint8Array): number[] {
  switch (type) {
    case 0: // server_name, RFC 6066 §3
      return [0, name.length + 3, 0, 0, name.length, ...name];
    case 5: // status_request: OCSP
      return [1, 0, 0, 0, 0];
    case 27: // compress_certificate: brotli
      return [2, 0, 2];
    case 28: // record_size_limit
      return [0x40, 1];
    case 34: // delegated_credentials
      return [0, 2, 4, 3];
    case 65281: // renegotiation_info
      return [0];
    case 10: // supported_groups: x25519, P-256, P-384
      return [0, 6, 0, 29, 0, 23, 0, 24];
    case 11: // ec_point_formats
      return [1, 0];
    case 13: // signature_algorithms
      return [0, 8, 4, 3, 8, 4, 4, 1, 5, 3];
    case 16: // ALPN: h2, http/1.1
      return [0, 12, 2, 104, 50, 8, ...encoder.encode('http/1.1')];
    case 43: // supported_versions: 1.3, 1.2
      return [4, 3, 4, 3, 3];
    case 45: // psk_key_exchange_modes
      return [1, 1];
    case 51: // key_share, x25519
      return [0, 36, 0, 29, 0, 32, ...random.bytes(32)];
    default:
      return [];
  }
}
