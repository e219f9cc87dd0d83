/**
 * `npm run fuzz -- --minutes N`: mutated captures and packets through readers, decoders, tables and reports. Fails on a throw, a
 * hang, an answer that depends on kernel or chunking, or memory that grows. What it finds lies in fuzz-finds/ and belongs into a test.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { type Find, type FromFuzzWorker, type FuzzJob, fuzz } from './fuzz-worker.js';

const HANG_MS = 10_000;
const MAX_RSS_BYTES = 1.5e9;
const REPORT_EVERY_MS = 10_000;
const FINDS = 'fuzz-finds';
/** After so many, more would be the same. */
const MAX_FINDS = 20;

const HELP = `npm run fuzz -- [--minutes N] [--packets N] [--files N] [--seed N] [--captures FOLDER]

Runs until all are done: 2 000 000 mutated packets and 20 000 mutated files, or with --minutes at most that long.`;

interface Totals {
  files: number;
  packets: number;
  finds: Find[];
  peakRss: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string' },
      packets: { type: 'string', default: '2000000' },
      files: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      captures: { type: 'string', default: process.env['DDOSTOP_CAPTURES'] ?? '../shared/captures' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const numbers = [values.packets, values.files, values.seed, values.minutes ?? '1'].map(Number);
  if (numbers.some((number) => !Number.isFinite(number) || number < 0)) {
    console.error(`USAGE: expected numbers.\n${HELP}`);
    return 2;
  }
  const [packets, files, seed, minutes] = numbers as [number, number, number, number];
  const job: FuzzJob = {
    folder: values.captures,
    seed,
    files,
    packets,
    progress: new SharedArrayBuffer(24),
    untilMs: values.minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + minutes * 60_000,
  };
  const totals: Totals = { files: 0, packets: 0, finds: [], peakRss: 0 };
  await runJob(job, totals);
  return verdict(totals);
}

/** Resolves when the worker is done, or was ended because an input hangs. */
function runJob(job: FuzzJob, totals: Totals): Promise<void> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: job });
  const progress = new Float64Array(job.progress);
  const started = Date.now();
  return new Promise((resolve, reject) => {
    let seen = -1;
    let seenAt = Date.now();
    let saidAt = Date.now();
    const timer = setInterval(() => {
      const rss = process.memoryUsage.rss();
      totals.peakRss = Math.max(totals.peakRss, rss);
      if (progress[0] !== seen) {
        seen = progress[0] as number;
        seenAt = Date.now();
      } else if (Date.now() - seenAt > HANG_MS) {
        const kind = progress[1] === 0 ? 'file' : 'packet';
        totals.finds.push({
          kind,
          number: progress[2] as number,
          message: 'hangs',
          stack: '',
          bytes: new Uint8Array(0),
        });
        end();
      }
      if (Date.now() - saidAt < REPORT_EVERY_MS) return;
      saidAt = Date.now();
      const seconds = Math.round((saidAt - started) / 1000);
      console.log(`${seconds} s: ${seen} inputs, ${totals.finds.length} finds, ${Math.round(rss / 1e6)} MB`);
    }, 250);
    const end = (): void => {
      clearInterval(timer);
      void worker.terminate().then(() => resolve());
    };
    worker.on('message', (message: FromFuzzWorker) => {
      if (message.type === 'find') {
        totals.finds.push(message.find);
        save(message.find, job.seed);
        if (totals.finds.length >= MAX_FINDS) end();
        return;
      }
      totals.files = message.files;
      totals.packets = message.packets;
      end();
    });
    worker.on('error', (error) => {
      clearInterval(timer);
      reject(error);
    });
  });
}

function save(find: Find, seed: number): void {
  mkdirSync(FINDS, { recursive: true });
  const name = `${find.kind}-${seed}-${find.number}`;
  writeFileSync(join(FINDS, `${name}.bin`), find.bytes);
  console.log(`FIND ${name}: ${find.message}\n${find.stack.split('\n').slice(1, 6).join('\n')}`);
}

function verdict({ files, packets, finds, peakRss }: Totals): number {
  const isBounded = peakRss <= MAX_RSS_BYTES;
  console.log(`${packets} packets, ${files} files: ${finds.length} finds, peak ${Math.round(peakRss / 1e6)} MB`);
  for (const { kind, number, message } of finds) console.log(`  ${kind} ${number}: ${message}`);
  if (!isBounded) console.log(`FAILED: more than ${MAX_RSS_BYTES / 1e6} MB of memory`);
  return finds.length === 0 && isBounded ? 0 : 1;
}

if (isMainThread) process.exitCode = await main();
else fuzz(workerData as FuzzJob);
