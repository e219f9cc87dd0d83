import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { AuditLog, defaultAuditPath } from './audit-log.js';

const folder = mkdtempSync(join(tmpdir(), 'ddostop-audit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const clock = { nowMs: () => 1_770_000_000_000 };
const note = { action: 'apply', id: 'k3f2a' } as const;

describe('audit log', () => {
  test('intent and result, one line each, private', async () => {
    const log = new AuditLog(join(folder, 'a', 'audit.jsonl'), clock);
    await log.intent(note, ['nft', '-j', '-f', '-'], '{"x":1}\n');
    await log.result(note, { code: 1, signal: null, stdout: '', stderr: '\u001b[31mError: no\nmore' });
    await log.failure(note, new Error('gone'));
    expect(statSync(log.path).mode & 0o777).toBe(0o600);
    expect(await log.read()).toMatchObject([
      { time: '2026-02-02T02:40:00.000Z', event: 'intent', argv: ['nft', '-j', '-f', '-'], stdin: '{"x":1}\n' },
      { event: 'result', ok: false, code: 1, message: '?[31mError: no' },
      { event: 'result', ok: false, code: null, message: 'gone' },
    ]);
    expect(readFileSync(log.path, 'utf8').trim().split('\n')).toHaveLength(3);
  });

  test('a line a crash cut off, and lines of others, are skipped', async () => {
    const log = new AuditLog(join(folder, 'cut.jsonl'), clock);
    await log.intent(note, [], '');
    appendFileSync(log.path, '{"time":"x","ev\n[]\nnull\n{"a":1}\n');
    await log.intent(note, [], '');
    expect(await log.read()).toHaveLength(2);
    expect(await new AuditLog(join(folder, 'none.jsonl')).read()).toEqual([]);
  });

  test('a huge input is named by its hash only', async () => {
    const log = new AuditLog(join(folder, 'huge.jsonl'), clock);
    await log.intent(note, ['nft'], 'x'.repeat(100_000));
    expect((await log.read())[0]).toMatchObject({ stdinSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(statSync(log.path).size).toBeLessThan(1000);
  });

  test('a folder that cannot be is an error before anything is done', async () => {
    writeFileSync(join(folder, 'file'), '');
    const log = new AuditLog(join(folder, 'file', 'audit.jsonl'));
    await expect(log.intent(note, [], '')).rejects.toMatchObject({
      code: 'AUDIT_WRITE',
      message: expect.stringContaining('Nothing was done'),
    });
  });

  test('grows to 16 MiB, then starts anew and keeps one old file', async () => {
    const path = join(folder, 'big', 'audit.jsonl');
    mkdirSync(join(folder, 'big'));
    writeFileSync(path, 'x'.repeat(16 * 1024 * 1024 + 1));
    const log = new AuditLog(path, clock);
    await log.intent(note, [], '');
    expect(statSync(path).size).toBeLessThan(1000);
    expect(statSync(`${path}.1`).size).toBeGreaterThan(16_000_000);
  });

  test('lies in XDG_STATE_HOME if that is a path, else below the home folder', () => {
    expect(defaultAuditPath({ XDG_STATE_HOME: '/x' })).toBe('/x/ddostop/audit.jsonl');
    expect(defaultAuditPath({ XDG_STATE_HOME: 'relative' })).toMatch(/^\/.*\/\.local\/state\/ddostop\/audit\.jsonl$/);
    expect(defaultAuditPath({})).toMatch(/\/\.local\/state\/ddostop\/audit\.jsonl$/);
  });
});
