/** `ddostop hooks`: what is configured, a test of it, and what waits. */
import { hostname } from 'node:os';
import type { HookConfig, HookEventName } from '../../config/hook-config.js';
import { readConfig } from '../../config/read-config.js';
import { ExitCode, messageOf, UserError } from '../../errors.js';
import { cleanText, visibleJson } from '../../format/clean-text.js';
import type { HookDelivery } from '../../hooks/hook-event.js';
import { lookIntoSpool, retrySpool } from '../../hooks/look-into-spool.js';
import { References } from '../../hooks/references.js';
import { openSender } from '../../hooks/senders/open-sender.js';
import { defaultSpoolFolder } from '../../hooks/spool-path.js';
import { showTest, type TestParts, testHook } from '../../hooks/test-hook.js';
import { systemClock } from '../../platform/clock.js';
import { sayError } from '../standard-error.js';
import { writeOut } from '../standard-output.js';
import { type HookListRow, listText, retryText, shownText, spoolText, type TestRow, testText } from './hooks-text.js';

export interface HooksOptions {
  readonly config?: string;
  readonly format: 'text' | 'json';
  readonly names?: readonly string[];
  readonly event?: HookEventName;
  readonly dryRun?: boolean;
}

/** Returns the exit code. */
export async function runHooks(action: 'list' | 'test' | 'spool' | 'retry', options: HooksOptions): Promise<number> {
  switch (action) {
    case 'list':
      return list(options);
    case 'test':
      return test(options);
    case 'spool':
      return spool(options);
    case 'retry':
      return retry(options);
  }
}

async function list(options: HooksOptions): Promise<number> {
  const { hooks } = await readConfig(options.config ?? null);
  const rows = await Promise.all(hooks.map(listRow));
  await say(options, { schema: 'ddostop.hooks/1', hooks: rows }, () => listText(rows));
  return rows.every(({ problem }) => problem === null) ? ExitCode.done : ExitCode.failed;
}

async function listRow(hook: HookConfig): Promise<HookListRow> {
  const { name, kind, events, leastSeverity, leastUrgency, targets, everySec, perHour } = hook;
  const row = { name, kind, events, leastSeverity, leastUrgency, targets, everySec, perHour };
  try {
    await openSender(hook, { references: await References.open(null), clock: systemClock, env: process.env });
    return { ...row, problem: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...row, problem: messageOf(error) };
  }
}

async function test(options: HooksOptions): Promise<number> {
  const { hooks, sensor } = await readConfig(options.config ?? null);
  const chosen = chosenHooks(hooks, options.names ?? []);
  const event = options.event ?? 'opened';
  const stop = new AbortController();
  const parts: TestParts = {
    sensor: sensor ?? hostname(),
    env: process.env,
    clock: systemClock,
    signal: stop.signal,
  };
  if (options.dryRun === true) {
    const shown = await Promise.all(
      chosen.map(async (hook) => ({ hook: hook.name, requests: await showTest(hook, event, parts) })),
    );
    await say(options, { schema: 'ddostop.hooks-dry-run/1', hooks: shown }, () => shownText(shown));
    return ExitCode.done;
  }
  const rows: TestRow[] = await Promise.all(
    chosen.map(async (hook) => ({ hook: hook.name, kind: hook.kind, steps: await testHook(hook, event, parts) })),
  );
  await say(options, { schema: 'ddostop.hooks-test/1', hooks: rows }, () => testText(rows));
  const isFine = rows.every(({ steps }) => steps.every(({ outcome }) => outcome === null || outcome.kind === 'sent'));
  return isFine ? ExitCode.done : ExitCode.failed;
}

function chosenHooks(hooks: readonly HookConfig[], names: readonly string[]): readonly HookConfig[] {
  if (hooks.length === 0) {
    throw new UserError(
      'NO_HOOKS',
      'the configuration names no hook',
      'Add one below "hooks:"; --config names another file.',
    );
  }
  const known = hooks.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const got = `expected one of ${known.join(', ')}, got "${cleanText(unknown, 60)}"`;
    throw new UserError('USAGE', `there is no such hook: ${got}`, 'See ddostop hooks list.');
  }
  return names.length === 0 ? hooks : hooks.filter(({ name }) => names.includes(name));
}

async function spool(options: HooksOptions): Promise<number> {
  const folder = defaultSpoolFolder();
  const view = await lookIntoSpool({ folder, clock: systemClock, onTrouble: sayError });
  const waiting = view.waiting.map(({ message, queuedAtMs, attempts, notBeforeMs }) => ({
    hook: message.hook,
    event: message.event,
    test: message.isTest,
    incident: message.facts.id,
    target: message.facts.target,
    queuedAt: queuedAtMs / 1000,
    attempts,
    notBefore: notBeforeMs / 1000,
  }));
  const nowSec = systemClock.nowMs() / 1000;
  await say(options, { schema: 'ddostop.hooks-spool/1', folder, sender: view.sender, waiting }, () =>
    spoolText(folder, view.sender, waiting, nowSec),
  );
  return ExitCode.done;
}

async function retry(options: HooksOptions): Promise<number> {
  const { hooks } = await readConfig(options.config ?? null);
  const deliveries: HookDelivery[] = [];
  const parts = {
    folder: defaultSpoolFolder(),
    clock: systemClock,
    env: process.env,
    onTrouble: sayError,
    onDelivery: (delivery: HookDelivery) => deliveries.push(delivery),
  };
  await retrySpool(hooks, parts, new AbortController().signal);
  const { waiting } = await lookIntoSpool(parts);
  const result = { schema: 'ddostop.hooks-retry/1', deliveries, waiting: waiting.length };
  await say(options, result, () => retryText(deliveries, waiting.length));
  return waiting.length === 0 ? ExitCode.done : ExitCode.failed;
}

async function say({ format }: HooksOptions, value: unknown, text: () => string): Promise<void> {
  await writeOut(format === 'json' ? `${visibleJson(value, 2)}\n` : text());
}
