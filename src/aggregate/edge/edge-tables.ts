/** The tables of an edge's requests: one a role, all texts in one bounded dictionary. Counts are requests, bytes are those sent to clients. */
import { formatAddress } from '../../format/address.js';
import type { EdgeRole } from '../../records/edge-role.js';
import { type HttpLogBatch, LOG_TEXT_COUNT, NO_TEXT } from '../../records/http-log-batch.js';
import { mix32 } from '../../sketch/hash.js';
import { HyperLogLog } from '../../sketch/hyper-log-log.js';
import type { TextDictionary, VisitHeld } from '../../sketch/text-dictionary.js';
import { type DistinctCount, keyedTable, NumberDimension, type TableOptions } from '../dimension.js';
import { TextDimension } from '../text-dimension.js';
import type { Scope } from '../window-scope.js';
import type { RankedRow, WindowedTable } from '../windowed-table.js';
import { EdgeClients } from './edge-clients.js';
import { TEXT_EDGE_ROLES, type TextForm, type TextRoleInfo } from './edge-roles.js';
import { EdgeTally, type MoveOn } from './edge-tally.js';
import { LONGEST_COUNTED, visitItems, writeHost, writeTemplate } from './edge-texts.js';

const STATUSES = 1000;
/** 1024 sets × 4 × 16 B: an Internet of 80 000 networks, of which a flood has some hundreds. */
const ASN_SETS = { total: 1024, second: 512 };

const scratch = new Uint8Array(LONGEST_COUNTED);

interface TextTable {
  readonly info: TextRoleInfo;
  readonly dimension: TextDimension;
  readonly tally: EdgeTally;
}

export interface EdgeKeyRow {
  /** As it was logged: hostile. */
  readonly key: string;
  readonly row: RankedRow;
}

export class EdgeTables {
  /** By role, made with their first text. */
  readonly #texts: (TextTable | null)[] = TEXT_EDGE_ROLES.map(() => null);
  readonly #clients: EdgeClients;
  readonly #asns: WindowedTable;
  readonly #distinctAsns: HyperLogLog;
  readonly #statuses: NumberDimension;
  readonly #asnKey = new Int32Array(1);
  readonly #seed: number;

  constructor(
    readonly options: TableOptions,
    readonly dictionary: TextDictionary,
    batchRows: number,
  ) {
    this.#clients = new EdgeClients(options, batchRows);
    this.#distinctAsns = new HyperLogLog();
    this.#asns = keyedTable(1, options, null, ASN_SETS);
    this.#statuses = new NumberDimension(STATUSES, options);
    this.#seed = options.seed;
  }

  /** Counts the rows `rows[0..count)`. */
  add(batch: HttpLogBatch, rows: Int32Array, count: number): void {
    if (count === 0) return;
    for (let at = 0; at < TEXT_EDGE_ROLES.length; at += 1) this.#addTexts(at, batch, rows, count);
    this.#clients.add(batch, rows, count);
    this.#addNumbers(batch, rows, count);
  }

