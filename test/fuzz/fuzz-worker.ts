/** Runs inputs in a thread of its own, so that one without end can be told and ended. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort } from 'node:worker_threads';
import { Random } from '../../src/scenario/random.js';
import { type Corpus, type CorpusFrame, readCorpus } from './fuzz-corpus.js';
import { FrameTarget, runFile } from './fuzz-targets.js';
import { mutateBytes } from './mutate-bytes.js';
import { craftFrame } from './mutate-frames.js';

export interface FuzzJob {
  readonly folder: string;
  readonly seed: number;
  readonly files: number;
  readonly packets: number;
  /** [inputs done, current input's kind, current input's number]; the watchdog reads it. */
  readonly progress: SharedArrayBuffer;
  readonly untilMs: number;
}

export interface Find {
  readonly kind: 'file' | 'packet';
  readonly number: number;
  readonly message: string;
  readonly stack: string;
  readonly bytes: Uint8Array;
}

export type FromFuzzWorker =
  | { readonly type: 'find'; readonly find: Find }
  | { readonly type: 'done'; readonly files: number; readonly packets: number };

/** Files between collections: each has its own memory, which a collector that sees little garbage does not hurry to free. */
const COLLECT_EVERY = 20;
/** A packet of every so many is crafted from nothing or wrapped. */
const CRAFTED_SHARE = 0.4;

export function fuzz(job: FuzzJob): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const corpus = readCorpus(job.folder);
  const progress = new Float64Array(job.progress);
  const post = (message: FromFuzzWorker): void => parentPort?.postMessage(message);
  const isOver = (): boolean => Date.now() > job.untilMs;
  let files = 0;
  let packets = 0;
  const target = new FrameTarget();
  // In turns, so that a run that is ended early has seen of both.
  while ((files < job.files || packets < job.packets) && !isOver()) {
    if (files < job.files) {
      fuzzFile(corpus, job.seed, files, progress, post);
      files += 1;
      if (files % COLLECT_EVERY === 0) collect();
    }
    const upTo = Math.min(job.packets, job.files === 0 ? packets + 100 : Math.ceil((job.packets * files) / job.files));
    for (; packets < upTo; packets += 1) fuzzPacket(corpus, job.seed, packets, target, progress, post);
  }
  post({ type: 'done', files, packets });
}

export type Post = (message: FromFuzzWorker) => void;

export function fuzzFile({ files }: Corpus, seed: number, number: number, progress: Float64Array, post: Post): void {
  const random = new Random(seed ^ Math.imul(number + 1, 0x9e3779b1));
  const bytes = mutateBytes(random.pick(files), random, random.pick(files));
  progress[1] = 0;
  progress[2] = number;
  tell(() => runFile(bytes, random.pick([1, 7, 64, 1500, 65_536])), 'file', number, bytes, post);
  progress[0]! += 1;
}

export function fuzzPacket(
  { frames }: Corpus,
  seed: number,
  number: number,
  target: FrameTarget,
  progress: Float64Array,
  post: Post,
): void {
  const random = new Random(seed ^ Math.imul(number + 1, 0x85ebca6b) ^ 0x5bd1e995);
  const frame = mutateFrame(random.pick(frames), random, random.pick(frames));
  // Lengths that lie by gigabytes make every counter move over: rare, for speed.
  const wireLen =
    random.next() < 0.8 ? frame.bytes.length : random.next() < 0.02 ? random.word32() >>> 0 : random.between(0, 70_000);
  // Times go forwards as a rule, and sometimes anywhere.
  const sec = random.next() < 0.99 ? 1_700_000_000 + Math.floor(number / 5000) : random.word32();
  progress[1] = 1;
  progress[2] = number;
  tell(() => target.run(frame, wireLen, sec, random.between(0, 999_999_999)), 'packet', number, frame.bytes, post);
  progress[0]! += 1;
}

function mutateFrame(frame: CorpusFrame, random: Random, other: CorpusFrame): CorpusFrame {
  const isCrafted = random.next() < CRAFTED_SHARE;
  const crafted = isCrafted ? craftFrame(frame.bytes, random) : frame.bytes;
  const bytes = isCrafted && random.next() < 0.5 ? crafted : mutateBytes(crafted, random, other.bytes);
  return { bytes, linkType: isCrafted ? 1 : random.next() < 0.95 ? frame.linkType : random.between(0, 300) };
}

function tell(run: () => void, kind: Find['kind'], number: number, bytes: Uint8Array, post: Post): void {
  try {
    run();
  } catch (error) {
    const { message, stack = '' } = error as Error;
    post({ type: 'find', find: { kind, number, message, stack, bytes: bytes.slice() } });
  }
}
