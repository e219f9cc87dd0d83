/**
 * Requests as an edge logged them: columns of one reused batch. Texts are ranges of a slab, unescaped UTF-8, hostile; the batch is lent, so copy
 * what is kept. Filled by collectors/cloudflare, counted by src/aggregate/edge-*.
 */

/** In the order of `textAt`. Names of log fields: developers.cloudflare.com/logs, http_requests. */
export const LOG_TEXTS = [
  /** In capitals, as rules have it; logs have small letters. */
  'country',
  'method',
  'protocol',
  'host',
  /** Without query. */
  'path',
  /** Behind the question mark; absent where the log has no URI. */
  'query',
  'userAgent',
  'referer',
  'ja3',
  'ja4',
  'cacheStatus',
  'securityAction',
  /** Of an array: its items, with commas between them. */
  'securitySources',
  /** All that matched; the terminating one where there is no list. */
  'securityRuleIds',
  'colo',
  'cipher',
  'botSource',
  'jsDetection',
  'device',
  'rayId',
  'zone',
] as const;

export type LogText = (typeof LOG_TEXTS)[number];

export const LOG_TEXT_COUNT = LOG_TEXTS.length;

/** Column number of a text: `batch.textAt[row * LOG_TEXT_COUNT + LogTextAt.host]`. */
export const LogTextAt = Object.fromEntries(LOG_TEXTS.map((name, at) => [name, at])) as Readonly<
  Record<LogText, number>
>;

/** `textAt` where the record does not have the field; an empty text begins and ends somewhere. */
export const NO_TEXT = 0xffff_ffff;
/** Small numbers where the record does not say. */
export const NOT_LOGGED = -1;

export const HTTP_LOG_ROWS = 1024;

export class HttpLogBatch {
  count = 0;
  /** What `textAt` and `textEnd` refer to. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Epoch seconds with their fraction; NaN: the record does not say. */
  readonly sec: Float64Array;
  /** Requests it stands for: `sampleInterval`, a whole number of at least 1. */
  readonly weight: Float64Array;
  /** Four words a row, IPv4 as ::ffff:a.b.c.d; all zero: not logged. */
  readonly src: Int32Array;
  /** 0: not logged. */
  readonly asn: Uint32Array;
  readonly status: Int16Array;
  /** 0: answered at the edge. */
  readonly originStatus: Int16Array;
  readonly botScore: Int16Array;
  readonly wafScore: Int16Array;
  /** Bytes sent to the client; 0: not logged. */
  readonly responseBytes: Float64Array;
  /** LOG_TEXT_COUNT a row. */
  readonly textAt: Uint32Array;
  readonly textEnd: Uint32Array;

  constructor(readonly rows = HTTP_LOG_ROWS) {
    this.sec = new Float64Array(rows);
    this.weight = new Float64Array(rows);
    this.src = new Int32Array(rows * 4);
    this.asn = new Uint32Array(rows);
    this.status = new Int16Array(rows);
    this.originStatus = new Int16Array(rows);
    this.botScore = new Int16Array(rows);
    this.wafScore = new Int16Array(rows);
    this.responseBytes = new Float64Array(rows);
    this.textAt = new Uint32Array(rows * LOG_TEXT_COUNT);
    this.textEnd = new Uint32Array(rows * LOG_TEXT_COUNT);
  }
}
