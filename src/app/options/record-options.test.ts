import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { recordOptions } from './record-options.js';

const root = mkdtempSync(join(tmpdir(), 'ddostop-options-'));
afterAll(() => rmSync(root, { recursive: true }));

test('nothing asked for, nothing recorded', () => {
  expect(recordOptions({})).toBeNull();
});

test('defaults, and a folder that is made for us alone', () => {
  const folder = join(root, 'a/b');
  expect(recordOptions({ record: folder })).toEqual({
    folder,
    maxFileBytes: 64 * 2 ** 20,
    maxFiles: 16,
    maxFileSec: 300,
  });
  for (const made of [folder, join(root, 'a')]) expect(statSync(made).mode & 0o777).toBe(0o700);
});

test('own numbers', () => {
  const flags = { record: root, recordSize: '1', recordFiles: '2', recordSeconds: '3' };
  expect(recordOptions(flags)).toEqual({ folder: root, maxFileBytes: 2 ** 20, maxFiles: 2, maxFileSec: 3 });
});

test.each([
  [{ recordFiles: '2' }, /^USAGE: --record-files without --record\./],
  [{ record: root, recordSize: '0' }, /^USAGE: --record-size: expected 1 to 65536, got "0"/],
  [{ record: root, recordFiles: '1e9' }, /^USAGE: --record-files: expected 1 to 256/],
  [{ record: root, recordSeconds: 'x' }, /^USAGE: --record-seconds: expected 1 to /],
  [{ record: '/proc/nothing/here' }, /^RECORD_FOLDER: cannot record into "\/proc\/nothing\/here": /],
])('%o', (flags, message) => {
  expect(() => recordOptions(flags)).toThrow(message);
});

test('a file is no folder', () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  expect(() => recordOptions({ record: file })).toThrow(/it is no folder/);
});
