/**
 * The newest requests at an edge, for a diff, and for tables that begin again: of each host so many a second, each with the same chance, so that a
 * flood takes no row from the others.
 */
import { type HttpLogBatch, LOG_TEXT_COUNT, LogTextAt, NO_TEXT } from '../../records/http-log-batch.js';
import { type RequestRows, RequestSamples } from '../../records/request-samples.js';
import { TextNames } from '../../sketch/text-names.js';
import { MessageRing } from '../message-ring.js';
import { EdgeHosts, HOST_WORDS } from './edge-hosts.js';
import { keepSaid, readLogRow } from './edge-request-row.js';

/** 65 536 rows × (167 + 20) B = 12.3 MB, and 1.3 MB of the ring: a quarter of an hour of one host that is flooded, two minutes of eight. */
const ROWS = 65_536;
const ROWS_A_SECOND = 64;
/** 4 MiB of characters at most. */
const TEXTS = 16_384;

/** Of rows what a diff does not ask for and tables do. */
export class EdgeRowExtras {
  readonly securityAction = new Uint32Array(ROWS);
  readonly securitySources = new Uint32Array(ROWS);
  readonly securityRuleIds = new Uint32Array(ROWS);
  readonly colo = new Uint32Array(ROWS);
  readonly responseBytes = new Float32Array(ROWS);
}

export interface EdgeRows extends RequestRows {
  readonly extras: EdgeRowExtras;
}

export class EdgeRowKeeper {
  readonly names = new TextNames(TEXTS);
  readonly #hosts: EdgeHosts;
  /** Made with the first record. */
  #ring: MessageRing<RequestSamples> | null = null;
  #extras: EdgeRowExtras | null = null;

  constructor(readonly seed: number) {
    this.#hosts = new EdgeHosts(seed);
  }

  /** Offers the rows `rows[0..count)`, which came in second `runningSec`; `secs`: the time that each row of the batch counts for. */
  add(batch: HttpLogBatch, rows: Int32Array, count: number, runningSec: number, secs: Float64Array): void {
    this.#ring ??= new MessageRing(new RequestSamples(ROWS), ROWS_A_SECOND, this.seed);
    this.#extras ??= new EdgeRowExtras();
    const hosts = this.#hosts;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const cell = row * LOG_TEXT_COUNT + LogTextAt.host;
      const from = batch.textAt[cell] as number;
      const host =
        from === NO_TEXT ? hosts.find(batch.bytes, 0, 0) : hosts.find(batch.bytes, from, batch.textEnd[cell] as number);
      const at = this.#ring.take(runningSec, hosts.words, host);
      if (at < 0) continue;
      readLogRow(batch, row, hosts.words, host, this.#ring.samples, at, this.names);
      this.#ring.samples.sec[at] = secs[row] as number;
      readExtras(batch, row, this.#extras, at, this.names);
    }
  }

  /** Rows of [fromSec, toSec) to a host, to all others, or all. Lent; null: no record was ever seen. */
  rows(of: RowChoice, fromSec: number, toSec: number): EdgeRows | null {
    if (this.#ring === null || this.#extras === null) return null;
    const isWanted = this.#testOf(of);
    const found = this.#ring.rowsOf(fromSec, toSec, isWanted);
    return { samples: this.#ring.samples, ...found, texts: this.names, extras: this.#extras };
  }

  #testOf(of: RowChoice): (samples: RequestSamples, row: number) => boolean {
    if (of === 'all') return () => true;
    const name = Buffer.from('host' in of ? of.host : of.notHost);
    const at = this.#hosts.find(name, 0, name.length);
    const wanted = this.#hosts.words.slice(at, at + HOST_WORDS);
    const isHost = 'host' in of;
    return ({ dst }, row) => wanted.every((word, i) => dst[row * HOST_WORDS + i] === word) === isHost;
  }

  /** The clock stepped back. */
  clear(): void {
    this.#ring?.clear();
  }
}

export type RowChoice = 'all' | { readonly host: string } | { readonly notHost: string };

function readExtras(batch: HttpLogBatch, row: number, out: EdgeRowExtras, at: number, names: TextNames): void {
  out.securityAction[at] = keepSaid(batch, row, 'securityAction', names);
  out.securitySources[at] = keepSaid(batch, row, 'securitySources', names);
  out.securityRuleIds[at] = keepSaid(batch, row, 'securityRuleIds', names);
  out.colo[at] = keepSaid(batch, row, 'colo', names);
  out.responseBytes[at] = batch.responseBytes[row] as number;
}
