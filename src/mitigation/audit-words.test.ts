import { expect, test } from 'vitest';
import type { AuditRecord } from './audit-log.js';
import { auditWords } from './audit-words.js';
import type { MitigationRequest } from './types.js';

const RECORD = { time: '2026-11-22T10:00:00.000Z', user: 'ops', pid: 1, action: 'apply', id: 'k3faa' } as const;
const REQUEST: MitigationRequest = {
  backend: 'nft',
  blockSources: ['198.51.100.1', '198.51.100.2', '198.51.100.3', '198.51.100.4'],
  blockTargets: [],
  allow: [],
  limits: [{ of: 'each-source', prefix: null, pps: 5 }],
  ttlSec: 600,
  confirmWindowSec: 30,
  incidentId: '',
  why: 'manual',
};

test.each<[Partial<AuditRecord>, string]>([
  [
    { event: 'intent', argv: ['nft', '-f', '-'], request: REQUEST },
    'apply k3faa (from 198.51.100.1 198.51.100.2 198.51.100.3 and 1 more, at most 5 packets a second from each source): nft -f -',
  ],
  [
    { event: 'intent', argv: ['nft', '-f', '-'], host: 'edge1', packets: 1200 },
    'apply k3faa on edge1: nft -f -, 1.20k packets so far',
  ],
  [{ event: 'result', ok: true, code: 0 }, 'apply k3faa: done, exit code 0'],
  [{ event: 'result', ok: false, code: 1, message: 'Error: no' }, 'apply k3faa: failed (1) Error: no'],
  [{ event: 'explained', message: 'it is not in force' }, 'apply k3faa: it is not in force'],
])('%j', (fields, expected) => {
  expect(auditWords({ ...RECORD, event: 'intent', ...fields })).toBe(`2026-11-22T10:00:00.000Z  ops  ${expected}`);
});