  #addTexts(at: number, batch: HttpLogBatch, rows: Int32Array, count: number): void {
    const { column, countsEmpty } = TEXT_EDGE_ROLES[at] as TextRoleInfo;
    const { bytes, textAt, textEnd, weight, responseBytes } = batch;
    let table = this.#texts[at] as TextTable | null;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const cell = row * LOG_TEXT_COUNT + column;
      const from = textAt[cell] as number;
      const to = textEnd[cell] as number;
      if (from === NO_TEXT || (from === to && !countsEmpty)) continue;
      table ??= this.#open(at);
      const requests = weight[row] as number;
      table.tally.add(bytes, from, to, requests, requests * (responseBytes[row] as number));
    }
  }

  #open(at: number): TextTable {
    const info = TEXT_EDGE_ROLES[at] as TextRoleInfo;
    const dimension = new TextDimension(this.options, this.dictionary);
    const table = { info, dimension, tally: new EdgeTally(counterOf(dimension, info.form)) };
    this.#texts[at] = table;
    return table;
  }

  #addNumbers({ asn, status, weight, responseBytes }: HttpLogBatch, rows: Int32Array, count: number): void {
    const key = this.#asnKey;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const requests = weight[row] as number;
      const bytes = requests * (responseBytes[row] as number);
      if ((status[row] as number) > 0) this.#statuses.current.addKey(status[row] as number, requests, bytes);
      if (asn[row] === 0) continue;
      key[0] = asn[row] as number;
      this.#asns.current.addMany(key, 0, requests, bytes);
      this.#distinctAsns.addHash(mix32((key[0] as number) ^ this.#seed));
    }
  }

  /** Ends second `sec`. */
  rotate(sec: number): void {
    this.#settle();
    for (const table of this.#tables()) table.rotate(1, sec);
    this.#clients.addresses.rotate(1, sec);
  }

  /** The clock was set: the windows are empty from here on. */
  forgetWindows(): void {
    this.#settle();
    for (const table of this.#tables()) table.forgetWindows(1);
    this.#clients.addresses.forgetWindows(1);
  }

  #tables(): WindowedTable[] {
    const texts = this.#texts.flatMap((table) => (table === null ? [] : [table.dimension.table]));
    return [...texts, this.#asns, this.#statuses.table];
  }

  /** What the tallies still hold goes to the tables. */
  #settle(): void {
    for (const table of this.#texts) table?.tally.settle();
  }

  /** What the dictionary must keep. */
  visitKeys: VisitHeld = (hold) => {
    for (const table of this.#texts) table?.dimension.table.visitKeys(hold);
  };

  /** Empty: nothing of this role was seen. */
  top(role: EdgeRole, rows: number, scope: Scope): EdgeKeyRow[] {
    this.#settle();
    switch (role) {
      case 'edgeClients':
        return this.#clients.addresses
          .top(rows, scope)
          .map(({ version, row }) => ({ key: formatAddress(version, ...wordsOf(row)), row }));
      case 'edgeAsns':
        return this.#asns.top(rows, scope).map((row) => ({ key: String((row.words[0] as number) >>> 0), row }));
      case 'edgeStatuses':
        return this.#statuses.table.top(rows, scope).map((row) => ({ key: String(row.words[0]), row }));
      default:
        return (this.#textTable(role)?.dimension.top(rows, scope) ?? []).map(({ text, row }) => ({ key: text, row }));
    }
  }

  isSeen(role: EdgeRole): boolean {
    return role === 'edgeClients' || role === 'edgeAsns' || role === 'edgeStatuses'
      ? this.distinct(role).distinct > 0
      : this.#textTable(role) !== null;
  }

  distinct(role: EdgeRole): DistinctCount {
    this.#settle();
    if (role === 'edgeClients') return this.#clients.addresses.distinct();
    if (role === 'edgeAsns') return { distinct: Math.round(this.#distinctAsns.estimate()), exact: false };
    if (role === 'edgeStatuses') return this.#statuses.distinct();
    return this.#textTable(role)?.dimension.distinct() ?? { distinct: 0, exact: true };
  }

  #textTable(role: EdgeRole): TextTable | null {
    return this.#texts.find((table) => table?.info.role === role) ?? null;
  }
}

function wordsOf({ words }: RankedRow): [number, number, number, number] {
  return [...words] as [number, number, number, number];
}

/** What takes a text off its tally, in the form that it is counted in. */
function counterOf(dimension: TextDimension, form: TextForm): MoveOn {
  if (form === 'whole') {
    return (bytes, at, end, requests, sent) => dimension.add(bytes, at, end, requests, sent / requests);
  }
  if (form === 'items') {
    return (bytes, at, end, requests, sent) =>
      visitItems(bytes, at, end, (from, to) => dimension.add(bytes, from, to, requests, sent / requests));
  }
  const write = form === 'template' ? writeTemplate : writeHost;
  return (bytes, at, end, requests, sent) =>
    dimension.add(scratch, 0, write(bytes, at, end, scratch), requests, sent / requests);
}
