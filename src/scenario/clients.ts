/**
 * The programs that visit the shop, each with what its makers chose: words of a request and their order, a ClientHello, the options of a
 * SYN. Lists as these programs send them in 2025; the options by operating system (RFC 9293 §3.2, RFC 7323, RFC 2018).
 */
import { CHROME_HELLO, CURL_HELLO, FIREFOX_HELLO, GO_HELLO, type HelloShape, SAFARI_HELLO } from './hello-shapes.js';

export interface SystemProfile {
  readonly ttl: number;
  readonly window: number;
  readonly synOptions: Uint8Array;
}

/** MSS 1460, SACK permitted, timestamps, NOP, window scale. */
const LINUX: SystemProfile = {
  ttl: 64,
  window: 64_240,
  synOptions: Uint8Array.of(2, 4, 5, 180, 4, 2, 8, 10, 0, 1, 226, 64, 0, 0, 0, 0, 1, 3, 3, 7),
};
const ANDROID: SystemProfile = {
  ttl: 64,
  window: 65_535,
  synOptions: Uint8Array.of(2, 4, 5, 180, 4, 2, 8, 10, 0, 9, 31, 64, 0, 0, 0, 0, 1, 3, 3, 9),
};
const WINDOWS: SystemProfile = {
  ttl: 128,
  window: 64_240,
  synOptions: Uint8Array.of(2, 4, 5, 180, 1, 3, 3, 8, 1, 1, 4, 2),
};
/** MSS, NOP, window scale, two NOPs, timestamps, SACK permitted, end of options. */
const APPLE: SystemProfile = {
  ttl: 64,
  window: 65_535,
  synOptions: Uint8Array.of(2, 4, 5, 180, 1, 3, 3, 6, 1, 1, 8, 10, 0, 7, 161, 32, 0, 0, 0, 0, 4, 2, 0, 0),
};

/** A person with a browser, a program that calls the interface for programs, or one that looks whether the shop is there. */
export type ClientKind = 'person' | 'api' | 'probe';

export interface ClientProfile {
  readonly kind: ClientKind;
  readonly userAgent: string;
  /** Header names in the order this client sends them. */
  readonly headers: readonly string[];
  readonly hello: HelloShape;
  readonly system: SystemProfile;
  /** Of a hundred visitors. */
  readonly weight: number;
}

const CHROME_HEADERS = [
  'Host', 'Connection', 'Upgrade-Insecure-Requests', 'User-Agent', 'Accept', 'Referer', 'Accept-Encoding', 'Accept-Language',
  'Cookie',
]; // biome-ignore format: a list
const FIREFOX_HEADERS = [
  'Host', 'User-Agent', 'Accept', 'Accept-Language', 'Accept-Encoding', 'Referer', 'Connection', 'Cookie',
  'Upgrade-Insecure-Requests', 'Priority',
]; // biome-ignore format: a list
const SAFARI_HEADERS = [
  'Host', 'Accept', 'Cookie', 'User-Agent', 'Accept-Language', 'Referer', 'Accept-Encoding', 'Connection',
]; // biome-ignore format: a list

export const CLIENTS: readonly ClientProfile[] = [
  {
    kind: 'person',
    userAgent:
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
    headers: CHROME_HEADERS,
    hello: CHROME_HELLO,
    system: WINDOWS,
    weight: 30,
  },
  {
    kind: 'person',
    userAgent:
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
    headers: CHROME_HEADERS,
    hello: CHROME_HELLO,
    system: ANDROID,
    weight: 22,
  },
  {
    kind: 'person',
    userAgent:
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
    headers: CHROME_HEADERS,
    hello: CHROME_HELLO,
    system: WINDOWS,
    weight: 8,
  },
  {
    kind: 'person',
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
    headers: SAFARI_HEADERS,
    hello: SAFARI_HELLO,
    system: APPLE,
    weight: 17,
  },
  {
    kind: 'person',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
    headers: FIREFOX_HEADERS,
    hello: FIREFOX_HELLO,
    system: LINUX,
    weight: 6,
  },
  {
    kind: 'person',
    userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
    headers: FIREFOX_HEADERS,
    hello: FIREFOX_HELLO,
    system: WINDOWS,
    weight: 8,
  },
  {
    kind: 'api',
    userAgent: 'shop-app/7.3 (com.example.shop; build 7311; Android 15)',
    headers: ['Authorization', 'Content-Type', 'Content-Length', 'Host', 'Connection', 'Accept-Encoding', 'User-Agent'],
    hello: GO_HELLO,
    system: ANDROID,
    weight: 6,
  },
  {
    kind: 'probe',
    userAgent: 'curl/8.14.1',
    headers: ['Host', 'User-Agent', 'Accept'],
    hello: CURL_HELLO,
    system: LINUX,
    weight: 3,
  },
];
