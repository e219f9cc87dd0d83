/** Reader and decoder against tshark's counts of real captures, and the comparison itself. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { IS_WHOLE } from '../support/whole.js';
import { countCapture } from './count-capture.js';
import { compareWithTruth, type Truth } from './ground-truth.js';
import { reportCapture } from './report-capture.js';
import type { Layer, ReportFacts, Top } from './report-facts.js';
import { failuresOf, verifyCaptures } from './verify-captures.js';

const folder = process.env['DDOSTOP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures');
const isThere = existsSync(join(folder, 'MANIFEST.tsv'));
const skipped = isThere ? '' : ' [skipped: no captures with ground truth; set DDOSTOP_CAPTURES to their folder]';

describe.skipIf(!isThere)(`captures with ground truth${skipped}`, () => {
  test('every capture is equal to its truth or a named exception', async () => {
    const verdicts = await verifyCaptures(folder, (path) => reportCapture(path, 10_000));
    expect(failuresOf(verdicts)).toEqual([]);
    expect(verdicts.length).toBeGreaterThan(400);
  }, 120_000);

  test('the tables of the report equal counting in Maps', () => {
    const files = readdirSync(folder).filter((name) => /\.(pcap|pcapng|cap)$/.test(name));
    expect(files.length).toBeGreaterThan(400);
    // Every third of them; `npm run verify:whole` has all.
    for (const file of IS_WHOLE ? files : files.filter((_, i) => i % 4 === 0)) {
      const path = join(folder, file);
      const { packets, bytesOnWire, ipVersions, outer, inner, frameLengths } = countCapture(path);
      const report = reportCapture(path);
      expect({ file, packets: report.packets, bytesOnWire: report.bytesOnWire, ipVersions: report.ipVersions }).toEqual(
        {
          file,
          packets,
          bytesOnWire,
          ipVersions,
        },
      );
      for (const [got, naive] of [
        [report.outer, outer],
        [report.inner, inner],
      ] as const) {
        for (const name of LISTS)
          expect({ file, name, ...countsOf(got[name]) }).toEqual({ file, name, ...countsOf(naive[name]) });
        expect(got.fragments).toBe(naive.fragments);
      }
      expect(countsOf(report.frameLengths)).toEqual(countsOf(frameLengths));
    }
  }, 120_000);
});

const LISTS = ['sources', 'targets', 'sourcePorts', 'targetPorts', 'protocols', 'tcpFlags', 'ttls'] as const;

/** Which of equal counts make the list is chance: the counts are compared, and the keys above the last one. */
function countsOf({ distinct, byPackets, byBytes }: Top) {
  const above = (rows: Top['byPackets'], of: (row: Top['byPackets'][number]) => number) =>
    rows.filter((row) => of(row) > of(rows.at(-1)!)).map(({ key }) => key);
  return {
    distinct,
    packets: byPackets.map((row) => row.packets),
    bytes: byBytes.map((row) => row.bytes),
    topByPackets: above(byPackets, (row) => row.packets).toSorted(),
    topByBytes: above(byBytes, (row) => row.bytes).toSorted(),
  };
}

const NO_TOP: Top = { distinct: 0, byPackets: [], byBytes: [] };
const NO_LAYER: Layer = {
  sources: NO_TOP,
  targets: NO_TOP,
  sourcePorts: NO_TOP,
  targetPorts: NO_TOP,
  protocols: NO_TOP,
  tcpFlags: NO_TOP,
  ttls: NO_TOP,
  fragments: 0,
};
const NO_TRUTH_TOP = { unique: 0, by_packets: [], by_bytes: [] };
const NO_TRUTH_LAYER = {
  src: NO_TRUTH_TOP,
  dst: NO_TRUTH_TOP,
  sport: NO_TRUTH_TOP,
  dport: NO_TRUTH_TOP,
  proto: NO_TRUTH_TOP,
  flags: NO_TRUTH_TOP,
  ttl: NO_TRUTH_TOP,
  fragments: 0,
};

const FACTS: ReportFacts = {
  packets: 3,
  bytesOnWire: 30,
  bytesCaptured: 30,
  firstTime: '1.000000000',
  lastTime: '2.000000000',
  ipVersions: { '4': 0, '6': 0, none: 3 },
  counters: { tunnelled: 0 },
  error: null,
  outer: NO_LAYER,
  inner: NO_LAYER,
  frameLengths: {
    distinct: 3,
    byPackets: [
      { key: '9', packets: 2, bytes: 18 },
      { key: '7', packets: 1, bytes: 7 },
    ],
    byBytes: [
      { key: '9', packets: 2, bytes: 18 },
      { key: '7', packets: 1, bytes: 7 },
    ],
  },
};
const TRUTH: Truth = {
  packets: 3,
  bytes_on_wire: 30,
  bytes_captured: 30,
  time: { first: '1.000000000', last: '2.000000000' },
  outer_ip_version: { none: 3 },
  tunnelled_packets: 0,
  outer: NO_TRUTH_LAYER,
  inner: NO_TRUTH_LAYER,
  // Cut to two of three: the tie at the end may be any of the equal ones.
  frame_len: {
    unique: 3,
    by_packets: [
      [9, 2, 18],
      [5, 1, 5],
    ],
    by_bytes: [
      [9, 2, 18],
      [7, 1, 7],
    ],
  },
};

describe('the comparison', () => {
  test('takes ties at the end of a cut list in any order', () => {
    expect(compareWithTruth(FACTS, TRUTH)).toEqual([]);
  });

  test.each<[string, Partial<ReportFacts>, object]>([
    ['a count', { packets: 4 }, { field: 'packets', got: '4', expected: '3' }],
    ['a version', { ipVersions: { '4': 1, '6': 0, none: 2 } }, { field: 'ipVersions.4', got: '1', expected: '0' }],
    ['a distinct count', { frameLengths: { ...FACTS.frameLengths, distinct: 2 } }, { field: 'frameLengths.distinct' }],
    [
      'an entry above the tie',
      { frameLengths: { ...FACTS.frameLengths, byPackets: [{ key: '8', packets: 2, bytes: 18 }] } },
      { field: 'frameLengths.byPackets', got: '8=2/18', expected: '9=2/18' },
    ],
    ['fragments', { outer: { ...NO_LAYER, fragments: 2 } }, { field: 'outer.fragments', got: '2', expected: '0' }],
  ])('finds %s', (_name, change, difference) => {
    expect(compareWithTruth({ ...FACTS, ...change }, TRUTH)[0]).toMatchObject(difference);
  });
});
