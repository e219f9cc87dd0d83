/** The program with its screen, in a pseudo-terminal of 120x40 cells. */
import xterm from '@xterm/headless';
import { BenchError } from './bench-error.mjs';
import { sleep, start } from './measure.mjs';
import { terminalEnvironment } from './program.mjs';

const [COLUMNS, ROWS] = [120, 40];
const POLL_MS = 5;
const WAIT_MS = 20_000;
const QUIT = 'q';

export function startScreen(argv, environment = {}) {
  return start(argv, { terminal: `${COLUMNS}x${ROWS}`, env: { ...terminalEnvironment(), ...environment } });
}

/** Ends it as a user does; `{ wallSec, cpuSec, peakMib, code }`. */
export async function quit(run) {
  run.keys(QUIT);
  const giveUp = setTimeout(() => run.child.kill('SIGTERM'), WAIT_MS);
  const ending = await run.ended;
  clearTimeout(giveUp);
  if (ending.code === 0) return ending;
  throw new BenchError(`the screen ended with ${ending.code}: ${run.stderr}${(await textOf(run)).trim().slice(-500)}`);
}

/** Milliseconds from exec until the bottom line, the last one that is drawn, has been written; and the peak memory. */
export async function firstFrame(argv) {
  const run = startScreen(argv);
  const { startNs } = await run.started;
  const atNs = await firstFrameNs(run);
  const { peakMib } = await quit(run);
  return { frameMs: Number(atNs - BigInt(startNs)) / 1e6, peakMib };
}

/** Waits for the first frame. The time is that of the piece of output which completed it. */
export async function firstFrameNs(run) {
  const terminal = newTerminal();
  const giveUpAt = Date.now() + WAIT_MS;
  for (let next = 0; Date.now() < giveUpAt; ) {
    for (; next < run.chunks.length; next += 1) {
      await new Promise((resolve) => terminal.write(run.chunks[next].data, resolve));
      if (isFrame(terminal)) return run.chunks[next].atNs;
    }
    await sleep(POLL_MS);
  }
  throw new BenchError(`no frame within ${WAIT_MS / 1000} s: ${run.stderr}${await textOf(run)}`);
}

function isFrame(terminal) {
  const line = (row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? '';
  return terminal.buffer.active.type === 'alternate' && line(0) !== '' && line(2) !== '' && line(ROWS - 1) !== '';
}

async function textOf(run) {
  const terminal = newTerminal();
  for (const { data } of run.chunks) await new Promise((resolve) => terminal.write(data, resolve));
  const { active } = terminal.buffer;
  return Array.from({ length: ROWS }, (_, row) => active.getLine(row)?.translateToString(true) ?? '').join('\n');
}

function newTerminal() {
  return new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true, scrollback: 0 });
}
