/** The door every source comes through. A collector knows its source and nothing about attacks. */
import type { UserError } from '../errors.js';
import type { FrameBatch } from './frame-batch.js';

export type SourceState = 'connecting' | 'live' | 'retrying' | 'paused' | 'ended';

/** Record headers into the columns of a batch, by the kernel (src/kernel/kernel.ts). */
export interface RecordWalker {
  walkPcap(
    batch: number,
    at: number,
    end: number,
    row: number,
    slab: number,
    unitsPerSecond: number,
    linkType: number,
    longest: number,
    swapped: boolean,
  ): number;
}

/** Memory in which frames are decoded and counted without a copy. One source at a time uses it. */
export interface FrameMemory {
  readonly walker: RecordWalker;
  /** What the walker hands back besides its result: [address reached]. */
  readonly result: Float64Array;
  /** The batch to fill. */
  readonly batch: FrameBatch;
  /** Memory for the bytes its frames lie in; the same at every call of one size. */
  slab(bytes: number): Uint8Array;
}

/** Batches are lent: they are reused after push returns, so copy what you keep. */
export interface CollectorSink {
  /** Faster for a source that uses it; absent or null: it uses memory of its own. */
  readonly memory?: FrameMemory | null;
  pushFrames(batch: FrameBatch): void;
  health(state: SourceState, detail: string): void;
  /** Frames lost before they reached us, as the source itself counts them; absolute, may be called any number of times. */
  dropped(frames: number): void;
}

/** How a source ended. `damaged` and `incomplete` are different: broken structure, or simply cut short inside a record. */
export type SourceEnd =
  | { readonly kind: 'end' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'incomplete' | 'damaged'; readonly error: UserError; readonly atByte: number };

export interface Collector {
  /** Shown in the status bar: "pcap eth0". */
  readonly name: string;
  /** Lets a panel say "counters cannot name talkers". */
  readonly kind: 'packets' | 'http' | 'counters';
  /** Capture format, once it is known; null for what is no capture. */
  readonly format: 'pcap' | 'pcapng' | null;
  /** Runs until `signal` aborts or the source ends. Rejects with UserError when it can never work; retries the rest itself. */
  run(sink: CollectorSink, signal: AbortSignal): Promise<SourceEnd>;
}
