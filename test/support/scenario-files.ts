/** Parts of the built-in scenario as capture files, in one pass through it. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { scenarioChunks } from '../../src/scenario/scenario.js';

export const SCENARIO_START_SEC = 1_760_000_000;

export interface ScenarioPart {
  readonly path: string;
  /** Seconds since the scenario began, [fromSec, toSec). */
  readonly fromSec: number;
  readonly toSec: number;
}

const GLOBAL_HEADER_LEN = 24;
const RECORD_HEADER_LEN = 16;

export function writeScenarioParts(parts: readonly ScenarioPart[]): void {
  const open = parts.map((part) => ({ ...part, fd: openSync(part.path, 'w') }));
  const endSec = Math.max(...parts.map(({ toSec }) => toSec));
  for (const chunk of scenarioChunks(undefined, SCENARIO_START_SEC)) {
    if (chunk.length === GLOBAL_HEADER_LEN) {
      for (const { fd } of open) writeSync(fd, chunk);
      continue;
    }
    const records = recordsOf(chunk);
    for (const { fd, fromSec, toSec } of open) {
      // Records are in the order of their times, so those of a part lie together.
      const inside = records.filter(({ sec }) => sec >= fromSec && sec < toSec);
      const [first, last] = [inside[0], inside.at(-1)];
      if (first !== undefined && last !== undefined) writeSync(fd, chunk, first.at, last.end - first.at);
    }
    if ((records.at(-1)?.sec ?? 0) >= endSec) break;
  }
  for (const { fd } of open) closeSync(fd);
}

function recordsOf(chunk: Uint8Array): { readonly at: number; readonly end: number; readonly sec: number }[] {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
  const records = [];
  for (let at = 0; at < chunk.length; ) {
    const sec = view.getUint32(at, true) + view.getUint32(at + 4, true) / 1e9 - SCENARIO_START_SEC;
    const end = at + RECORD_HEADER_LEN + view.getUint32(at + 8, true);
    records.push({ at, end, sec });
    at = end;
  }
  return records;
}
