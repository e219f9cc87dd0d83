/** The file of baselines: read line by line (it may have tens of megabytes), replaced in one step, 0600. */
import { createReadStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type BaselinesHead,
  forgetIn,
  headLine,
  MOST_LINE_CHARS,
  profileLine,
  readHead,
  readProfile,
} from '../../detect/baseline/baseline-lines.js';
import type { BaselineStore } from '../../detect/baseline/baseline-store.js';
import { messageOf, UserError } from '../../errors.js';
import { makePrivateFolder, writeLinesAtomic } from '../../platform/durable-file.js';

export interface BaselinesRead {
  /** Null: there is no file, or its head is damaged. */
  readonly head: BaselinesHead | null;
  readonly isHeadDamaged: boolean;
  /** Lines that are no target. */
  readonly damagedLines: number;
  /** Targets beyond what is kept. */
  readonly leftOut: number;
}

const NOTHING: BaselinesRead = { head: null, isHeadDamaged: false, damagedLines: 0, leftOut: 0 };

/** Into `store`; `adopts`: only targets it does not know. Rejects with UserError when the file cannot be read or is of a later version. */
export async function readBaselines(path: string, store: BaselineStore, adopts = false): Promise<BaselinesRead> {
  let head: BaselinesHead | null = null;
  let [damagedLines, leftOut] = [0, 0];
  for await (const line of linesOf(path)) {
    if (head === null) {
      const found = readHead(line);
      if (found === 'newer') throw newerError(path);
      if (found === 'damaged') return { ...NOTHING, isHeadDamaged: true };
      head = found;
      continue;
    }
    const found = readProfile(line);
    if (found === null) damagedLines += 1;
    else if (adopts && store.get(found.target) !== null) continue;
    else if (!store.put(found.target, found.profile)) leftOut += 1;
  }
  if (head !== null) forgetIn(store, head.forgotten);
  return { head, isHeadDamaged: false, damagedLines, leftOut };
}

/** One target at a time: the data path runs between them. Rejects with UserError. */
export async function writeBaselines(
  path: string,
  store: BaselineStore,
  head: Pick<BaselinesHead, 'savedSec' | 'forgotten'>,
): Promise<void> {
  function* lines() {
    yield headLine(head.savedSec, head.forgotten);
    for (const [target, profile] of store.entries()) yield profileLine(target, profile);
  }
  try {
    await makePrivateFolder(dirname(path));
    await writeLinesAtomic(path, lines());
  } catch (cause) {
    throw new UserError(
      'BASELINES_WRITE',
      `cannot write the baselines ${path}: ${messageOf(cause)}`,
      'Free space there, or name another file with baselines: { file: … } in the configuration.',
      { cause },
    );
  }
}

/** What is no file of ours is put aside, not written over. */
export async function putAside(path: string): Promise<string> {
  const aside = `${path}.damaged`;
  await rename(path, aside);
  return aside;
}

/** A line that is too long is given as one that is damaged. No file: no lines. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8' })) {
      rest += chunk as string;
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
        yield rest.slice(0, end);
        rest = rest.slice(end + 1);
      }
      if (rest.length > 2 * MOST_LINE_CHARS) rest = rest.slice(0, MOST_LINE_CHARS + 1);
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw cause instanceof UserError
      ? cause
      : new UserError(
          'BASELINES_READ',
          `cannot read the baselines ${path}: ${messageOf(cause)}`,
          'Check its rights, or name another file with baselines: { file: … } in the configuration.',
          { cause },
        );
  }
  if (rest.length > 0) yield rest;
}

function newerError(path: string): UserError {
  return new UserError(
    'BASELINES_VERSION',
    `${path} was written by a later version of ddostop`,
    'Use that version, or name another file; this one is left as it is.',
  );
}
