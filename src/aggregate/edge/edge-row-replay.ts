/** Sampled rows as a log once more, second by second, for tables that begin again. Each counts for what it stands for, in whole requests. */
import { HttpLogBatch, LOG_TEXT_COUNT, type LogText, LogTextAt, NO_TEXT } from '../../records/http-log-batch.js';
import type { TextLookup } from '../../records/text-keeper.js';
import type { EdgeRows } from './edge-row-keeper.js';

/** Rows looked at: of more one in so many, which stand for the others; some 50 ms. */
const MOST_ROWS = 16_384;
const BATCH = 256;
/** Texts of sampled rows are cut at 1024 characters, and a row has fourteen. */
const ROW_BYTES = 14 * 1024;

type Column = (rows: EdgeRows) => Uint32Array;

const COLUMNS: readonly (readonly [LogText, Column])[] = [
  ['country', ({ samples }) => samples.country],
  ['method', ({ samples }) => samples.method],
  ['protocol', ({ samples }) => samples.version],
  ['host', ({ samples }) => samples.host],
  // A template is its own template.
  ['path', ({ samples }) => samples.pathTemplate],
  ['userAgent', ({ samples }) => samples.userAgent],
  ['referer', ({ samples }) => samples.refererHost],
  ['ja3', ({ samples }) => samples.ja3],
  ['ja4', ({ samples }) => samples.ja4],
  ['cacheStatus', ({ samples }) => samples.cacheStatus],
  ['securityAction', ({ extras }) => extras.securityAction],
  ['securitySources', ({ extras }) => extras.securitySources],
  ['securityRuleIds', ({ extras }) => extras.securityRuleIds],
  ['colo', ({ extras }) => extras.colo],
];

export interface ReplaySink {
  /** Lent. */
  take(batch: HttpLogBatch): void;
  endSecond(sec: number): void;
}

/** All seconds before `runningSec` are ended. */
export function replayRows(found: EdgeRows, runningSec: number, sink: ReplaySink): void {
  const { samples, rows, weights } = found;
  const order = Array.from(rows.keys()).sort((a, b) => secAt(found, a) - secAt(found, b));
  const step = Math.max(1, Math.ceil(order.length / MOST_ROWS));
  const batch = new HttpLogBatch(BATCH);
  batch.bytes = new Uint8Array(BATCH * ROW_BYTES);
  let written = 0;
  let owed = 0;
  let second = Number.NaN;
  const deliver = () => {
    if (batch.count > 0) sink.take(batch);
    batch.count = 0;
    written = 0;
  };
  for (let i = 0; i < order.length; i += 1) {
    const index = order[i] as number;
    owed += weights[index] as number;
    if (i % step !== 0) continue;
    const sec = Math.floor(samples.sec[rows[index] as number] as number);
    if (sec !== second || batch.count === BATCH) deliver();
    if (sec > second) sink.endSecond(second);
    second = sec;
    // Tables count whole requests: what is left over goes to the next row.
    const requests = Math.floor(owed + 1e-9);
    owed -= requests;
    if (requests > 0) written = writeRow(found, rows[index] as number, requests, batch, written);
  }
  deliver();
  if (second < runningSec) sink.endSecond(second);
}

function secAt({ samples, rows }: EdgeRows, index: number): number {
  return samples.sec[rows[index] as number] as number;
}

function writeRow(found: EdgeRows, from: number, requests: number, batch: HttpLogBatch, at: number): number {
  const { samples, extras, texts } = found;
  const row = batch.count;
  batch.count += 1;
  batch.sec[row] = samples.sec[from] as number;
  batch.weight[row] = requests;
  for (let word = 0; word < 4; word += 1) batch.src[row * 4 + word] = samples.src[from * 4 + word] as number;
  batch.asn[row] = samples.asn[from] as number;
  batch.status[row] = samples.status[from] as number;
  batch.botScore[row] = samples.botScore[from] as number;
  batch.wafScore[row] = samples.wafScore[from] as number;
  batch.responseBytes[row] = extras.responseBytes[from] as number;
  const first = row * LOG_TEXT_COUNT;
  batch.textAt.fill(NO_TEXT, first, first + LOG_TEXT_COUNT);
  let written = at;
  for (const [text, column] of COLUMNS) {
    const cell = first + LogTextAt[text];
    batch.textAt[cell] = written;
    const end = writeText(texts, column(found)[from] as number, batch.bytes, written);
    batch.textEnd[cell] = end;
    if (end < 0) batch.textAt[cell] = NO_TEXT;
    else written = end;
  }
  return written;
}

/** Returns where the text ends; -1: there was none, or it is not kept any more. */
function writeText(texts: TextLookup, hash: number, out: Uint8Array, at: number): number {
  const text = hash === 0 ? null : texts.textOf(hash);
  if (text === null) return -1;
  for (let i = 0; i < text.length; i += 1) out[at + i] = text.charCodeAt(i);
  return at + text.length;
}
