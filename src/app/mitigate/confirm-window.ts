/** The question before a mitigation and the countdown after it, on a terminal. Keys: Enter or c confirms, z or Ctrl-C takes back. */
import { createInterface } from 'node:readline/promises';
import type { Writable } from 'node:stream';
import { formatDuration } from '../../format/time-format.js';
import type { Clock } from '../../platform/clock.js';

/** What is needed of a terminal's stdin. */
export type TerminalInput = NodeJS.ReadableStream & { setRawMode?(on: boolean): unknown };

export type WindowEnd = 'confirmed' | 'undone' | 'ended';

/** Keys typed ahead (the Enter behind the answer) must not confirm. */
const DEAF_MS = 600;
const REDRAW_MS = 250;

/** True for "y" or "yes"; everything else, the end of the input and Ctrl-C too, is no. */
export async function askYes(question: string, input: TerminalInput, output: Writable): Promise<boolean> {
  const reader = createInterface({ input, output });
  const closed = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([reader.question(`${question} [y/N] `), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    reader.close();
  }
}

/** Waits for the decision until `endMs` (epoch ms). The kernel keeps the time; this only shows it. */
export function waitForDecision(
  id: string,
  endMs: number,
  input: TerminalInput,
  output: Writable,
  clock: Clock,
): Promise<WindowEnd> {
  return new Promise((resolve) => {
    const deafUntilMs = clock.nowMs() + DEAF_MS;
    const draw = () => {
      const left = (endMs - clock.nowMs()) / 1000;
      if (left <= 0) finish('ended');
      else
        output.write(
          `\r${id} is in force: ${formatDuration(Math.ceil(left))} left.  Enter keeps it, z takes it back. \x1b[K`,
        );
    };
    const onKey = (chunk: Buffer | string) => {
      if (clock.nowMs() < deafUntilMs) return;
      for (const key of chunk.toString()) {
        if (key === '\r' || key === '\n' || key === 'c') return finish('confirmed');
        if (key === 'z' || key === '\x03') return finish('undone');
      }
    };
    const onEnd = () => finish('undone'); // the terminal is gone: nobody can confirm
    const finish = (how: WindowEnd) => {
      clearInterval(timer);
      input.off('data', onKey);
      input.off('end', onEnd);
      input.setRawMode?.(false);
      input.pause();
      output.write('\n');
      resolve(how);
    };
    const timer = setInterval(draw, REDRAW_MS);
    input.setRawMode?.(true);
    input.on('data', onKey);
    input.on('end', onEnd);
    input.resume();
    draw();
  });
}
