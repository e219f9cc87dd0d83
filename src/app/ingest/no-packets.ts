/** Where there are no packets to read: only the counters of a firewall are watched. */
import type { Collector, CollectorSink, SourceEnd } from '../../records/collector.js';

export class NoPackets implements Collector {
  readonly name = 'counters only';
  readonly kind = 'counters';
  readonly format = null;

  run(sink: CollectorSink, signal: AbortSignal): Promise<SourceEnd> {
    sink.health('live', 'no packets are captured');
    return new Promise((resolve) => {
      const stop = () => resolve({ kind: 'stopped' });
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
  }
}
