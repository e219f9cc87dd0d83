/**
 * Live capture through a tcpdump child that writes pcap to us: needs no native code. `--immediate-mode` takes the second of
 * delay away that libpcap's read timeout would add before an attack shows; `-U` writes each packet at once: nothing is
 * lost at 0.41 Mpps, some 3 % at 0.52 (report, two cores shared with the sender, veth pair, tcpdump 4.99.3). Without -U nothing is
 * lost at 1 Mpps, but then somebody must flush: tcpdump does so on SIGUSR2 inside the signal handler, in the middle of a
 * write, which corrupted the stream within seconds.
 *
 * Frames handed on + frames dropped by the kernel = frames the filter passed: before tcpdump is told to end it is read until it
 * has caught up, since it leaves what lies in its ring. Two things can differ. With a direction, the kernel's drops are those of
 * both directions: libpcap sorts them out after the ring, and asking for "inbound" in the filter instead loses the first
 * frames (libpcap 1.10 filters those itself, and there knows no direction). And a tcpdump that is killed says nothing more.
 */
import { type ChildProcessByStdio, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Collector, CollectorSink, SourceEnd } from '../../src/records/collector.js';
import type { FrameBatch } from '../../src/records/frame-batch.js';
import type { ByteSource } from './byte-source.js';
import { ChildEnding } from './child-ending.js';
import { openChildPipe } from './child-pipe.js';
import { FrameDelivery, REAL_CLOCK } from './frame-delivery.js';
import { pumpFrames } from './frame-pump.js';
import { keepTrying } from './keep-trying.js';
import { PipeSource } from './pipe-source.js';
import { StreamSource } from './stream-source.js';
import {
  checkInterfaceName,
  isListening,
  parseDroppedByKernel,
  tcpdumpFailure,
  tcpdumpMissing,
} from './tcpdump-messages.js';

/** Headers of all layers and the start of the payload: enough for DNS names, a TLS ClientHello in part, HTTP request lines. */
const DEFAULT_SNAP_BYTES = 512;
/** 32 MiB of kernel ring: a third of a second at 1 Mpps of small frames. */
const KERNEL_BUFFER_KIB = 32 * 1024;
const STATISTICS_INTERVAL_MS = 1000;
/** Standard error kept for the error message. */
const MAX_STDERR_CHARS = 4096;

export interface TcpdumpOptions {
  /** Interface name, or "any". */
  readonly device: string;
  /** pcap-filter expression, passed as one argument. */
  readonly filter?: string;
  readonly snapBytes?: number;
  /** As tcpdump's -B. */
  readonly bufferKib?: number;
  /** As tcpdump's -Q; default "in": the host's own answers to a flood would stand beside the flood. */
  readonly direction?: 'in' | 'out' | 'inout';
  /** Once it has been live, begin again whenever it breaks off (link down, tcpdump killed): a monitor outlives its source. */
  readonly keepTrying?: boolean;
  /** Said with "live": why it is tcpdump. */
  readonly reason?: string;
  /** Program to run; for tests and for tcpdump outside PATH. */
  readonly program?: string;
}

/** `output`: what it captures. */
interface RunningTcpdump {
  readonly child: ChildProcessByStdio<null, Readable | null, Readable>;
  readonly output: ByteSource;
}

/** The argv of the capture; everything behind `--` is the filter, whatever it looks like. */
export function tcpdumpArguments(of: TcpdumpOptions): string[] {
  const { device, filter = '', snapBytes = DEFAULT_SNAP_BYTES, bufferKib = KERNEL_BUFFER_KIB, direction = 'in' } = of;
  const ways = direction === 'inout' ? [] : ['-Q', direction];
  const options = ['-i', device, ...ways, '-w', '-', '-U', '-n', '--immediate-mode'];
  const sizes = ['-s', String(snapBytes), '-B', String(bufferKib)];
  return [...options, ...sizes, ...(filter.trim() === '' ? [] : ['--', filter])];
}

