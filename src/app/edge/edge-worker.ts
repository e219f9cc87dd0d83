/** The worker that reads an edge's logs: 100 000 records a second must not be parsed in the screen's thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { plainError } from '../plain-error.js';
import type { EdgeTarget, FromEdgeWorker, ToEdgeWorker } from './edge-protocol.js';
import { EdgeStation } from './edge-station.js';

const TICK_MS = 250;

const port = parentPort;
if (port === null) throw new Error('edge-worker: not started as a worker');

const post = (message: FromEdgeWorker, transfer: readonly ArrayBuffer[] = []) =>
  port.postMessage(message, [...transfer]);
const station = new EdgeStation(workerData as EdgeTarget, post);
const timer = setInterval(() => station.tick(Date.now()), TICK_MS);

port.on('message', (message: ToEdgeWorker) => station.answer(message));
station
  .run()
  .catch((error: unknown) => post({ type: 'failed', error: plainError(error) }))
  .finally(() => {
    // A last picture says that it is over.
    station.tick(Date.now());
    clearInterval(timer);
    port.close();
  });
