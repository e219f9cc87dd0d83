/**
 * Columns of sampled HTTP requests, read from packets or from an edge's log: 167 B a row. Texts are hashes (`TextKeeper`), 0 where the
 * source does not say; a header that was not sent is the empty text. Small numbers are NOT_SAID where the source does not say.
 */
import { MessageColumns, NOT_SAID } from './message-columns.js';
import { columnsOf } from './owned-columns.js';
import type { SampledRows } from './sampled-rows.js';

export type RequestRows = SampledRows<RequestSamples>;

/** `RequestSamples.browserHeaders`. 0: not known. */
export const BrowserHeaders = { none: 1, whole: 2, broken: 3 } as const;

export class RequestSamples extends MessageColumns {
  readonly country: Uint32Array;
  /** 0 where it is not known, which no network may have (RFC 7607). */
  readonly asn: Uint32Array;
  readonly method: Uint32Array;
  readonly version: Uint32Array;
  readonly host: Uint32Array;
  readonly path: Uint32Array;
  readonly pathTemplate: Uint32Array;
  readonly resource: Uint32Array;
  readonly queryNames: Uint32Array;
  readonly queryLength: Int32Array;
  readonly queryCount: Int16Array;
  readonly userAgent: Uint32Array;
  readonly userAgentTemplate: Uint32Array;
  readonly accept: Uint32Array;
  readonly acceptLanguage: Uint32Array;
  readonly acceptEncoding: Uint32Array;
  readonly refererHost: Uint32Array;
  /** `BrowserHeaders`. */
  readonly browserHeaders: Uint8Array;
  readonly headerOrder: Uint32Array;
  readonly headerSet: Uint32Array;
  readonly headerCount: Int16Array;
  /** Sorted, with semicolons between them. */
  readonly cookieNames: Uint32Array;
  readonly cookieShape: Uint32Array;
  readonly cookieCount: Int16Array;
  readonly ja3: Uint32Array;
  readonly ja4: Uint32Array;
  readonly status: Int16Array;
  readonly cacheStatus: Uint32Array;
  readonly botScore: Int16Array;
  readonly botSource: Uint32Array;
  readonly jsDetection: Uint32Array;
  readonly wafScore: Int16Array;
  readonly device: Uint32Array;

  constructor(rows: number) {
    super(rows);
    const text = () => new Uint32Array(rows);
    const small = () => new Int16Array(rows).fill(NOT_SAID);
    this.country = text();
    this.asn = new Uint32Array(rows);
    this.method = text();
    this.version = text();
    this.host = text();
    this.path = text();
    this.pathTemplate = text();
    this.resource = text();
    this.queryNames = text();
    this.queryLength = new Int32Array(rows).fill(NOT_SAID);
    this.queryCount = small();
    this.userAgent = text();
    this.userAgentTemplate = text();
    this.accept = text();
    this.acceptLanguage = text();
    this.acceptEncoding = text();
    this.refererHost = text();
    this.browserHeaders = new Uint8Array(rows);
    this.headerOrder = text();
    this.headerSet = text();
    this.headerCount = small();
    this.cookieNames = text();
    this.cookieShape = text();
    this.cookieCount = small();
    this.ja3 = text();
    this.ja4 = text();
    this.status = small();
    this.cacheStatus = text();
    this.botScore = small();
    this.botSource = text();
    this.jsDetection = text();
    this.wafScore = small();
    this.device = text();
  }

  /** A copy of these rows, in this order. */
  pick(rows: ArrayLike<number>, count: number): RequestSamples {
    return new RequestSamples(count).copyRows(this, rows, count);
  }

  /** Every word but the number of a network. */
  textColumns(): Uint32Array[] {
    return columnsOf(this).filter((column) => column instanceof Uint32Array && column !== this.asn) as Uint32Array[];
  }

  /** The samples that `buffers()` were the columns of. */
  static from(buffers: readonly ArrayBuffer[]): RequestSamples {
    return new RequestSamples(0).adopt(buffers);
  }
}
