/** The analysis worker: rows in, diff and rule out; and what a changed rule would do. It keeps the tables of the newest analysis. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { AnalysisSession } from '../../signature/session.js';
import { warmUp } from '../../signature/synthesis/warm-up.js';
import { plainError } from '../plain-error.js';
import { type FromAnalyst, type ToAnalyst, unpackInput } from './analysis-protocol.js';

const port = parentPort;
if (port === null) throw new Error('analysis-worker: not started as a worker');

/** A third of what the others get of a core that is asked for by several: the screen and what counts come first. */
const NICE = 5;

let session: AnalysisSession | null = null;

function post(message: FromAnalyst): void {
  port?.postMessage(message);
}

function answer(message: ToAnalyst & { readonly id: number }): FromAnalyst {
  const { id } = message;
  try {
    if (message.type === 'analyse') {
      session = new AnalysisSession(unpackInput(message.input));
      return { type: 'analysed', id, analysis: session.analyse() };
    }
    if (session === null) throw new Error('nothing has been analysed yet');
    return {
      type: 'measured',
      id,
      proposal: session.measure((message as { match: Parameters<AnalysisSession['measure']>[0] }).match),
    };
  } catch (error) {
    return { type: 'failed', id, error: plainError(error) };
  }
}

port.on('message', (message: ToAnalyst) => {
  if (message.type === 'stop') port.close();
  else post(answer(message));
});
// setpriority(2): on Linux process 0 is the calling thread, elsewhere all of them.
if (process.platform === 'linux') setPriority(0, NICE);
// Compiled code makes the first analysis three times as fast as a cold one.
warmUp();
