/** Requests and ClientHellos of a capture for a diff: a uniform sample of each, all of them when they are few. */
import { readHello } from '../aggregate/hello-row.js';
import { secOf } from '../aggregate/message-row.js';
import { readRequest } from '../aggregate/request-row.js';
import type { RequestHead } from '../decode/app/http/request-head.js';
import type { ClientHello } from '../decode/app/tls/client-hello.js';
import type { HelloTransport, Layer7Sink, MessagePlace } from '../layer7/layer7-sink.js';
import { type HelloRows, HelloSamples } from '../records/hello-samples.js';
import type { MessageColumns } from '../records/message-columns.js';
import { type RequestRows, RequestSamples } from '../records/request-samples.js';
import { Reservoir } from '../sketch/reservoir.js';
import type { TextNames } from '../sketch/text-names.js';

export interface MessageCollectorOptions {
  /** Requests kept, and as many hellos. */
  readonly rows: number;
  readonly seed: number;
  readonly ja4Compat: boolean;
  readonly names: TextNames;
  /** Whether a message is one to be kept. */
  readonly wants: (place: MessagePlace, sec: number) => boolean;
}

export class MessageCollector implements Layer7Sink {
  readonly #options: MessageCollectorOptions;
  readonly #requests: Reservoir;
  readonly #hellos: Reservoir;
  /** Made with their first message. */
  #requestRows: RequestSamples | null = null;
  #helloRows: HelloSamples | null = null;

  constructor(options: MessageCollectorOptions) {
    this.#options = options;
    this.#requests = new Reservoir(options.rows, options.seed + 1);
    this.#hellos = new Reservoir(options.rows, options.seed + 2);
  }

  /** Messages read that were wanted. */
  get requestsSeen(): number {
    return this.#requests.seen;
  }

  get hellosSeen(): number {
    return this.#hellos.seen;
  }

  request(head: RequestHead, bytes: Uint8Array, place: MessagePlace): void {
    const at = this.#take(this.#requests, place);
    if (at < 0) return;
    this.#requestRows ??= new RequestSamples(this.#options.rows);
    readRequest(head, bytes, place, this.#requestRows, at, this.#options.names);
  }

  hello(hello: ClientHello, transport: HelloTransport, place: MessagePlace): void {
    const at = this.#take(this.#hellos, place);
    if (at < 0) return;
    this.#helloRows ??= new HelloSamples(this.#options.rows);
    readHello(hello, transport, place, this.#options.ja4Compat, this.#helloRows, at, this.#options.names);
  }

  #take(reservoir: Reservoir, place: MessagePlace): number {
    const { batch, row } = place;
    return this.#options.wants(place, secOf(batch.sec[row] as number, batch.nsec[row] as number))
      ? reservoir.take()
      : -1;
  }

  /** Lent, as the rows of packets are. */
  get requests(): RequestRows {
    const samples = this.#requestRows ?? new RequestSamples(0);
    return { samples, ...rowsOf(samples, this.#requests), texts: this.#options.names };
  }

  get hellos(): HelloRows {
    const samples = this.#helloRows ?? new HelloSamples(0);
    return { samples, ...rowsOf(samples, this.#hellos), texts: this.#options.names };
  }

  dns(): void {}
  headerLines(): void {}
  syn(): void {}
}

function rowsOf({ messages }: MessageColumns, { seen, kept }: Reservoir): { rows: Int32Array; weights: Float64Array } {
  return {
    rows: Int32Array.from({ length: kept }, (_, row) => row),
    weights: Float64Array.from({ length: kept }, (_, row) => ((messages[row] as number) * seen) / kept),
  };
}
