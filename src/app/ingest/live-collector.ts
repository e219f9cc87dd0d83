/** Live capture by the best way there is: a packet ring, or where there can be none a tcpdump child. The name says which, and why. */
import { TcpdumpCollector } from '../../../collectors/pcap/tcpdump-collector.js';
import type { LoadKoffi } from '../../../collectors/ring/libc.js';
import { RingCollector } from '../../../collectors/ring/ring-collector.js';
import { RingUnavailable } from '../../../collectors/ring/ring-unavailable.js';
import { UserError } from '../../errors.js';
import type { Collector, CollectorSink, SourceEnd } from '../../records/collector.js';
import type { SourceSpec } from './ingest-protocol.js';

export interface LiveOptions {
  readonly keepTrying: boolean;
  readonly loadKoffi: LoadKoffi;
}

export class LiveCollector implements Collector {
  readonly kind = 'packets';
  readonly #spec: SourceSpec & { readonly kind: 'live' };
  readonly #options: LiveOptions;
  #inner: Collector;
  /** Why there is no ring; null = not tried, or there is one. */
  #reason: RingUnavailable | null = null;

  /** Throws UserError for a name no interface can have. */
  constructor(spec: SourceSpec & { readonly kind: 'live' }, options: LiveOptions) {
    this.#spec = spec;
    this.#options = options;
    this.#inner = spec.capture === 'tcpdump' ? this.#tcpdump() : this.#ring();
  }

  /** "ring eth0", "tcpdump eth0", "tcpdump eth0 (no koffi)". */
  get name(): string {
    return this.#reason === null ? this.#inner.name : `${this.#inner.name} (${this.#reason.short})`;
  }

  get format(): Collector['format'] {
    return this.#inner.format;
  }

  async run(sink: CollectorSink, signal: AbortSignal): Promise<SourceEnd> {
    try {
      return await this.#inner.run(sink, signal);
    } catch (error) {
      if (!(error instanceof RingUnavailable)) throw error;
      if (this.#spec.capture === 'ring' || this.#spec.fanout !== null) throw this.#needsRing(error);
      this.#reason = error;
    }
    return this.#runInstead(this.#reason, sink, signal);
  }

  async #runInstead(reason: RingUnavailable, sink: CollectorSink, signal: AbortSignal): Promise<SourceEnd> {
    const why = `no packet ring: ${reason.message}`;
    this.#inner = this.#tcpdump(why);
    try {
      return await this.#inner.run(sink, signal);
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'TCPDUMP_MISSING') throw error;
      throw new UserError(error.code, `${error.what}; ${why}`, error.hint, { cause: error });
    }
  }

  #needsRing(reason: RingUnavailable): UserError {
    const option = this.#spec.capture === 'ring' ? '--capture ring' : '--fanout';
    const hint =
      'It takes Linux, CAP_NET_RAW, an Ethernet or plain IP interface, and "npm install koffi" beside the program.';
    return new UserError('RING_UNAVAILABLE', `${option} is not possible: ${reason.message}`, hint, { cause: reason });
  }

  #ring(): Collector {
    const { interface: device, filter, snapLen, direction, bufferKib, fanout } = this.#spec;
    return new RingCollector({ device, filter, snapLen, direction, bufferKib, fanout, ...this.#options });
  }

  #tcpdump(reason?: string): Collector {
    const { interface: device, filter, snapLen: snapBytes, direction, bufferKib } = this.#spec;
    return new TcpdumpCollector({
      device,
      filter,
      snapBytes,
      direction,
      bufferKib,
      keepTrying: this.#options.keepTrying,
      ...(reason === undefined ? {} : { reason }),
    });
  }
}
