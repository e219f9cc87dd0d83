/** What each attribute of requests and of ClientHellos is in sampled rows. What takes several rows of a client is in `table/clients.ts`. */
import { HELLO_TRANSPORTS, type HelloSamples } from '../../records/hello-samples.js';
import type { RequestSamples } from '../../records/request-samples.js';
import { ABSENT, type AttributeReader } from './attribute-reader.js';

type RequestReader = AttributeReader<RequestSamples>;
type HelloReader = AttributeReader<HelloSamples>;

/** In the order of `BrowserHeaders`, which counts from 1. */
const BROWSER_HEADERS = ['none', 'whole', 'broken'];

const number = <Samples>(read: AttributeReader<Samples>['read']): AttributeReader<Samples> => ({ read, parts: 1 });
/** Hash 0, network 0: the source does not say. */
const orAbsent = <Samples>(read: AttributeReader<Samples>['read']): AttributeReader<Samples> => ({
  read: (samples, row) => read(samples, row) || ABSENT,
  parts: 1,
});

export const REQUEST_READERS: ReadonlyMap<string, RequestReader> = new Map<string, RequestReader>([
  ['ip.country', orAbsent(({ country }, row) => country[row] as number)],
  ['ip.asn', orAbsent(({ asn }, row) => asn[row] as number)],
  ['ip.ttl', number(({ ttl }, row) => ttl[row] as number)],
  ['http.method', orAbsent(({ method }, row) => method[row] as number)],
  ['http.version', orAbsent(({ version }, row) => version[row] as number)],
  ['http.host', orAbsent(({ host }, row) => host[row] as number)],
  ['http.path', orAbsent(({ path }, row) => path[row] as number)],
  ['http.pathTemplate', orAbsent(({ pathTemplate }, row) => pathTemplate[row] as number)],
  ['http.resource', orAbsent(({ resource }, row) => resource[row] as number)],
  ['http.queryNames', orAbsent(({ queryNames }, row) => queryNames[row] as number)],
  ['http.queryLength', number(({ queryLength }, row) => queryLength[row] as number)],
  ['http.queryCount', number(({ queryCount }, row) => queryCount[row] as number)],
  ['http.userAgent', orAbsent(({ userAgent }, row) => userAgent[row] as number)],
  ['http.userAgentTemplate', orAbsent(({ userAgentTemplate }, row) => userAgentTemplate[row] as number)],
  ['http.accept', orAbsent(({ accept }, row) => accept[row] as number)],
  ['http.acceptLanguage', orAbsent(({ acceptLanguage }, row) => acceptLanguage[row] as number)],
  ['http.acceptEncoding', orAbsent(({ acceptEncoding }, row) => acceptEncoding[row] as number)],
  ['http.refererHost', orAbsent(({ refererHost }, row) => refererHost[row] as number)],
  [
    'http.browserHeaders',
    { read: ({ browserHeaders }, row) => (browserHeaders[row] as number) - 1, parts: 1, words: BROWSER_HEADERS },
  ],
  ['http.headerOrder', orAbsent(({ headerOrder }, row) => headerOrder[row] as number)],
  ['http.headerSet', orAbsent(({ headerSet }, row) => headerSet[row] as number)],
  ['http.headerCount', number(({ headerCount }, row) => headerCount[row] as number)],
  ['http.cookieNames', orAbsent(({ cookieNames }, row) => cookieNames[row] as number)],
  ['http.cookieShape', orAbsent(({ cookieShape }, row) => cookieShape[row] as number)],
  ['http.cookieCount', number(({ cookieCount }, row) => cookieCount[row] as number)],
  ['http.hasCookie', number(({ cookieCount }, row) => Math.min(cookieCount[row] as number, 1))],
  ['tls.ja3', orAbsent(({ ja3 }, row) => ja3[row] as number)],
  ['tls.ja4', orAbsent(({ ja4 }, row) => ja4[row] as number)],
  ['http.status', number(({ status }, row) => status[row] as number)],
  ['http.cacheStatus', orAbsent(({ cacheStatus }, row) => cacheStatus[row] as number)],
  ['bot.score', number(({ botScore }, row) => botScore[row] as number)],
  ['bot.source', orAbsent(({ botSource }, row) => botSource[row] as number)],
  ['bot.jsDetection', orAbsent(({ jsDetection }, row) => jsDetection[row] as number)],
  ['waf.score', number(({ wafScore }, row) => wafScore[row] as number)],
  ['client.device', orAbsent(({ device }, row) => device[row] as number)],
]);

export const HELLO_READERS: ReadonlyMap<string, HelloReader> = new Map<string, HelloReader>([
  ['ip.ttl', number(({ ttl }, row) => ttl[row] as number)],
  ['tls.transport', { read: ({ transport }, row) => transport[row] as number, parts: 1, words: HELLO_TRANSPORTS }],
  ['tls.ja3', orAbsent(({ ja3 }, row) => ja3[row] as number)],
  ['tls.ja4', orAbsent(({ ja4 }, row) => ja4[row] as number)],
  ['tls.serverName', orAbsent(({ serverName }, row) => serverName[row] as number)],
  ['tls.alpn', orAbsent(({ alpn }, row) => alpn[row] as number)],
]);
