/** What became of a request at the edge, as its log record says it. Words: developers.cloudflare.com/logs, SecurityAction and CacheCacheStatus. */
import { type HttpLogBatch, LOG_TEXT_COUNT, LogTextAt, NO_TEXT } from '../../records/http-log-batch.js';

export const Outcome = { stopped: 0, answeredAtEdge: 1, toOrigin: 2 } as const;

/** Solved and bypassed challenges let the request pass. */
const STOPPING = byLength([
  'block',
  'challenge',
  'jschallenge',
  'managedChallenge',
  'connectionClose',
  'forceConnectionClose',
]);
const FROM_CACHE = byLength(['hit', 'stale', 'updating', 'stream_hit', 'revalidated']);

export function outcomeOf(batch: HttpLogBatch, row: number): number {
  if (isOneOf(batch, row, LogTextAt.securityAction, STOPPING)) return Outcome.stopped;
  if (batch.originStatus[row] === 0 || isOneOf(batch, row, LogTextAt.cacheStatus, FROM_CACHE)) {
    return Outcome.answeredAtEdge;
  }
  return Outcome.toOrigin;
}

/** No two words of a list are of the same length. */
function byLength(words: readonly string[]): readonly (Uint8Array | undefined)[] {
  const list: (Uint8Array | undefined)[] = [];
  for (const word of words) {
    if (list[word.length] !== undefined) throw new Error(`edge-outcome: two words as long as "${word}".`);
    list[word.length] = Uint8Array.from(word, (letter) => letter.charCodeAt(0));
  }
  return list;
}

function isOneOf(
  { bytes, textAt, textEnd }: HttpLogBatch,
  row: number,
  column: number,
  words: readonly (Uint8Array | undefined)[],
): boolean {
  const cell = row * LOG_TEXT_COUNT + column;
  const at = textAt[cell] as number;
  if (at === NO_TEXT) return false;
  const length = (textEnd[cell] as number) - at;
  const word = length < words.length ? words[length] : undefined;
  if (word === undefined) return false;
  for (let i = 0; i < length; i += 1) if (bytes[at + i] !== word[i]) return false;
  return true;
}
