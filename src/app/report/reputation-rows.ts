/** Rows that are shown, with the lists that hold them. By their text: there are a few hundred of them, four times a second. */
import type { IpLists } from '../../enrich/ip-lists/ip-lists.js';
import { type Prefix, parsePrefix } from '../../format/address.js';

interface ListedRow {
  /** "192.0.2.1", "192.0.2.0/24". */
  readonly key: string;
  readonly lists?: readonly string[];
}

export function listedRows<Row extends ListedRow>(rows: readonly Row[], lists: IpLists): Row[] {
  return rows.map((row) => {
    const prefix = parsePrefix(row.key);
    const names = prefix === null ? [] : listsOf(prefix, lists);
    return names.length === 0 ? row : { ...row, lists: names };
  });
}

/** Of a prefix those that hold all of it. */
function listsOf({ version, words, length }: Prefix, lists: IpLists): readonly string[] {
  const bits = version === 4 ? length + 96 : length;
  const last = words.map((word, i) => {
    const free = Math.min(32, Math.max(0, 128 - bits - (3 - i) * 32));
    return free === 32 ? -1 : word | (2 ** free - 1);
  });
  return lists.findWhole(version, words, last);
}
