import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { appendDurably, makePrivateFolder, writeFileAtomic } from './durable-file.js';

const folder = mkdtempSync(join(tmpdir(), 'ddostop-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('durable files', () => {
  test('appends, private from the first byte', async () => {
    const path = join(folder, 'log');
    await appendDurably(path, 'one\n');
    await appendDurably(path, 'two ü\n');
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo ü\n');
    expect(modeOf(path)).toBe(0o600);
  });

  test('does not follow a symbolic link', async () => {
    const aim = join(folder, 'aim');
    writeFileSync(aim, '');
    symlinkSync(aim, join(folder, 'link'));
    await expect(appendDurably(join(folder, 'link'), 'x')).rejects.toMatchObject({ code: 'ELOOP' });
    expect(readFileSync(aim, 'utf8')).toBe('');
  });

  test('replaces in one step', async () => {
    const path = join(folder, 'state.json');
    await writeFileAtomic(path, 'old');
    await writeFileAtomic(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(modeOf(path)).toBe(0o600);
  });

  test('folders are private', async () => {
    const path = join(folder, 'a', 'b');
    await makePrivateFolder(path);
    expect(modeOf(path)).toBe(0o700);
  });
});
