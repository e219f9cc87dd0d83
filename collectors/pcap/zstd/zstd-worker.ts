/** The zstd worker: from one ring into the other, asleep when there is nothing to take or no room. The reader terminates it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { Decompress } from 'fzstd';
import { type FromZstdWorker, InputState, ZstdChannel, type ZstdMemory } from './channel.js';
import { brokenBy } from './failure.js';

/** fzstd goes one call deeper for every frame in a piece; a frame may have 8 bytes. */
const PIECE_BYTES = 4096;
/**
 * fzstd allocates each block twice, outside the heap, and V8 lets 32 MB of that pile up: peak of a report 112 MB. Collected
 * after so much output (a young collection, no measurable time) it is 81.
 */
const COLLECT_BYTES = 2 ** 20;

const port = parentPort;
if (port === null) throw new Error('zstd-worker: not started as a worker');
const channel = new ZstdChannel(workerData as ZstdMemory);

function post(message: FromZstdWorker): void {
  port?.postMessage(message);
}

function changed(): void {
  if (channel.takeWait()) post({ type: 'wake' });
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void;
let uncollectedBytes = 0;

function write(block: Uint8Array): void {
  uncollectedBytes += block.length;
  if (uncollectedBytes > COLLECT_BYTES) {
    uncollectedBytes = 0;
    collect({ type: 'minor' });
  }
  let at = 0;
  while (at < block.length) {
    channel.sleepUntil(() => !channel.output.isFull);
    at += channel.output.put(block.subarray(at));
    changed();
  }
}

function run(): FromZstdWorker {
  const decompress = new Decompress(write);
  const piece = new Uint8Array(PIECE_BYTES);
  try {
    for (;;) {
      channel.sleepUntil(() => channel.input.used > 0 || channel.inputState !== InputState.more);
      const state = channel.inputState;
      const got = channel.input.take(piece);
      if (channel.wantsInput) changed();
      // fzstd keeps what it is given.
      if (got > 0) decompress.push(piece.slice(0, got));
      else if (state !== InputState.more) {
        if (state === InputState.end) decompress.push(piece.slice(0, 0), true);
        return { type: 'done' };
      }
    }
  } catch (error) {
    return { type: 'broken', ...brokenBy(error) };
  }
}

post({ type: 'ready' });
post(run());
