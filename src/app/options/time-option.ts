/** Points in capture time on the command line. */
import { UserError } from '../../errors.js';

export interface PlainSpan {
  readonly from: string | null;
  readonly to: string | null;
}

/** "+12.5" seconds after the first packet, epoch seconds, or ISO 8601 (UTC unless it says otherwise) -> epoch seconds. */
export function parseTime(option: string, text: string, firstSec: number): number {
  if (/^\+\d+(\.\d+)?s?$/.test(text)) return firstSec + Number.parseFloat(text.slice(1));
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const isBare = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text);
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(isBare ? `${text.replace(' ', 'T')}Z` : text) : Number.NaN;
  if (Number.isFinite(ms)) return ms / 1000;
  throw new UserError(
    'USAGE',
    `${option}: "${text.slice(0, 40)}" is no point in time`,
    'E.g. +15 (seconds after the first packet), 2026-11-22T03:15:00 (UTC), or epoch seconds.',
  );
}