export class TcpdumpCollector implements Collector {
  readonly name: string;
  readonly kind = 'packets';
  readonly format = 'pcap';
  readonly #options: TcpdumpOptions;
  #isKnownToWork = false;
  /** Packets the kernel dropped, over all children; and before the running one, which counts from 0. */
  #dropped = 0;
  #droppedBefore = 0;

  /** Throws UserError for a name no interface can have. */
  constructor(options: TcpdumpOptions) {
    checkInterfaceName(options.device);
    this.#options = options;
    this.name = `tcpdump ${options.device}`;
  }

  run(sink: CollectorSink, signal: AbortSignal): Promise<SourceEnd> {
    const live = {
      name: this.name,
      capture: () => this.#capture(sink, signal),
      isWorthRetrying: () => this.#isKnownToWork && this.#options.keepTrying === true,
    };
    return keepTrying(live, sink, signal);
  }

  /** One life of a child. Rejects when it ended without being asked to. */
  async #capture(sink: CollectorSink, signal: AbortSignal): Promise<SourceEnd> {
    const { child, output } = await this.#start();
    const stderr = this.#watchStderr(child, sink);
    // Not 'exit': its last words on stderr come before 'close' only.
    const closed = once(child, 'close') as Promise<[number | null, string | null]>;
    const ending = new ChildEnding(child, signal, this.#options.keepTrying !== true);
    try {
      const delivery = new FrameDelivery(sink, ending.killed, 'max', REAL_CLOCK);
      const deliver = (batch: FrameBatch) => {
        ending.read(batch);
        return delivery.deliver(batch);
      };
      const target = { deliver, afterChunk: () => delivery.breathe() };
      // Not `signal`: until it ends, tcpdump still writes what it has.
      const end = await pumpFrames(output, target, ending.killed, sink.memory ?? null);
      if (end.kind === 'damaged') child.kill('SIGTERM');
      const [exitCode] = await closed;
      if (signal.aborted && end.kind !== 'damaged') {
        sink.health('ended', this.name);
        return { kind: 'stopped' };
      }
      if (end.kind === 'damaged') return end;
      throw tcpdumpFailure(this.#options.device, stderr.text(), exitCode);
    } finally {
      this.#droppedBefore = this.#dropped;
      ending.dispose();
      stderr.dispose();
    }
  }

  async #start(): Promise<RunningTcpdump> {
    const { program = 'tcpdump' } = this.#options;
    const env = { ...process.env, LC_ALL: 'C' };
    const pipe = openChildPipe();
    const stdio: StdioOptions = ['ignore', pipe?.writeFd ?? 'pipe', 'pipe'];
    const child = spawn(program, tcpdumpArguments(this.#options), { stdio, env }) as RunningTcpdump['child'];
    if (pipe !== null) closeSync(pipe.writeFd);
    try {
      await once(child, 'spawn');
    } catch (error) {
      if (pipe !== null) closeSync(pipe.readFd);
      throw tcpdumpMissing(error);
    }
    const output = pipe === null ? new StreamSource(child.stdout!) : new PipeSource(pipe.readFd, this.name);
    return { child, output };
  }

  /** Counters and the reason of a failure; asks for counters every second once tcpdump listens (SIGUSR1 before that would end it). */
  #watchStderr(child: RunningTcpdump['child'], sink: CollectorSink): { text: () => string; dispose: () => void } {
    let text = '';
    let timer: NodeJS.Timeout | undefined;
    const lines = createInterface({ input: child.stderr, crlfDelay: Number.POSITIVE_INFINITY });
    lines.on('line', (line) => {
      const dropped = parseDroppedByKernel(line);
      if (dropped !== null) {
        this.#dropped = this.#droppedBefore + dropped;
        sink.dropped(this.#dropped);
      } else if (isListening(line)) {
        this.#isKnownToWork = true;
        sink.health('live', this.#options.reason ?? this.name);
        timer ??= setInterval(() => child.kill('SIGUSR1'), STATISTICS_INTERVAL_MS);
      } else if (!/packets? (captured|received)/.test(line)) text = `${text}${line}\n`.slice(-MAX_STDERR_CHARS);
    });
    return {
      text: () => text,
      dispose: () => {
        clearInterval(timer);
        lines.close();
      },
    };
  }
}
