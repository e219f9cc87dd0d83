/**
 * A live capture as its own process, so that a test can run it inside a namespace: `node driver.mjs OPTIONS`, JSON lines on stdout.
 * A line on stdin ends the capture.
 */
import { koffiNear } from '../../collectors/ring/libc.js';
import type { SourceSpec } from '../../src/app/ingest/ingest-protocol.js';
import { LiveCollector } from '../../src/app/ingest/live-collector.js';
import { UserError } from '../../src/errors.js';
import type { CollectorSink } from '../../src/records/collector.js';
import { framesOf } from '../support/read-frames.js';

export interface DriverOptions {
  readonly spec: SourceSpec & { readonly kind: 'live' };
  readonly keepTrying: boolean;
  /** Where koffi is looked for; null = it is not installed. */
  readonly koffiFrom: string | null;
  /** The thread does nothing for so long at its first batch: whatever comes then has to wait in the kernel. */
  readonly stallMs: number;
  /** Print the frames, not only their number. */
  readonly listFrames: boolean;
}

export type DriverEvent =
  | { readonly type: 'health'; readonly state: string; readonly detail: string; readonly name: string }
  | { readonly type: 'frame'; readonly hex: string; readonly wireLen: number; readonly linkType: number }
  | { readonly type: 'count'; readonly packets: number }
  | { readonly type: 'end'; readonly kind: string; readonly packets: number; readonly dropped: number }
  | { readonly type: 'failed'; readonly code: string; readonly what: string };

function say(event: DriverEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

const options = JSON.parse(process.argv[2] ?? '') as DriverOptions;
const { koffiFrom } = options;
const collector = new LiveCollector(options.spec, {
  keepTrying: options.keepTrying,
  loadKoffi:
    koffiFrom === null
      ? () => {
          throw Object.assign(new Error("Cannot find module 'koffi'"), { code: 'MODULE_NOT_FOUND' });
        }
      : koffiNear(koffiFrom),
});
const abort = new AbortController();
let packets = 0;
let dropped = 0;
const sink: CollectorSink = {
  pushFrames(batch) {
    if (packets === 0 && options.stallMs > 0) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, options.stallMs);
    }
    packets += batch.count;
    if (options.listFrames) {
      for (const { hex, wireLen, linkType } of framesOf(batch)) say({ type: 'frame', hex, wireLen, linkType });
    } else say({ type: 'count', packets });
  },
  health: (state, detail) => say({ type: 'health', state, detail, name: collector.name }),
  dropped: (frames) => {
    dropped = frames;
  },
};
process.stdin.once('data', () => abort.abort());
try {
  const { kind } = await collector.run(sink, abort.signal);
  say({ type: 'end', kind, packets, dropped });
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  say({ type: 'failed', code: error.code, what: error.what });
}
process.stdin.destroy();
