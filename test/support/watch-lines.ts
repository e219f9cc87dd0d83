/** What `ddostop watch` prints, line by line. */
import { spawn } from 'node:child_process';
import { PROGRAM } from './program.js';

export interface WatchLine {
  readonly schema: string;
  readonly event: string;
  readonly text?: string;
  readonly incident?: {
    readonly id: string;
    readonly state: string;
    readonly target: string;
    readonly scope: string;
    readonly peakRps: number;
    readonly vectors: readonly { readonly id: string }[];
  };
}

export const linesOf = (text: string): WatchLine[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as WatchLine);

/** A `watch` that goes on until it is told to stop: its lines as they come. Whoever starts it ends it. */
export function startWatch(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [PROGRAM, 'watch', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seen: WatchLine[] = [];
  const waiting: { readonly wants: (line: WatchLine) => boolean; readonly resolve: (line: WatchLine) => void }[] = [];
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    const parts = (rest + part).split('\n');
    rest = parts.pop() as string;
    for (const line of parts.map((text) => JSON.parse(text) as WatchLine)) {
      seen.push(line);
      for (const { wants, resolve } of waiting) if (wants(line)) resolve(line);
    }
  });
  const until = (wants: (line: WatchLine) => boolean) => {
    const known = seen.find(wants);
    return known === undefined
      ? new Promise<WatchLine>((resolve) => waiting.push({ wants, resolve }))
      : Promise.resolve(known);
  };
  return { child, seen, until };
}
