/**
 * One event as one line: `CRC32 LENGTH UID JSON`. The checksum (of UID and JSON, 8 hex digits) tells a damaged line, the length (bytes of the same) a
 * torn one. Each line is written with a line feed in front as well as behind: what a killed writer left unfinished never spoils the line after it, and
 * nobody has to cut a file that others append to. UID names the writing, not the event: the same line written again (its first writing may have been
 * lost) is one event.
 */
import { crc32 } from 'node:zlib';

/** Longer ones are not written, and read as damage. A picture of the peak has some 100 KB at most. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** Whatever is written down: events, and the first line of a file. */
export interface JournalLine {
  readonly uid: string;
  readonly json: unknown;
}

/** torn: a writer was killed in the middle of it, so nobody was told that it is kept. damaged: it changed after it was written. */
export type LineResult = JournalLine | 'torn' | 'damaged';

const HEAD = /^([0-9a-f]{8}) ([0-9]{1,7}) /;
/** What is left of a head that was cut. */
const CUT_HEAD = /^(?:[0-9a-f]{0,8}|[0-9a-f]{8} [0-9]{0,7})$/;
const LONGEST_HEAD = 17; // 8 + 1 + 7 + 1
const UID = /^[0-9a-z.]{1,40}$/;

export function lineOf(uid: string, json: unknown): Buffer {
  const payload = Buffer.from(`${uid} ${JSON.stringify(json)}`, 'utf8');
  const head = `\n${crc32(payload).toString(16).padStart(8, '0')} ${payload.length} `;
  return Buffer.concat([Buffer.from(head, 'latin1'), payload, NEWLINE]);
}

const NEWLINE = Buffer.from('\n');

/** `bytes`: what stands between two line feeds, not empty. */
export function parseLine(bytes: Buffer): LineResult {
  const head = HEAD.exec(bytes.toString('latin1', 0, LONGEST_HEAD));
  if (head === null) return isCutHead(bytes) ? 'torn' : 'damaged';
  const [prefix, sum, digits] = head as unknown as [string, string, string];
  const payload = bytes.subarray(prefix.length);
  const length = Number(digits);
  if (payload.length < length) return 'torn';
  if (payload.length > length || crc32(payload) !== Number.parseInt(sum, 16)) return 'damaged';
  return payloadOf(payload.toString('utf8'));
}

function payloadOf(text: string): LineResult {
  const at = text.indexOf(' ');
  const uid = text.slice(0, at);
  if (!UID.test(uid)) return 'damaged';
  try {
    return { uid, json: JSON.parse(text.slice(at + 1)) };
  } catch {
    return 'damaged'; // somebody else's bytes, with a checksum of their own
  }
}

/** Zeros are blocks that were given to the file and never written, before the power went. */
function isCutHead(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0) || (bytes.length < LONGEST_HEAD && CUT_HEAD.test(bytes.toString('latin1')));
}
