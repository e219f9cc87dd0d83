/** Where `ddostop mitigate` reads and writes, and the forms in which it answers. */
import type { Writable } from 'node:stream';
import { ExitCode } from '../../errors.js';
import { visibleJson } from '../../format/clean-text.js';
import type { FirewallDoor } from '../../mitigation/firewall-door.js';
import type { OpenMitigationOptions } from '../../mitigation/open-mitigation.js';
import { type Clock, systemClock } from '../../platform/clock.js';
import { watchOutput } from '../standard-output.js';
import type { TerminalInput } from './confirm-window.js';
import type { MitigateOptions } from './mitigate-options.js';

export interface MitigateIo {
  readonly stdin: TerminalInput;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** A person sits there and can answer: stdin and stderr are terminals. */
  readonly isTerminal: boolean;
  readonly clock: Clock;
  /** How the door is opened; a test gives its own machine here. */
  readonly open?: (options: OpenMitigationOptions) => Promise<FirewallDoor>;
}

export function processIo(): MitigateIo {
  watchOutput();
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    isTerminal: process.stdin.isTTY === true && process.stderr.isTTY === true,
    clock: systemClock,
  };
}

export function write(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve()); // an error comes as an event too; a reader that left is no failure of ours
  });
}

/** The result of an act, `body` as JSON or `text`. */
export async function report(
  { format }: MitigateOptions,
  io: MitigateIo,
  body: Readonly<Record<string, unknown>>,
  text: string,
  code: number = ExitCode.done,
): Promise<number> {
  const json = visibleJson({ schema: 'ddostop.action/1', ...body });
  await write(io.stdout, `${format === 'json' ? json : text}\n`);
  return code;
}

const muted = new WeakSet<Writable>();

/** `| head` closes the pipe: the act is done all the same, and its exit code counts. */
export function muteBrokenPipe(stream: Writable): void {
  if (muted.has(stream)) return;
  muted.add(stream);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
