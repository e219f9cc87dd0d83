/** Programs of the operator: real scripts, that read, fail, hang, or leave others behind. */
import { existsSync, readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CommandConfig, FastnetmonConfig } from '../../src/config/hook-config.js';
import { ANY_HOOK, hookEvent } from '../support/hooks/hook-fixture.js';
import { HookLab } from '../support/hooks/hook-lab.js';

let lab: HookLab;
beforeEach(async () => {
  lab = await HookLab.open();
});
afterEach(() => lab.close());

async function script(text: string): Promise<string> {
  const path = join(lab.folder, 'script');
  await writeFile(path, `#!/bin/sh\ncd "${lab.folder}"\n${text}\n`);
  await chmod(path, 0o755);
  return path;
}

const read = (name: string) => readFileSync(join(lab.folder, name), 'utf8');
const command = (argv: readonly string[], timeoutSec = 10): CommandConfig => ({
  ...ANY_HOOK,
  kind: 'command',
  argv,
  timeoutSec,
});

test('a FastNetMon script gets what FastNetMon gives', async () => {
  const path = await script('echo "$# $*" >> calls; if [ "$4" != unban ]; then cat > details; fi');
  const hook: FastnetmonConfig = { ...ANY_HOOK, kind: 'fastnetmon-script', script: path };
  const hooks = await lab.dispatcher([hook]);
  for (const [i, kind] of (['opened', 'updated', 'note', 'ended'] as const).entries()) {
    await hooks.tell(hookEvent(kind, i));
    await hooks.drained();
  }
  await hooks.tell(hookEvent('opened', 1, { id: 'site', target: 'shop.example; touch owned' }));
  await hooks.drained();
  expect(read('calls')).toBe(
    '4 203.0.113.7 incoming 1000 ban\n4 203.0.113.7 incoming 1000 attack_details\n4 203.0.113.7 incoming 1000 unban\n',
  );
  expect(read('details')).toContain('IP: 203.0.113.7\nAttack type: syn_flood\n');
  expect(lab.outcomes).toEqual(['sent', 'sent', 'sent']);
});

test('a command: its words as they are, the event on stdin, the key in the environment', async () => {
  const path = await script('printf "%s|" "$@" > args; cat > stdin; echo "$DDOSTOP_EVENT $DDOSTOP_EVENT_KEY" > env');
  const hooks = await lab.dispatcher([command([path, '$(touch owned)', 'a b', '{target}'])]);
  await hooks.tell(hookEvent('opened', 1, { target: '`touch owned`' }));
  await hooks.drained();
  const event = JSON.parse(read('stdin')) as { key: string; schema: string };
  expect(read('args')).toBe('$(touch owned)|a b|{target}|');
  expect(event.schema).toBe('ddostop.event/1');
  expect(read('env')).toBe(`opened ${event.key}\n`);
  expect(existsSync(join(lab.folder, 'owned'))).toBe(false);
});

test.each([
  ['reads nothing', 'exit 0', ['sent'], null],
  [
    'fails once',
    '[ -e been ] && exit 0; touch been; echo "cannot reach \\033[2J it" >&2; exit 7',
    ['delayed', 'sent'],
    'it ended with 7: cannot reach',
  ],
  ['always fails', 'echo no >&2; exit 1', ['delayed', 'given-up'], 'it ended with 1: no'],
  ['is killed', 'kill -9 $$', ['delayed', 'given-up'], 'it ended by SIGKILL'],
  [
    'talks without end',
    '[ -e been ] && exit 0; touch been; yes >&2 & sleep 0.05; kill $!; exit 3',
    ['delayed', 'sent'],
    'it ended with 3: y',
  ],
])('a program that %s', async (_, text, outcomes, message) => {
  const hooks = await lab.dispatcher([command([await script(text)])]);
  await hooks.tell(hookEvent('opened', 1));
  await hooks.drained();
  expect(lab.outcomes).toEqual(outcomes);
  if (message !== null) expect(lab.deliveries[0]?.record.message).toContain(message);
  expect(JSON.stringify(lab.deliveries)).not.toContain('\\u001b');
});

test('one that hangs is killed with all that it started', async () => {
  const path = await script('[ -e been ] && exit 0; touch been; sleep 1000 & echo $! > child; sleep 1000');
  const hooks = await lab.dispatcher([command([path], 0.3)]);
  await hooks.tell(hookEvent('opened', 1));
  await hooks.drained();
  expect(lab.outcomes).toEqual(['delayed', 'sent']);
  expect(lab.deliveries[0]?.record.message).toContain('did not end within 0.3 s');
  const state = () =>
    existsSync(`/proc/${read('child').trim()}/stat`)
      ? readFileSync(`/proc/${read('child').trim()}/stat`, 'utf8').split(') ')[1]?.[0]
      : 'gone';
  while (!['gone', 'Z', undefined].includes(state())) await new Promise(setImmediate);
});

test('a program that is not there', async () => {
  const hooks = await lab.dispatcher([command(['/no/such/program'])]);
  await hooks.tell(hookEvent('opened', 1));
  await hooks.drained();
  expect(lab.outcomes).toEqual(['delayed', 'given-up']);
});
