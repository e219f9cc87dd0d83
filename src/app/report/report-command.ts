/** `ddostop report`: headless triage of a capture, a stream, some seconds of an interface, or the built-in scenario. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline as pipe } from 'node:stream/promises';
import { ExitCode, UserError } from '../../errors.js';
import { visibleJson } from '../../format/clean-text.js';
import { LoadGovernor } from '../../pipeline/load-governor.js';
import { Pipeline } from '../../pipeline/pipeline.js';
import { randomWord } from '../../platform/random-word.js';
import type { RecordOptions } from '../../recording/rolling-record.js';
import type { Collector, CollectorSink, SourceEnd } from '../../records/collector.js';
import { buildReport, type Report } from '../../report/report.js';
import { textReport } from '../../report/text-report.js';
import { openFile } from '../ingest/file-source.js';
import type { FrameTap } from '../ingest/frame-tap.js';
import type { SourceSpec } from '../ingest/ingest-protocol.js';
import { LoadMeter } from '../ingest/load-meter.js';
import { readingOf } from '../ingest/source-pace.js';
import { writeResult } from '../result-file.js';
import { sayError } from '../standard-error.js';
import { APPLICATION } from '../version.js';
import { slimHeap } from '../young-heap.js';
import type { Reputation } from './reputation-lists.js';

export const REPORT_FORMATS = ['text', 'json', 'markdown', 'html'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface ReportOptions {
  readonly format: ReportFormat;
  /** Keys per list; null = 20, and 10 in text. */
  readonly top: number | null;
  readonly exact: boolean;
  /** JA4 of an ALPN that is not ASCII as older tools have it. */
  readonly ja4Compat: boolean;
  readonly hash: boolean;
  readonly ascii: boolean;
  /** Seconds after which a live source is read no more; null = to its end. */
  readonly durationSec: number | null;
  /** File to write to; null = stdout. */
  readonly output: string | null;
  /** Null = nothing is recorded. */
  readonly record: RecordOptions | null;
  /** Files: lists of addresses that sources are held against. */
  readonly reputation?: readonly string[];
  /** Name shown for the source; null = its own. */
  readonly name?: string | null;
}

/** Between looks after a recording. */
const TAP_TICK_MS = 250;
const DEFAULT_TOP = 20;
/** A page on a screen. */
const DEFAULT_TEXT_TOP = 10;

interface ReadResult {
  readonly end: SourceEnd;
  readonly format: 'pcap' | 'pcapng' | null;
  readonly name: string;
}

/** Reads the source to its end and prints the report. Returns the exit code; throws UserError when there is nothing to print. */
export async function runReport(source: SourceSpec, options: ReportOptions): Promise<number> {
  slimHeap();
  // A live source does not wait. Exact counts are no estimates: what is too much for them is dropped by the kernel, and told.
  const meter = source.kind === 'live' && !options.exact ? new LoadMeter(new LoadGovernor()) : null;
  const pipeline = new Pipeline({
    seed: randomWord(),
    exact: options.exact,
    ja4Compat: options.ja4Compat,
    reading: readingOf(source),
    ranksFlows: false,
    windows: meter !== null,
    governor: meter?.governor ?? null,
  });
  const reputation = await reputationOf(options);
  const result = await readSource(source, pipeline, meter, options);
  pipeline.finish();
  const damage = result.end.kind === 'damaged' || result.end.kind === 'incomplete' ? result.end : null;
  if (damage !== null && pipeline.aggregate.packets === 0 && result.format === null) throw damage.error;
  const sha256 = options.hash && source.kind === 'file' && source.path !== '-' ? await hashOf(source.path) : undefined;
  const report = buildReport(
    pipeline,
    { name: options.name ?? result.name, format: result.format, damage, ...(sha256 === undefined ? {} : { sha256 }) },
    options.top ?? DEFAULT_TOP,
  );
  await print(reputation?.report(report) ?? report, options);
  if (damage === null) return ExitCode.done;
  sayError(damage.error.message);
  return ExitCode.damagedInput;
}

async function readSource(
  source: SourceSpec,
  pipeline: Pipeline,
  meter: LoadMeter | null,
  { durationSec, record }: ReportOptions,
): Promise<ReadResult> {
  const collector = await opened(source);
  // Known at the end only: which way of live capture there was.
  const nameOf = () => (source.kind === 'file' ? source.path : collector.name);
  const abort = new AbortController();
  const stop = () => abort.abort();
  const timer = durationSec === null ? null : setTimeout(stop, durationSec * 1000);
  // Ctrl-C ends the reading, not the report: what was seen is printed.
  process.once('SIGINT', stop);
  const tap = record === null ? null : await recordingTap(source, record);
  const counting = tap?.before(pipeline) ?? pipeline;
  const ticking = tap === null ? null : setInterval(() => tap.tick(), TAP_TICK_MS);
  const sink: CollectorSink = {
    memory: pipeline.frameMemory,
    pushFrames: (batch) => (meter === null ? counting.pushFrames(batch) : meter.push(batch, counting)),
    health: () => {},
    dropped: (frames) => {
      pipeline.dropped = frames;
      meter?.dropped(frames);
      tap?.dropped(frames);
    },
  };
  try {
    const end = await collector.run(sink, abort.signal);
    return { end, format: collector.format, name: nameOf() };
  } catch (error) {
    // A live source that breaks off has still shown what it has shown.
    if (!(error instanceof UserError) || pipeline.aggregate.packets === 0) throw error;
    return { end: { kind: 'incomplete', error, atByte: 0 }, format: collector.format, name: nameOf() };
  } finally {
    if (timer !== null) clearTimeout(timer);
    if (ticking !== null) clearInterval(ticking);
    await tap?.close();
    process.removeListener('SIGINT', stop);
  }
}

/** Null: no lists. Read before the source, so that a slip in their names costs no capture. */
async function reputationOf({ reputation }: ReportOptions): Promise<Reputation | null> {
  if (reputation === undefined || reputation.length === 0) return null;
  const { Reputation } = await import('./reputation-lists.js');
  const lists = await Reputation.load(reputation);
  for (const remark of lists.remarks) sayError(remark);
  return lists;
}

/** What is not a file is loaded when it is asked for: the ring, tcpdump, the scenario. */
async function opened(source: SourceSpec): Promise<Collector> {
  if (source.kind === 'file') return openFile(source);
  const { openSource } = await import('../ingest/source.js');
  return openSource(source, { programUrl: import.meta.url, keepTrying: false });
}

async function recordingTap(source: SourceSpec, record: RecordOptions): Promise<FrameTap> {
  const { FrameTap } = await import('../ingest/frame-tap.js');
  const tell = ({ text }: { readonly text: string }) => sayError(text);
  return new FrameTap(source, { record, keepsRecent: false, application: APPLICATION, tell });
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipe(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

async function print(report: Report, options: ReportOptions): Promise<void> {
  await writeResult(await printed(report, options), options.output);
}

/** Pages are a part of their own: a report of ten million packets is to stay small. */
async function printed(report: Report, { format, top, ascii }: ReportOptions): Promise<string> {
  if (format === 'json') return `${visibleJson(report)}\n`;
  if (format === 'text') return textReport(report, top ?? DEFAULT_TEXT_TOP, ascii);
  const { capturePage } = await import('../../report/capture-page.js');
  return capturePage(report, { format, ascii, top: top ?? DEFAULT_TEXT_TOP, nowSec: Date.now() / 1000 });
}
