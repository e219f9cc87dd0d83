/**
 * Every way out of the process passes here while the screen is ours, so that the terminal is given back first. SIGKILL
 * cannot be caught: after it only `reset` helps.
 */
import { constants } from 'node:os';
import { visibleLines } from '../format/clean-text.js';

const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;
type StopSignal = (typeof SIGNALS)[number];

// The caller gets this long to close its sources after a signal.
const GRACE_MS = 1500;

export interface ExitGuardOptions {
  /** Gives the terminal back; safe to call any number of times. */
  readonly restore: () => void;
  /** A signal asked us to stop; the exit code is 128 + its number, as a shell reports it. */
  readonly onStop: (exitCode: number) => void;
}

/** Returns the function that takes the guard away. */
export function guardExits(options: ExitGuardOptions): () => void {
  let isStopping = false;
  const onSignal = (signal: StopSignal): void => {
    isStopping = true;
    options.restore();
    const code = 128 + constants.signals[signal];
    setTimeout(() => process.exit(code), GRACE_MS).unref();
    options.onStop(code);
  };
  const onBug = (error: unknown): void => {
    options.restore();
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${visibleLines(words)}\n`);
    process.exit(1);
  };
  const onExit = (): void => options.restore();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('uncaughtException', onBug); // unhandled rejections arrive here too (Node >= 15)
  process.on('exit', onExit);
  return () => {
    // Ink's own exit hook sends the signal again when it finds itself the only listener: stay until the process ends.
    if (isStopping) return;
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off('uncaughtException', onBug);
    process.off('exit', onExit);
  };
}
