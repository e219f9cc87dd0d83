/**
 * Loaded into the program under test with `node --import`: appends to the file DDOSTOP_PROBE one JSON line a second and one
 * at the end, with the delay of the main thread's event loop in that second (ms, looked at every DDOSTOP_PROBE_DELAY_MS, which
 * is part of it), the totals of the newest tick and the diffs made so far, so that the product has no switches for tests.
 */
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread, Worker } from 'node:worker_threads';

const EVERY_MS = 1000;
const path = process.env.DDOSTOP_PROBE;

if (isMainThread && path !== undefined) observe();

function observe() {
  const delay = monitorEventLoopDelay({ resolution: Number(process.env.DDOSTOP_PROBE_DELAY_MS) });
  let totals = null;
  delay.enable();
  let diffs = 0;
  watchWorkers((message) => {
    if (message?.type === 'tick') totals = message.tick.snapshot.totals;
    if (message?.type === 'analysed') diffs += 1;
  });
  const write = () => {
    const [p50, p99, max] = [delay.percentile(50), delay.percentile(99), delay.max].map((ns) => ns / 1e6);
    appendFileSync(path, `${JSON.stringify({ atMs: performance.now(), p50, p99, max, totals, diffs })}\n`);
    delay.reset();
  };
  setInterval(write, EVERY_MS).unref();
  process.once('exit', write);
}

function watchWorkers(onMessage) {
  const { emit } = Worker.prototype;
  Worker.prototype.emit = function (event, ...values) {
    if (event === 'message') onMessage(values[0]);
    return emit.call(this, event, ...values);
  };
}
