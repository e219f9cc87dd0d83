/** Lists as files: what is read of them, what is refused, and which lists hold an address. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { readPrefixFile } from '../../src/app/options/prefix-file.js';
import { eachLine } from '../../src/enrich/ip-lists/bounded-lines.js';
import { IpLists } from '../../src/enrich/ip-lists/ip-lists.js';
import { parsePrefix } from '../../src/format/address.js';

const folder = mkdtempSync(join(tmpdir(), 'ddostop-lists-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function find(lists: IpLists, text: string): readonly string[] {
  const { version, words } = parsePrefix(text) as NonNullable<ReturnType<typeof parsePrefix>>;
  return lists.find(version, words);
}

test('every list that holds an address is named, with what it says', async () => {
  mkdirSync(join(folder, 'b'), { recursive: true });
  const lists = await IpLists.load([
    file('firehol_level1.netset', '# x\n198.51.100.0/24\n2001:db8::/32\n'),
    file('abuse.csv', 'ip,category,score\n198.51.100.7,botnet,85\n198.51.100.8,scan,20\nno,x,1\n'),
    file('b/abuse.csv', '198.51.100.7\n'),
  ]);
  expect(lists.lists.map(({ name, entries, damaged }) => [name, entries, damaged])).toEqual([
    ['firehol_level1', 2, 0],
    ['abuse', 2, 1],
    ['abuse-2', 1, 0],
  ]);
  expect(lists.lists[1]?.damagedLines).toEqual([{ number: 4, text: 'no,x,1' }]);
  expect(find(lists, '198.51.100.7')).toEqual(['firehol_level1', 'abuse', 'abuse-2']);
  expect(find(lists, '198.51.100.9')).toEqual(['firehol_level1']);
  expect(find(lists, '2001:db8::9')).toEqual(['firehol_level1']);
  expect(find(lists, '203.0.113.1')).toEqual([]);
  const { words } = parsePrefix('198.51.100.7') as NonNullable<ReturnType<typeof parsePrefix>>;
  expect(lists.wordsOf(lists.setOf(4, words))).toEqual(['firehol_level1', 'abuse (botnet, 85)', 'abuse-2']);
});

test('a hostile file: counted and told clean up to a number, bounded, never more', async () => {
  const good = Array.from({ length: 50 }, (_, i) => `192.0.2.${i}`).join('\n');
  const bad = `${good}\n\u001b[2J\u202e\n${'9'.repeat(100_000)}\n\u0000\n${'x\n'.repeat(40)}`;
  const { lists } = await IpLists.load([file('bad.txt', bad)], { maxDamaged: 40 });
  expect(lists[0]).toMatchObject({ entries: 50, damaged: 43 });
  expect(lists[0]?.damagedLines).toMatchObject([
    { number: 51, text: '\\x1b[2J\\u{202e}' },
    { number: 52, text: expect.stringMatching(/^9+…?$/) },
    { number: 53 },
  ]);
  expect(JSON.stringify(lists).length).toBeLessThan(700);
  const text = file('novel.txt', 'It was a dark night.\n'.repeat(50));
  await expect(IpLists.load([text], { maxDamaged: 40 })).rejects.toThrow(
    /^REPUTATION_LIST: .*got 40 lines that are none, the first in line 1: "It was/,
  );
  const path = file('many.txt', good);
  await expect(IpLists.load([path], { maxEntries: 49 })).rejects.toThrow(/^REPUTATION_LISTS: .*at most 49 prefixes/);
  await expect(IpLists.load([path], { maxBytes: 100 })).rejects.toThrow(/^FILE_TOO_LARGE: .*at most 100 bytes/);
  await expect(IpLists.load([join(folder, 'none')])).rejects.toThrow(/^FILE_READ: cannot read /);
  await expect(IpLists.load([folder])).rejects.toThrow(/^FILE_READ: cannot read /);
  await expect(IpLists.load(Array.from({ length: 65 }, () => path))).rejects.toThrow(/at most 64 lists, got 65/);
});

test('more kinds of words and overlaps than are kept: the names stay right', async () => {
  const rows = Array.from({ length: 6000 }, (_, i) => `10.${i >> 8}.${i & 255}.1,kind ${i}`).join('\n');
  const lists = await IpLists.load([file('kinds.csv', rows), file('ten.netset', '10.0.0.0/8\n')]);
  const { words } = parsePrefix('10.23.10.1') as NonNullable<ReturnType<typeof parsePrefix>>;
  expect(lists.find(4, words)).toEqual(['kinds', 'ten']);
  expect(lists.wordsOf(lists.setOf(4, words)).toSorted()).toEqual(['kinds', 'ten']);
  expect(find(lists, '10.0.9.1')).toEqual(['kinds', 'ten']);
});

test('lines are those of the file, wherever pieces end', async () => {
  const line = fc.string({ maxLength: 30 }).map((text) => text.replaceAll('\n', 'ü'));
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
      // 64 KiB in front of them, so that a piece ends among them.
      const front = 'x'.repeat(65_536 - 20);
      const path = file('lines.txt', [front, ...lines, 'end'].join('\n'));
      const seen: string[] = [];
      await eachLine(path, { maxBytes: 1 << 20, maxLineLength: 40 }, (text, number, isCut) => {
        expect(number).toBe(seen.length + 1);
        expect(isCut).toBe(number === 1);
        seen.push(text);
      });
      expect(seen).toEqual([front.slice(0, 40), ...lines.map((text) => Buffer.from(text).toString()), 'end']);
    }),
    { numRuns: 25 },
  );
});

test('what is to be blocked is read of the same formats, every line of it, and ranges are none', async () => {
  const drop = file('drop_v4.json', '{"cidr":"1.10.16.0/20","sblid":"SBL1"}\n{"type":"metadata","records":1}\n');
  expect(await readPrefixFile(drop)).toEqual(['1.10.16.0/20']);
  const mixed = file('mixed.csv', 'ip,category\n198.51.100.7,botnet\n"2001:db8::/32",scan\n');
  expect(await readPrefixFile(mixed)).toEqual(['198.51.100.7', '2001:db8::/32']);
  for (const [name, text, number] of [
    ['range.txt', '198.51.100.1\n198.51.100.2-198.51.100.9\n', 2],
    ['none.txt', '# x\n\nexample.com\n', 3],
    ['all.txt', '0.0.0.0/0\n', 1],
  ] as const)
    await expect(readPrefixFile(file(name, text))).rejects.toThrow(
      new RegExp(`^BAD_PREFIX: .*, line ${number}: expected an address or prefix`),
    );
});
