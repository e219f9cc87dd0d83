/** What people say about incidents: lines of the journal, and what is answered. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf, UserError } from '../../errors.js';
import { cleanText } from '../../format/clean-text.js';
import { formatBytes } from '../../format/number-format.js';
import { formatDateTime } from '../../format/time-format.js';
import type { EvidenceRecord } from '../../incident/journal-event.js';
import type { IncidentStore } from '../../incident/store/incident-store.js';
import type { IncidentAct } from './incidents-command.js';
import { readGiven } from './notify-input.js';

/** A page or two; the store holds notes, not documents. */
const MOST_NOTE = 16_384;
const MOST_REASON = 1000;
const SHOWN = 200;

/** Resolves with a line for each thing done. All ids are looked up before anything is written. */
export async function actOn(act: IncidentAct, store: IncidentStore): Promise<string[]> {
  switch (act.action) {
    case 'ack':
      return acknowledge(act.ids, act.note, store);
    case 'mark':
      return [await mark(act, store)];
    case 'unmark': {
      const id = store.idOf(act.id);
      await store.append({ kind: 'marked', incidentId: id, mark: null, of: null, reason: '' });
      return [`${shown(id)}: mark taken back`];
    }
    case 'note': {
      const id = store.idOf(act.id);
      await store.append({ kind: 'noted', incidentId: id, text: await noteOf(act.text) });
      return [`${shown(id)}: noted`];
    }
    case 'attach': {
      const id = store.idOf(act.id);
      const file = await evidenceOf(act.file, act.words);
      await store.append({ kind: 'kept', incidentId: id, file });
      return [`${shown(id)}: ${shown(file.path)}, ${formatBytes(file.bytes)}, sha256 ${file.sha256}`];
    }
  }
}

async function acknowledge(words: readonly string[], note: string | null, store: IncidentStore): Promise<string[]> {
  const ids = [...new Set(words.map((word) => store.idOf(word)))];
  const text = note === null ? null : bounded('--note', note, MOST_NOTE);
  const lines: string[] = [];
  for (const id of ids) {
    const since = store.row(id)?.acknowledgedAt ?? null;
    if (since === null) await store.append({ kind: 'acknowledged', incidentId: id });
    if (text !== null) await store.append({ kind: 'noted', incidentId: id, text });
    lines.push(`${shown(id)}: ${since === null ? 'acknowledged' : `was acknowledged at ${formatDateTime(since)}`}`);
  }
  return lines;
}

async function mark(
  { id: word, mark, of, reason }: Extract<IncidentAct, { action: 'mark' }>,
  store: IncidentStore,
): Promise<string> {
  if ((mark === 'duplicate') !== (of !== null)) {
    throw new UserError(
      'USAGE',
      mark === 'duplicate' ? 'a duplicate needs the other one' : '--of is for duplicates only',
      'ddostop incidents mark ID duplicate --of OTHER.',
    );
  }
  const id = store.idOf(word);
  const other = of === null ? null : store.idOf(of);
  if (other === id)
    throw new UserError('USAGE', `${id} cannot be a duplicate of itself`, 'Name the other one with --of.');
  await store.append({
    kind: 'marked',
    incidentId: id,
    mark,
    of: other,
    reason: bounded('--reason', reason, MOST_REASON),
  });
  return `${shown(id)}: marked ${mark}${other === null ? '' : ` of ${shown(other)}`}`;
}

async function noteOf(text: string): Promise<string> {
  const note = text === '-' ? (await readGiven()).trim() : text;
  if (note === '')
    throw new UserError('USAGE', 'expected a note, got none', 'Give it as an argument, or on stdin with "-".');
  return bounded('note', note, MOST_NOTE);
}

function bounded(what: string, text: string, most: number): string {
  if (text.length <= most) return text;
  throw new UserError(
    'USAGE',
    `${what}: expected at most ${most} characters, got ${text.length}`,
    'Attach a file instead.',
  );
}

async function evidenceOf(path: string, words: string): Promise<EvidenceRecord> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile()) throw new Error('it is no regular file');
      const hash = createHash('sha256');
      let bytes = 0;
      const piece = Buffer.alloc(256 * 1024);
      for (;;) {
        const { bytesRead } = await file.read(piece, 0, piece.length, bytes);
        if (bytesRead === 0) break;
        hash.update(piece.subarray(0, bytesRead));
        bytes += bytesRead;
      }
      // How many packets it has is not looked at: any file is evidence.
      return {
        path: resolve(path),
        sha256: hash.digest('hex'),
        bytes,
        packets: 0,
        words: bounded('--words', words, MOST_REASON),
      };
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError('EVIDENCE_FILE', `cannot read ${path}: ${messageOf(cause)}`, 'Name a file that can be read.', {
      cause,
    });
  }
}

function shown(text: string): string {
  return cleanText(text, SHOWN);
}
