import { expect, test } from 'vitest';
import { detectCapabilities } from './capabilities.js';

const UTF8 = { LANG: 'en_US.UTF-8' };

test.each([
  ['truecolor by COLORTERM', { TERM: 'xterm-256color', COLORTERM: 'truecolor', ...UTF8 }, 'truecolor', true, true],
  ['24bit by COLORTERM', { TERM: 'xterm', COLORTERM: '24bit', ...UTF8 }, 'truecolor', true, true],
  ['direct', { TERM: 'xterm-direct', ...UTF8 }, 'truecolor', true, true],
  ['256', { TERM: 'xterm-256color', ...UTF8 }, '256', true, true],
  ['tmux', { TERM: 'tmux', ...UTF8 }, '256', true, true],
  ['screen outside of tmux', { TERM: 'screen-256color', ...UTF8 }, '256', true, false],
  ['screen is tmux', { TERM: 'screen-256color', TMUX: '/tmp/x', ...UTF8 }, '256', true, true],
  ['plain xterm', { TERM: 'xterm', ...UTF8 }, '16', true, true],
  ['console', { TERM: 'linux', ...UTF8 }, '16', false, false],
  ['vt100', { TERM: 'vt100', ...UTF8 }, 'mono', false, false],
  ['dumb', { TERM: 'dumb', ...UTF8 }, 'mono', false, false],
  ['no TERM', {}, 'mono', false, false],
  [
    'NO_COLOR wins',
    { TERM: 'xterm', COLORTERM: 'truecolor', FORCE_COLOR: '3', NO_COLOR: '1', ...UTF8 },
    'mono',
    true,
    true,
  ],
  ['empty NO_COLOR means nothing', { TERM: 'xterm-256color', NO_COLOR: '', ...UTF8 }, '256', true, true],
  ['FORCE_COLOR=2', { TERM: 'xterm', FORCE_COLOR: '2', ...UTF8 }, '256', true, true],
  ['FORCE_COLOR=0', { TERM: 'xterm-256color', FORCE_COLOR: '0', ...UTF8 }, 'mono', true, true],
  ['CI changes nothing', { TERM: 'xterm-256color', CI: 'true', ...UTF8 }, '256', true, true],
  ['C locale', { TERM: 'xterm-256color', LC_ALL: 'C', ...UTF8 }, '256', false, true],
  ['C.UTF-8', { TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' }, '256', true, true],
] as const)('%s', (_, env, depth, unicode, sync) => {
  expect(detectCapabilities(env)).toEqual({ depth, unicode, sync, remote: false });
});

test('--ascii and SSH', () => {
  expect(detectCapabilities({ TERM: 'xterm', ...UTF8, SSH_CONNECTION: '1 2 3 4' }, true)).toMatchObject({
    unicode: false,
    remote: true,
  });
});
