/** Attributes of HTTP requests, read from packets or from an edge's log; and of ClientHellos. Absent where the source does not say. */
import type { AttributeInfo, AttributeType } from '../attribute.js';
import { Can } from '../backend.js';
import type { RowKind } from '../rule.js';

const SHOWN_ONLY = 0;

const listOf =
  (kind: RowKind) =>
  (
    name: string,
    title: string,
    type: AttributeType,
    backends: number,
    { cost = 1, hasRanges = type === 'ordered' }: { cost?: number; hasRanges?: boolean } = {},
  ): AttributeInfo => ({ name, kind, title, type, hasRanges, cost, backends });

const request = listOf('request');
const hello = listOf('hello');

export const REQUEST_ATTRIBUTES: readonly AttributeInfo[] = [
  request('ip.src', 'source', 'prefix', Can.waf, { cost: 1.5 }),
  request('ip.country', 'source country', 'text', Can.waf),
  request('ip.asn', 'source network (ASN)', 'category', Can.waf),
  /** Local lists that hold the source; absent: none does. */
  request('ip.list', 'source is on list', 'text', SHOWN_ONLY),
  request('ip.ttl', 'TTL', 'ordered', SHOWN_ONLY),
  request('http.method', 'method', 'text', Can.waf, { cost: 0.5 }),
  /** "HTTP/1.1"; "HTTP/2", "HTTP/3" in logs. */
  request('http.version', 'HTTP version', 'text', Can.waf, { cost: 0.5 }),
  request('http.host', 'host', 'text', Can.waf),
  request('http.path', 'path', 'text', Can.waf),
  /** Digits, hex words and random-looking words masked. */
  request('http.pathTemplate', 'path template', 'text', SHOWN_ONLY),
  /** "html" for none or html/php/asp..., "asset" for css/js/images/fonts, else the extension. */
  request('http.resource', 'asks for', 'text', SHOWN_ONLY),
  /** Sorted names of the query's parameters, ampersands between them; random-looking ones, and those that few requests have, are one "#". Empty: no query. */
  request('http.queryNames', 'query names', 'text', SHOWN_ONLY),
  request('http.queryLength', 'query length', 'ordered', Can.waf),
  request('http.queryCount', 'query parameters', 'ordered', SHOWN_ONLY),
  /** Whole; empty text where the header is missing, like the other headers below. */
  request('http.userAgent', 'user agent', 'text', Can.waf),
  request('http.userAgentTemplate', 'user agent template', 'text', SHOWN_ONLY),
  request('http.accept', 'accept', 'text', Can.waf),
  request('http.acceptLanguage', 'language', 'text', Can.waf),
  request('http.acceptEncoding', 'encodings', 'text', Can.waf),
  /** Host of the referer; empty: none. */
  request('http.refererHost', 'referer', 'text', SHOWN_ONLY),
  /** "none", "whole", "broken": a browser's sec-fetch and sec-ch-ua headers against what the user agent says. */
  request('http.browserHeaders', 'browser headers', 'text', SHOWN_ONLY),
  request('http.headerOrder', 'header order', 'text', SHOWN_ONLY),
  request('http.headerSet', 'headers', 'text', SHOWN_ONLY),
  request('http.headerCount', 'headers', 'ordered', SHOWN_ONLY),
  /** Sorted names, semicolons between them; empty: none. */
  request('http.cookieNames', 'cookies', 'text', SHOWN_ONLY),
  request('http.cookieShape', 'cookie shape', 'text', SHOWN_ONLY),
  request('http.cookieCount', 'cookies', 'ordered', SHOWN_ONLY),
  /** 1: at least one cookie. */
  request('http.hasCookie', 'sends cookies', 'category', Can.waf),
  /** Names of cookies that most good requests have and this one lacks; empty: none lacks. */
  request('http.missingCookies', 'missing cookies', 'text', SHOWN_ONLY),
  /** Of the client (source and user agent) over the window, from two requests on: "pages only", "few assets" (under half), "with assets". JavaScript and CSS come back as requests of a browser. */
  request('client.assets', 'client loads', 'text', SHOWN_ONLY),
  /** "never", "some", "always": of its requests after the first. */
  request('client.cookies', 'client returns cookies', 'text', SHOWN_ONLY),
  /** "clockwork" (variation of the gaps below 0.3), "irregular", "bursts" (above 1.2), "once"; absent where rows stand for more than themselves. */
  request('client.pace', 'client pace', 'text', SHOWN_ONLY),
  request('client.requests', 'requests of client', 'ordered', SHOWN_ONLY),
  request('tls.ja3', 'JA3', 'text', Can.waf),
  request('tls.ja4', 'JA4', 'text', Can.waf),
  request('http.status', 'status', 'category', SHOWN_ONLY),
  request('http.cacheStatus', 'cache', 'text', SHOWN_ONLY),
  request('bot.score', 'bot score', 'ordered', Can.waf),
  request('bot.source', 'bot score from', 'text', SHOWN_ONLY),
  /** "passed", "failed", "missing". */
  request('bot.jsDetection', 'JavaScript detection', 'text', Can.waf),
  request('waf.score', 'WAF score', 'ordered', Can.waf),
  request('client.device', 'device', 'text', SHOWN_ONLY),
];

export const HELLO_ATTRIBUTES: readonly AttributeInfo[] = [
  hello('ip.src', 'source', 'prefix', Can.waf, { cost: 1.5 }),
  hello('ip.list', 'source is on list', 'text', SHOWN_ONLY),
  hello('ip.ttl', 'TTL', 'ordered', SHOWN_ONLY),
  /** "t" TCP, "q" QUIC, "d" DTLS. */
  hello('tls.transport', 'transport', 'text', SHOWN_ONLY),
  hello('tls.ja3', 'JA3', 'text', Can.waf),
  hello('tls.ja4', 'JA4', 'text', Can.waf),
  hello('tls.serverName', 'server name', 'text', Can.waf),
  /** The first protocol offered. */
  hello('tls.alpn', 'ALPN', 'text', SHOWN_ONLY),
];
