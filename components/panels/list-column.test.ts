import { expect, test } from 'vitest';
import { tableLines } from '../widgets/table.js';
import { type TalkerRow, talkerColumns } from './talker-columns.js';
import { textColumns } from './text-columns.js';

const row = (key: string, lists?: readonly string[]): TalkerRow => ({
  key,
  pps: 100,
  bps: 8000,
  packets: 100,
  bytes: 1000,
  ...(lists === undefined ? {} : { lists }),
});
const LISTED = [row('192.0.2.1', ['firehol_level1', 'abuse']), row('192.0.2.2', ['\u001b[2J\u202e']), row('192.0.2.3')];

function shown(columns: ReturnType<typeof talkerColumns>, rows: readonly TalkerRow[], width: number): string {
  const view = { columns, rows, offset: 0, selected: -1, isFocused: false, sortId: '', isDescending: true, empty: '' };
  const lines = tableLines({ ...view, isMarked: () => false }, width, 9);
  return lines.map((spans) => spans.map(({ text }) => text).join('')).join('\n');
}

const talkers = (rows: readonly TalkerRow[]) => talkerColumns('sources', rows, 'SOURCE', 'pps', 300, 24_000, 100, 8);
const clients = (rows: readonly TalkerRow[], width: number) =>
  textColumns({ role: 'edgeClients', rows, unit: 'pps', sort: 'pps', totalPerSec: 300, width, most: 100, barCells: 8 });

test('lists stand beside a source where there is room, cut and clean', () => {
  for (const text of [shown(talkers(LISTED), LISTED, 100), shown(clients(LISTED, 100), LISTED, 100)]) {
    expect(text).toMatch(/LISTS/);
    expect(text).toMatch(/192\.0\.2\.1 .*firehol_level/);
    expect(text).toContain('\\x1b[2J');
    expect(text).not.toMatch(/[\u001b\u202e]/u);
  }
  expect(shown(talkers(LISTED), LISTED, 50)).not.toContain('LISTS');
  expect(shown(talkers(LISTED), LISTED, 50)).toContain('SHARE');
  expect(shown(talkers([row('192.0.2.3')]), [row('192.0.2.3')], 100)).not.toContain('LISTS');
});
