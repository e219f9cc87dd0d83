/**
 * What tells people from programs in a request, and in a ClientHello: which client's software, which path, whether it brings cookies and a referer, all as
 * hashes and bits. The newest of each target, so many a second: 16 384 rows × 67 B = 1.1 MB for each of the two kinds, made with the first one.
 */
import { pathEndOf } from '../decode/app/http/digit-template.js';
import { queryNameList } from '../decode/app/http/name-lists.js';
import { QueryNames } from '../decode/app/http/query-names.js';
import type { RequestHead } from '../decode/app/http/request-head.js';
import { headerOrderOf } from '../decode/app/http/request-shape.js';
import { resourceKindOf } from '../decode/app/http/resource-kind.js';
import type { ClientHello } from '../decode/app/tls/client-hello.js';
import { ja4Of } from '../decode/app/tls/ja4.js';
import type { HelloTransport, MessagePlace } from '../layer7/layer7-sink.js';
import { MessageColumns } from '../records/message-columns.js';
import { mix32 } from '../sketch/hash.js';
import { hashText, textKeys } from '../sketch/text-hash.js';
import { MessageRing } from './message-ring.js';
import { readPlace } from './message-row.js';

const ROWS = 16_384;
/** Of a target in a second: a share of half is known to ±9 points from one second. */
const PER_SECOND = 128;

export const Trait = { asset: 1, cookie: 2, referer: 4, query: 8 } as const;

export class TraitRows extends MessageColumns {
  readonly path: Uint32Array;
  /** The client's software: header order and user agent, or JA4. */
  readonly signature: Uint32Array;
  readonly agent: Uint32Array;
  readonly queryNames: Uint32Array;
  /** `Trait`. */
  readonly traits: Uint8Array;

  constructor(rows: number) {
    super(rows);
    this.path = new Uint32Array(rows);
    this.signature = new Uint32Array(rows);
    this.agent = new Uint32Array(rows);
    this.queryNames = new Uint32Array(rows);
    this.traits = new Uint8Array(rows);
  }
}

const query = new QueryNames();
const hash = new Int32Array(2);
const encoder = new TextEncoder();

export class RequestTraits {
  #requests: MessageRing<TraitRows> | null = null;
  #hellos: MessageRing<TraitRows> | null = null;
  readonly #keys: readonly [number, number];

  constructor(readonly seed: number) {
    this.#keys = textKeys(seed);
  }

  /** Null: none was seen. */
  get requests(): MessageRing<TraitRows> | null {
    return this.#requests;
  }

  get hellos(): MessageRing<TraitRows> | null {
    return this.#hellos;
  }

  request(head: RequestHead, bytes: Uint8Array, place: MessagePlace): void {
    this.#requests ??= new MessageRing(new TraitRows(ROWS), PER_SECOND, this.seed);
    const at = takeFor(this.#requests, place);
    if (at < 0) return;
    const { samples } = this.#requests;
    readPlace(place, samples, at);
    const { target, userAgent, cookie, referer } = head;
    const pathEnd = pathEndOf(bytes, target.at, target.end);
    query.read(bytes, target.at, target.end);
    const agent = this.#hash(bytes, userAgent.at, userAgent.isSet ? userAgent.end : userAgent.at);
    samples.path[at] = this.#hash(bytes, target.at, pathEnd);
    samples.agent[at] = agent;
    samples.signature[at] = mix32(agent ^ this.#hashOf(headerOrderOf(bytes, head)));
    samples.queryNames[at] = this.#hashOf(queryNameList(bytes, query));
    samples.traits[at] =
      (resourceKindOf(bytes, target.at, pathEnd) === 'asset' ? Trait.asset : 0) |
      (cookie.isSet ? Trait.cookie : 0) |
      (referer.isSet ? Trait.referer : 0) |
      (query.count > 0 ? Trait.query : 0);
  }

  hello(hello: ClientHello, transport: HelloTransport, place: MessagePlace): void {
    this.#hellos ??= new MessageRing(new TraitRows(ROWS), PER_SECOND, this.seed);
    const at = takeFor(this.#hellos, place);
    if (at < 0) return;
    const { samples } = this.#hellos;
    readPlace(place, samples, at);
    samples.signature[at] = this.#hashOf(ja4Of(hello, transport, false));
    samples.traits[at] = 0;
  }

  /** The clock stepped back. */
  clear(): void {
    this.#requests?.clear();
    this.#hellos?.clear();
  }

  #hash(bytes: Uint8Array, at: number, end: number): number {
    hashText(bytes, at, end, this.#keys[0], this.#keys[1], hash, 0);
    return hash[0] as number;
  }

  #hashOf(text: string): number {
    const bytes = encoder.encode(text);
    return this.#hash(bytes, 0, bytes.length);
  }
}

function takeFor(ring: MessageRing<TraitRows>, { batch, columns, row }: MessagePlace): number {
  return ring.take(batch.sec[row] as number, columns.dst, row * 4);
}
