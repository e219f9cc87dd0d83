/** `--reputation` as people use it: sources of a report and of a diff that are on lists, damaged lists, wrong ones. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DiffReport } from '../../src/report/diff-report.js';
import type { Report } from '../../src/report/report.js';
import { pcapHeader } from '../support/capture-bytes.js';
import { runProgram, TestFolder } from '../support/program.js';
import { CAPTURE_START_SEC, recordOf, smallCapture } from '../support/sample-capture.js';

const folder = new TestFolder();
const at = (name: string) => folder.at(name);
const LISTS = ['--reputation', at('bad.netset'), at('abuse\u001b[2J.csv')];

beforeAll(() => {
  // Of ten sources seven are on the one list, two of these on the other as well.
  const records = Array.from({ length: 2000 }, (_, i) =>
    recordOf(CAPTURE_START_SEC + i / 1000, i % 10 < 7 ? `192.0.2.${i % 10}` : `198.18.0.${i % 10}`),
  );
  writeFileSync(at('attack.pcap'), Buffer.concat([pcapHeader(), ...records]));
  writeFileSync(at('good.pcap'), smallCapture());
  writeFileSync(at('bad.netset'), '# all of them\n192.0.2.0/24\n2001:db8:a::/48\n');
  writeFileSync(at('abuse\u001b[2J.csv'), 'ip,category\n192.0.2.1,botnet\n192.0.2.2,scan\n\u001b[2J,x\n');
});
afterAll(() => folder.close());

test('a report: sources, their prefixes, and what could not be read', async () => {
  const { code, stdout, stderr } = await runProgram(['report', at('attack.pcap'), '--format', 'json', ...LISTS]);
  expect([code, stderr]).toEqual([
    0,
    'list abuse\\x1b[2J: 1 of 3 lines are no address, the first in line 4: "\\\\x1b[2J,x"\n',
  ]);
  const { outer, reputation } = JSON.parse(stdout) as Report;
  expect(reputation).toEqual([
    { list: 'bad', entries: 2, damaged: 0 },
    { list: 'abuse\u001b[2J', entries: 2, damaged: 1 },
  ]);
  const listed = Object.fromEntries(outer.sources.byPackets.map(({ key, lists }) => [key, lists]));
  expect(listed).toMatchObject({ '192.0.2.0': ['bad'], '192.0.2.1': ['bad', 'abuse\u001b[2J'] });
  expect(outer.sources.byPackets.filter((row) => 'lists' in row)).toHaveLength(7);
  expect(outer.sourcePrefixes.byBytes.map(({ key, lists }) => [key, lists])).toEqual([
    // A part of it is on the other list, which does not make the prefix bad.
    ['192.0.2.0/24', ['bad']],
    ['198.18.0.0/24', undefined],
  ]);
  const text = await runProgram(['report', at('attack.pcap'), ...LISTS]);
  expect(text.stdout).toMatch(/ {2}192\.0\.2\.1 +200 .*\n {4}on bad, abuse\\x1b\[2J\n/);
  expect(text.stdout).not.toContain('\u001b');
  expect((await runProgram(['report', at('attack.pcap'), '--format', 'json'])).stdout).not.toMatch(/lists|reputation/);
});

test('a diff: how much of the attack is on which list', async () => {
  const sides = ['diff', '--attack', at('attack.pcap'), '--good', at('good.pcap'), '--format', 'json'];
  const { code, stdout } = await runProgram([...sides, ...LISTS]);
  expect(code).toBe(0);
  const { attributes, rule } = JSON.parse(stdout) as DiffReport;
  const of = attributes.find(({ name }) => name === 'ip.list');
  expect(of?.values.map(({ value }) => value).toSorted()).toEqual(['bad', 'bad + abuse\u001b[2J']);
  const shares = Object.fromEntries(of?.values.map(({ value, attackShare }) => [value, attackShare]) ?? []);
  expect(shares['bad']).toBeCloseTo(0.5, 1);
  expect(shares['bad + abuse\u001b[2J']).toBeCloseTo(0.2, 1);
  expect(JSON.stringify(rule)).not.toContain('ip.list');
});

test.each<[name: string, file: string, told: RegExp]>([
  ['none', 'none.netset', /^FILE_READ: cannot read .*none\.netset/],
  ['a capture', 'good.pcap', /^REPUTATION_LIST: .*expected an address, prefix or range a line/],
])('%s as a list: said before the capture is read', async (_name, file, told) => {
  writeFileSync(at('good.pcap'), Buffer.from(Array.from({ length: 4000 }, (_, i) => (i % 3 === 0 ? 10 : i & 255))));
  const { code, stdout, stderr } = await runProgram(['report', at('attack.pcap'), '--reputation', at(file)]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(told);
});
