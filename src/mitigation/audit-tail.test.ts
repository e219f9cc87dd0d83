import { appendFile, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AuditTail } from './audit-tail.js';

const line = (part: object) => `${JSON.stringify({ time: 't', user: 'u', pid: 1, action: 'apply', ...part })}\n`;

test('results since the last look, with the request they answer; half a line waits; a rotated log is read from its begin', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ddostop-tail-'));
  const path = join(folder, 'audit.jsonl');
  const tail = new AuditTail(path);
  const seen = async () => (await tail.look()).map(({ record, request }) => [record.id, request?.why ?? null]);
  await tail.begin();
  expect(await seen()).toEqual([]);
  await appendFile(path, line({ event: 'intent', id: 'm1', request: { why: 'tcp-syn' } }));
  expect(await seen()).toEqual([]);
  const result = line({ event: 'result', id: 'm1', ok: true });
  await appendFile(path, result.slice(0, 30));
  expect(await seen()).toEqual([]);
  await appendFile(path, `${result.slice(30)}not json\n`);
  expect(await seen()).toEqual([['m1', 'tcp-syn']]);
  await rename(path, `${path}.1`);
  await appendFile(path, line({ event: 'result', id: 'm2', ok: false }));
  expect(await seen()).toEqual([['m2', null]]);
  expect(await seen()).toEqual([]);
  await rm(folder, { recursive: true });
});
