/** What inputs are run through, and what must hold. Each throws when something does not. */
import { CaptureReader, ReadState } from '../../collectors/pcap/capture-reader.js';
import { LiveRows } from '../../src/pipeline/live-rows.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { FrameBatch } from '../../src/records/frame-batch.js';
import { buildReport } from '../../src/report/report.js';
import { textReport } from '../../src/report/text-report.js';
import type { SourceStatus } from '../../src/snapshot/snapshot.js';
import type { CorpusFrame } from './fuzz-corpus.js';

const STATUS: SourceStatus = { name: 'fuzz', state: 'live', detail: '', paced: false };
/** Line feeds are the report's own. */
const HOSTILE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/;

/** A whole capture: kernel and reference must say the same, and nothing hostile may come out. */
export function runFile(bytes: Uint8Array, chunkBytes: number): void {
  const byKernel = reportOf(bytes, true, bytes.length);
  const byReference = reportOf(bytes, false, chunkBytes);
  if (byKernel === byReference) return;
  const at = [...byKernel].findIndex((char, i) => char !== byReference[i]);
  throw new Error(
    `kernel and reference differ: ${byKernel.slice(at - 60, at + 60)} | ${byReference.slice(at - 60, at + 60)}`,
  );
}

function reportOf(bytes: Uint8Array, kernel: boolean, chunkBytes: number): string {
  const pipeline = new Pipeline({ kernel, seed: 77 });
  const reader = new CaptureReader(pipeline.frameMemory);
  const batch = pipeline.frameMemory?.batch ?? new FrameBatch();
  for (let at = 0; at < bytes.length && reader.end === null; ) {
    const space = reader.space();
    const part = bytes.subarray(at, at + Math.min(space.length, chunkBytes));
    space.set(part);
    reader.wrote(part.length);
    at += part.length;
    while (reader.next(batch) === ReadState.frames) pipeline.pushFrames(batch);
  }
  const end = reader.end ?? reader.finish();
  pipeline.finish();
  pipeline.snapshot(STATUS);
  const damage = end.kind === 'damaged' || end.kind === 'incomplete' ? end : null;
  const report = buildReport(pipeline, { name: 'fuzz', format: reader.format, damage }, 50);
  const text = textReport(report, 20, false);
  const found = HOSTILE.exec(text);
  if (found !== null) throw new Error(`the report prints ${JSON.stringify(found[0])}`);
  const incidents = report.incidents.map((incident) => ({ ...incident, sources: null, id: null }));
  return JSON.stringify({ ...report, incidents });
}

/** Frames one by one, each in a buffer that ends where it ends: a look behind the end throws. */
export class FrameTarget {
  #pipeline = fresh();
  #count = 0;
  readonly #batch = new FrameBatch(1);

  run({ bytes, linkType }: CorpusFrame, wireLen: number, sec: number, nsec: number): void {
    const batch = this.#batch;
    const exact = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
    batch.bytes = exact;
    batch.view = new DataView(exact.buffer);
    batch.at[0] = 0;
    batch.capLen[0] = exact.length;
    batch.wireLen[0] = wireLen;
    batch.linkType[0] = linkType;
    batch.sec[0] = sec;
    batch.nsec[0] = nsec;
    batch.count = 1;
    this.#pipeline.pushFrames(batch);
    this.#count += 1;
    if (this.#pipeline.aggregate.packets !== this.#count) throw new Error('a frame was not counted');
    if (this.#count % 20_000 === 0) this.#renew();
  }

  #renew(): void {
    this.#pipeline.finish();
    const report = buildReport(this.#pipeline, { name: 'fuzz', format: null, damage: null }, 100);
    const found = HOSTILE.exec(textReport(report, 100, false));
    if (found !== null) throw new Error(`the report prints ${JSON.stringify(found[0])}`);
    this.#pipeline = fresh();
    this.#count = 0;
  }
}

function fresh(): Pipeline {
  return new Pipeline({ kernel: false, windows: true, levels: 4, seed: 5, rows: new LiveRows({ seed: 5 }) });
}
