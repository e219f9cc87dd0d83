/** Columns of sampled ClientHellos: 67 B a row. Texts are hashes (`TextKeeper`), 0 where there is none. */
import { MessageColumns } from './message-columns.js';
import type { SampledRows } from './sampled-rows.js';

export type HelloRows = SampledRows<HelloSamples>;

/** `HelloSamples.transport` is an index here: TCP, QUIC, DTLS, the letters of JA4. */
export const HELLO_TRANSPORTS = ['t', 'q', 'd'] as const;

export class HelloSamples extends MessageColumns {
  readonly transport: Uint8Array;
  readonly ja3: Uint32Array;
  readonly ja4: Uint32Array;
  readonly serverName: Uint32Array;
  /** The first protocol offered. */
  readonly alpn: Uint32Array;

  constructor(rows: number) {
    super(rows);
    this.transport = new Uint8Array(rows);
    this.ja3 = new Uint32Array(rows);
    this.ja4 = new Uint32Array(rows);
    this.serverName = new Uint32Array(rows);
    this.alpn = new Uint32Array(rows);
  }

  /** A copy of these rows, in this order. */
  pick(rows: ArrayLike<number>, count: number): HelloSamples {
    return new HelloSamples(count).copyRows(this, rows, count);
  }

  textColumns(): Uint32Array[] {
    return [this.ja3, this.ja4, this.serverName, this.alpn];
  }

  /** The samples that `buffers()` were the columns of. */
  static from(buffers: readonly ArrayBuffer[]): HelloSamples {
    return new HelloSamples(0).adopt(buffers);
  }
}
