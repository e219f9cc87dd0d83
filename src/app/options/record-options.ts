/** Command-line options of a recording -> RecordOptions. */
import { UserError } from '../../errors.js';
import { prepareRecordFolder } from '../../recording/record-folder.js';
import type { RecordOptions } from '../../recording/rolling-record.js';
import { integerOf } from './source-options.js';

/** As commander fills it in; every value is still the text that was typed. */
export interface RecordFlags {
  readonly record?: string;
  readonly recordSize?: string;
  readonly recordFiles?: string;
  readonly recordSeconds?: string;
}

const MIB = 2 ** 20;
export const DEFAULT_SIZE_MIB = 64;
export const DEFAULT_FILES = 16;
export const DEFAULT_SECONDS = 300;
const MAX_SIZE_MIB = 65_536;
/** Evidence opens them all at once. */
const MAX_FILES = 256;
const MAX_SECONDS = 7 * 86_400;

/** Null when nothing is to be recorded. Makes the folder; throws UserError when it cannot be written. */
export function recordOptions(flags: RecordFlags): RecordOptions | null {
  const { record, recordSize, recordFiles, recordSeconds } = flags;
  if (record === undefined) {
    const [name] = Object.keys(flags).filter((key) => /^record[A-Z]/.test(key));
    if (name === undefined) return null;
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UserError('USAGE', `--${option} without --record`, 'Say where to: --record DIR.');
  }
  const sizeMib = integerOf('--record-size', recordSize ?? String(DEFAULT_SIZE_MIB), 1, MAX_SIZE_MIB);
  const maxFiles = integerOf('--record-files', recordFiles ?? String(DEFAULT_FILES), 1, MAX_FILES);
  const maxFileSec = integerOf('--record-seconds', recordSeconds ?? String(DEFAULT_SECONDS), 1, MAX_SECONDS);
  return { folder: prepareRecordFolder(record), maxFileBytes: sizeMib * MIB, maxFiles, maxFileSec };
}
