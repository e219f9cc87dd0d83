/** Events of one file, from a place on. What cannot be read is counted, and the rest is read. */
import type { FileHandle } from 'node:fs/promises';
import type { JournalEvent } from '../journal-event.js';
import { parseLine } from './journal-line.js';
import { readEvent } from './read-event.js';
import { type ReadBounds, readLines } from './read-lines.js';
import { isObject } from './shape.js';

export interface Damage {
  /** Changed after they were written, or no lines of ours. */
  damaged: number;
  /** Cut by the end of their writer: nobody was told that they are kept. */
  torn: number;
}

export interface ScannedLine {
  readonly uid: string;
  /** A kind that a later version knows has its incident only. */
  readonly event: JournalEvent | null;
  readonly incidentId: string;
  readonly at: number;
  readonly length: number;
}

/** Returns where the next scan begins. Lines are told in their order; `bytes` is lent. */
export async function scanSegment(
  file: FileHandle,
  from: number,
  damage: Damage,
  take: (line: ScannedLine) => void,
  bounds?: ReadBounds,
): Promise<number> {
  const read = await readLines(
    file,
    from,
    ({ bytes, at, length }) => {
      const line = bytes === null ? 'damaged' : parseLine(bytes);
      if (typeof line === 'string') damage[line] += 1;
      else takeEvent(line.uid, line.json, at, length, damage, take);
    },
    bounds,
  );
  return read.end;
}

function takeEvent(
  uid: string,
  json: unknown,
  at: number,
  length: number,
  damage: Damage,
  take: (line: ScannedLine) => void,
): void {
  if (isObject(json) && typeof json['schema'] === 'string') return; // the head of the file
  const event = readEvent(json);
  if (event === null) damage.damaged += 1;
  else if (event === 'foreign') {
    take({ uid, event: null, incidentId: (json as { incidentId: string }).incidentId, at, length });
  } else take({ uid, event, incidentId: event.incidentId, at, length });
}
