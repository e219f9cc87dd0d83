/**
 * Live capture through a ring in memory shared with the kernel: no child, no copy through a pipe, and the kernel's own count of
 * what found no room. Every block is copied (256 KiB take 25 µs) and given back at once.
 *
 * The figures are exact: frames handed on + frames dropped = frames that passed the filter. At the end the filter is shut,
 * the last block waited for, and the kernel's count compared.
 */
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Collector, CollectorSink, SourceEnd } from '../../src/records/collector.js';
import { FrameBatch } from '../../src/records/frame-batch.js';
import { keepTrying } from '../pcap/keep-trying.js';
import { checkInterfaceName } from '../pcap/tcpdump-messages.js';
import { compileFilter, REJECT_ALL, withDirection } from './bpf-program.js';
import { type LoadKoffi, loadLibc } from './libc.js';
import { interfaceDown, PacketSocket, type RingShape } from './packet-socket.js';
import { RingBlock } from './ring-blocks.js';
import { RingUnavailable } from './ring-unavailable.js';

export interface RingOptions {
  readonly device: string;
  /** pcap-filter expression; compiled by tcpdump, which is needed for that only. */
  readonly filter: string;
  readonly snapLen: number;
  /** As tcpdump's -Q. On the loopback, where each packet passes twice, always the way in. */
  readonly direction: 'in' | 'out' | 'inout';
  /** Memory of the ring, KiB. */
  readonly bufferKib: number;
  readonly fanout: number | null;
  /** Once it has been live, begin again whenever it breaks off. */
  readonly keepTrying: boolean;
  readonly loadKoffi: LoadKoffi;
}

/** How long a frame may wait in a block that is not full. */
const RETIRE_MS = 10;
/** After frames: the next look at the ring. Polling at once would wake us for every single block. */
const REST_MS = 5;
/** Longest wait while nothing comes. */
const IDLE_WAIT_MS = 1000;
/** Messages and timers of the thread get a turn at least this often. */
const TURN_MS = 20;
/** The kernel's counters are 32 bits wide: far below what overflows them. */
const STATISTICS_MS = 250;
/** The last block is ours within the retire time; only a machine that stands still takes longer. */
const SETTLE_MS = 500;

/** Blocks this small are retired early enough to keep half a second of a slow link, and lie in L2 while they are read. */
const MAX_BLOCK_KIB = 256;
const MIN_BLOCK_KIB = 64;

/** Blocks of a power of two, at least two of them. */
export function ringShape(bufferKib: number): RingShape {
  const half = 2 ** Math.floor(Math.log2(bufferKib / 2));
  const blockKib = Math.min(MAX_BLOCK_KIB, Math.max(MIN_BLOCK_KIB, half));
  return { blockLen: blockKib * 1024, blocks: Math.max(2, Math.floor(bufferKib / blockKib)), retireMs: RETIRE_MS };
}

export class RingCollector implements Collector {
  readonly name: string;
  readonly kind = 'packets';
  readonly format = null;
  readonly #options: RingOptions;
  #hasWorked = false;
  /** Over all lives of the socket. */
  readonly #frames = { kernel: 0, drops: 0, delivered: 0, unreadable: 0 };
  #turnEndsMs = 0;
  #countAtMs = 0;

  /** Throws UserError for a name no interface can have. */
  constructor(options: RingOptions) {
    checkInterfaceName(options.device);
    this.#options = options;
    this.name = `ring ${options.device}`;
  }

  /** Rejects with RingUnavailable when there can be no ring: nothing has been read then. */
  run(sink: CollectorSink, signal: AbortSignal): Promise<SourceEnd> {
    const live = {
      name: this.name,
      capture: () => this.#capture(sink, signal),
      isWorthRetrying: () => this.#hasWorked && this.#options.keepTrying,
    };
    return keepTrying(live, sink, signal);
  }

