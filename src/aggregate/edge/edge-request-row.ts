/** A record of an edge's log into one row of samples, as `readRequest` does of a request in packets. What the log does not say is absent. */
import { maskNumbers } from '../../decode/app/http/digit-template.js';
import { queryNameList } from '../../decode/app/http/name-lists.js';
import { QueryNames } from '../../decode/app/http/query-names.js';
import { resourceKindOf } from '../../decode/app/http/resource-kind.js';
import { type HttpLogBatch, LOG_TEXT_COUNT, type LogText, LogTextAt, NO_TEXT } from '../../records/http-log-batch.js';
import { NOT_SAID } from '../../records/message-columns.js';
import type { RequestSamples } from '../../records/request-samples.js';
import type { TextKeeper } from '../../records/text-keeper.js';
import { LONGEST_COUNTED, writeHost, writeTemplate } from './edge-texts.js';

const QUESTION = 0x3f;
const MOST_COUNTED = 0x7fff;

const query = new QueryNames();
const scratch = new Uint8Array(LONGEST_COUNTED);

/** `dst`: four words that stand for the host. */
export function readLogRow(
  batch: HttpLogBatch,
  row: number,
  dst: Int32Array,
  dstAt: number,
  out: RequestSamples,
  at: number,
  names: TextKeeper,
): void {
  const keep = (text: LogText): number => keepText(batch, row, text, names);
  for (let word = 0; word < 4; word += 1) {
    out.src[at * 4 + word] = batch.src[row * 4 + word] as number;
    out.dst[at * 4 + word] = dst[dstAt + word] as number;
  }
  out.messages[at] = batch.weight[row] as number;
  out.country[at] = keep('country');
  out.asn[at] = batch.asn[row] as number;
  out.method[at] = keep('method');
  out.version[at] = keep('protocol');
  out.host[at] = keep('host');
  out.userAgent[at] = keep('userAgent');
  out.ja3[at] = keepSaid(batch, row, 'ja3', names);
  out.ja4[at] = keepSaid(batch, row, 'ja4', names);
  out.status[at] = batch.status[row] as number;
  out.cacheStatus[at] = keepSaid(batch, row, 'cacheStatus', names);
  out.botScore[at] = batch.botScore[row] as number;
  out.botSource[at] = keepSaid(batch, row, 'botSource', names);
  out.jsDetection[at] = keepSaid(batch, row, 'jsDetection', names);
  out.wafScore[at] = batch.wafScore[row] as number;
  out.device[at] = keepSaid(batch, row, 'device', names);
  readForms(batch, row, out, at, names);
  readQuery(batch, row, out, at, names);
}

function readForms(batch: HttpLogBatch, row: number, out: RequestSamples, at: number, names: TextKeeper): void {
  const { bytes } = batch;
  const path = startOf(batch, row, 'path');
  const pathEnd = endOf(batch, row, 'path');
  const isPath = path !== NO_TEXT;
  out.path[at] = isPath ? names.keep(bytes, path, pathEnd) : 0;
  out.pathTemplate[at] = isPath ? names.keep(scratch, 0, writeTemplate(bytes, path, pathEnd, scratch)) : 0;
  out.resource[at] = isPath ? names.keepText(resourceKindOf(bytes, path, pathEnd)) : 0;
  const agent = startOf(batch, row, 'userAgent');
  const agentEnd = Math.min(endOf(batch, row, 'userAgent'), agent + LONGEST_COUNTED);
  out.userAgentTemplate[at] =
    agent === NO_TEXT ? 0 : names.keep(scratch, 0, maskNumbers(bytes, agent, agentEnd, scratch));
  const referer = startOf(batch, row, 'referer');
  out.refererHost[at] =
    referer === NO_TEXT ? 0 : names.keep(scratch, 0, writeHost(bytes, referer, endOf(batch, row, 'referer'), scratch));
}

function readQuery(batch: HttpLogBatch, row: number, out: RequestSamples, at: number, names: TextKeeper): void {
  const { bytes } = batch;
  const from = startOf(batch, row, 'query');
  const end = endOf(batch, row, 'query');
  if (from === NO_TEXT) {
    out.queryNames[at] = 0;
    out.queryLength[at] = NOT_SAID;
    out.queryCount[at] = NOT_SAID;
    return;
  }
  // A query stands behind its question mark, an empty one at the end of a URI without.
  const hasMark = from > 0 && bytes[from - 1] === QUESTION;
  query.read(bytes, hasMark ? from - 1 : end, end);
  out.queryNames[at] = names.keepText(queryNameList(bytes, query));
  out.queryLength[at] = Math.max(0, query.queryBytes);
  out.queryCount[at] = Math.min(query.count, MOST_COUNTED);
}

/** 0: not logged; an empty text is a header that was not sent. */
export function keepText(batch: HttpLogBatch, row: number, text: LogText, names: TextKeeper): number {
  const from = startOf(batch, row, text);
  return from === NO_TEXT ? 0 : names.keep(batch.bytes, from, endOf(batch, row, text));
}

/** The same of what the edge finds out itself: an empty text is nothing said. */
export function keepSaid(batch: HttpLogBatch, row: number, text: LogText, names: TextKeeper): number {
  return startOf(batch, row, text) === endOf(batch, row, text) ? 0 : keepText(batch, row, text, names);
}

function startOf({ textAt }: HttpLogBatch, row: number, text: LogText): number {
  return textAt[row * LOG_TEXT_COUNT + LogTextAt[text]] as number;
}

function endOf({ textEnd }: HttpLogBatch, row: number, text: LogText): number {
  return textEnd[row * LOG_TEXT_COUNT + LogTextAt[text]] as number;
}
