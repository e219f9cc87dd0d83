import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { missing, refused, works } from './doctor-check.js';
import { checkAuditLog, checkNode, checkTerminal } from './doctor-here.js';
import { doctorText } from './doctor-text.js';

test('the text', () => {
  const checks = [
    works('node', 'Node', '20.20.2'),
    missing('ipset', 'ipset', 'not installed', 'sudo apt-get install ipset'),
    refused('firewall', 'firewall', 'proc: \u001b[2J\nsaid', 'a\n  b\u001b]0;x\u0007\n'),
  ];
  const head = { schema: 'ddostop.doctor/1', program: 'ddostop 1.2.3', host: '', ok: true, firewall: null } as const;
  expect(doctorText({ ...head, checks })).toBe(`ddostop 1.2.3 on this machine

+ ok       Node      20.20.2
- missing  ipset     not installed
! refused  firewall  proc: \\x1b[2J\\nsaid

What would enable the rest:

ipset:
  sudo apt-get install ipset

firewall:
  a
    b\\x1b]0;x\\x07

Captures can be read.
`);
  const there = { ...head, host: 'edge\u202e', ok: false, checks: checks.slice(0, 1) };
  expect(doctorText(there)).toBe(`ddostop 1.2.3 on edge\\u{202e}

+ ok       Node  20.20.2

The machine cannot be asked.
`);
});

test.each([
  ['20.19.0', 'ok'],
  ['20.18.9', 'missing'],
  ['22.0.0', 'ok'],
  ['18.20.0', 'missing'],
])('Node %s', (version, state) => {
  expect(checkNode(version).state).toBe(state);
});

test.each([
  [{}, {}, 'missing', 'no terminal'],
  [
    { isTTY: true, columns: 120, rows: 40 },
    { TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    'ok',
    '120x40, 256 colours, Unicode',
  ],
  [
    { isTTY: true, columns: 80, rows: 24 },
    { TERM: 'linux', SSH_TTY: '/dev/pts/0' },
    'ok',
    '80x24, 16 colours, ASCII only, over ssh',
  ],
  [{ isTTY: true, columns: 40, rows: 10 }, { TERM: 'dumb' }, 'refused', '40x10, no colours'],
])('a terminal %j %j', (shape, env, state, detail) => {
  expect(checkTerminal(shape, env)).toMatchObject({ state, detail: expect.stringContaining(detail) });
});

test('the audit log: looked for, never made', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ddostop-doctor-'));
  expect(checkAuditLog(join(folder, 'a/b/audit.jsonl')).state).toBe('ok');
  writeFileSync(join(folder, 'file'), '');
  expect(checkAuditLog(join(folder, 'file/audit.jsonl')).state).toBe('refused');
  rmSync(folder, { recursive: true });
});