  async #capture(sink: CollectorSink, signal: AbortSignal): Promise<SourceEnd> {
    const { device, filter, snapLen, bufferKib, fanout, loadKoffi } = this.#options;
    if (process.platform !== 'linux') throw new RingUnavailable('not Linux', 'packet rings are Linux only');
    const libc = loadLibc(loadKoffi);
    const shape = ringShape(bufferKib);
    const direction = device === 'lo' ? 'in' : this.#options.direction;
    const socket = PacketSocket.open(libc, { device, ...shape, fanout, ignoreOutgoing: direction === 'in' });
    const wake = () => socket.wake();
    signal.addEventListener('abort', wake);
    try {
      socket.attach(withDirection(await compileFilter(device, filter, snapLen), direction));
      this.#hasWorked = true;
      sink.health('live', `ring of ${shape.blocks} × ${shape.blockLen / 1024} KiB`);
      const bytes = sink.memory?.slab(shape.blockLen) ?? new Uint8Array(shape.blockLen);
      const reader: Reader = {
        socket,
        block: new RingBlock(bytes, socket.linkType),
        batch: sink.memory?.batch ?? new FrameBatch(),
        blocks: shape.blocks,
        next: 0,
      };
      const failure = await this.#read(reader, sink, signal);
      // A screen that is being closed shows no last figures: it need not wait for them.
      if (!signal.aborted || !this.#options.keepTrying) await this.#settle(reader, sink);
      if (failure !== null && !signal.aborted) throw interfaceDown(device);
      sink.health('ended', this.name);
      return { kind: 'stopped' };
    } finally {
      signal.removeEventListener('abort', wake);
      socket.close();
    }
  }

  /** Resolves with null when the signal aborted, or with what the interface failed with. */
  async #read(reader: Reader, sink: CollectorSink, signal: AbortSignal): Promise<string | null> {
    while (!signal.aborted) {
      if (await this.#drain(reader, sink, signal)) await sleep(REST_MS);
      else {
        const failure = await reader.socket.wait(IDLE_WAIT_MS);
        if (failure !== null) return failure;
      }
      this.#turnEndsMs = performance.now() + TURN_MS;
      this.#countIfDue(reader, sink);
    }
    return null;
  }

  /** Hands on every block that is ready, unless `signal` aborts. Returns whether there was one. */
  async #drain(reader: Reader, sink: CollectorSink, signal: AbortSignal | null): Promise<boolean> {
    const { socket, block, batch, blocks } = reader;
    let hasRead = false;
    while (socket.isReady(reader.next) && signal?.aborted !== true) {
      hasRead = true;
      socket.copyBlock(reader.next, block.bytes);
      socket.release(reader.next);
      reader.next = (reader.next + 1) % blocks;
      block.begin();
      while (block.next(batch) > 0) {
        this.#frames.delivered += batch.count;
        sink.pushFrames(batch);
      }
      this.#frames.unreadable += block.left;
      if (performance.now() < this.#turnEndsMs) continue;
      await nextTurn();
      this.#turnEndsMs = performance.now() + TURN_MS;
      this.#countIfDue(reader, sink); // under overload this loop has no end
    }
    return hasRead;
  }

  #countIfDue(reader: Reader, sink: CollectorSink): void {
    if (performance.now() >= this.#countAtMs) this.#count(reader, sink);
  }

  #count({ socket }: Reader, sink: CollectorSink): void {
    this.#countAtMs = performance.now() + STATISTICS_MS;
    const { frames, drops } = socket.statistics();
    this.#frames.kernel += frames;
    this.#frames.drops += drops;
    sink.dropped(this.#frames.drops + this.#frames.unreadable);
  }

  /** Takes nothing more, and reads until every frame the kernel has counted is accounted for. */
  async #settle(reader: Reader, sink: CollectorSink): Promise<void> {
    reader.socket.attach(REJECT_ALL);
    const endMs = performance.now() + SETTLE_MS;
    do {
      await sleep(RETIRE_MS); // also for frames that passed the old filter on another processor
      await this.#drain(reader, sink, null);
      this.#count(reader, sink);
    } while (this.#missing > 0 && performance.now() < endMs);
    if (this.#missing <= 0) return;
    this.#frames.unreadable += this.#missing; // never seen so far
    sink.dropped(this.#frames.drops + this.#frames.unreadable);
  }

  /** Frames the kernel has taken and we have not seen. */
  get #missing(): number {
    const { kernel, drops, delivered, unreadable } = this.#frames;
    return kernel - drops - delivered - unreadable;
  }
}

interface Reader {
  readonly socket: PacketSocket;
  readonly block: RingBlock;
  readonly batch: FrameBatch;
  readonly blocks: number;
  /** The block the kernel fills, or has filled, next. */
  next: number;
}
