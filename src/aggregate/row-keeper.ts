/** The newest requests and ClientHellos of live traffic, for a diff: of each target so many a second. */
import type { RequestHead } from '../decode/app/http/request-head.js';
import type { ClientHello } from '../decode/app/tls/client-hello.js';
import type { HelloTransport, Layer7Sink, MessagePlace } from '../layer7/layer7-sink.js';
import { HelloSamples } from '../records/hello-samples.js';
import { RequestSamples } from '../records/request-samples.js';
import type { TextKeeper } from '../records/text-keeper.js';
import { readHello } from './hello-row.js';
import { MessageRing } from './message-ring.js';
import { readRequest } from './request-row.js';

/** 32 768 rows × 167 B = 5.5 MB: two minutes of one target that is flooded. */
const REQUESTS = 32_768;
const REQUESTS_PER_SECOND = 256;
/** 8192 rows × 67 B = 0.5 MB. */
const HELLOS = 8192;
const HELLOS_PER_SECOND = 128;

export class RowKeeper implements Pick<Layer7Sink, 'request' | 'hello'> {
  /** Made with their first message. */
  #requests: MessageRing<RequestSamples> | null = null;
  #hellos: MessageRing<HelloSamples> | null = null;

  constructor(
    readonly names: TextKeeper,
    readonly seed: number,
    readonly ja4Compat: boolean,
  ) {}

  /** Null: none was seen. */
  get requests(): MessageRing<RequestSamples> | null {
    return this.#requests;
  }

  get hellos(): MessageRing<HelloSamples> | null {
    return this.#hellos;
  }

  request(head: RequestHead, bytes: Uint8Array, place: MessagePlace): void {
    this.#requests ??= new MessageRing(new RequestSamples(REQUESTS), REQUESTS_PER_SECOND, this.seed);
    const at = takeFor(this.#requests, place);
    if (at >= 0) readRequest(head, bytes, place, this.#requests.samples, at, this.names);
  }

  hello(hello: ClientHello, transport: HelloTransport, place: MessagePlace): void {
    this.#hellos ??= new MessageRing(new HelloSamples(HELLOS), HELLOS_PER_SECOND, this.seed);
    const at = takeFor(this.#hellos, place);
    if (at >= 0) readHello(hello, transport, place, this.ja4Compat, this.#hellos.samples, at, this.names);
  }

  /** The clock stepped back. */
  clear(): void {
    this.#requests?.clear();
    this.#hellos?.clear();
  }
}

function takeFor(ring: MessageRing<RequestSamples> | MessageRing<HelloSamples>, place: MessagePlace): number {
  const { batch, columns, row } = place;
  return ring.take(batch.sec[row] as number, columns.dst, row * 4);
}
