/** `ddostop mitigate plan|apply|confirm|extend|undo|list|again|log|panic`: stdout carries the result only; questions, warnings and errors go to stderr. */
import { ExitCode, UserError } from '../../errors.js';
import { cleanText, visibleJson, visibleLines } from '../../format/clean-text.js';
import { formatDuration } from '../../format/time-format.js';
import type { MitigationDoor } from '../../mitigation/door.js';
import { requireMitigationId } from '../../mitigation/mitigation-id.js';
import { exitCodeOf } from '../exit-code.js';
import { parseDuration } from '../options/duration-option.js';
import { applyRequest, makePlan, readRequest, refuseUnasked, showPlan } from './mitigate-apply.js';
import { openDoor } from './mitigate-door.js';
import { extendWhileMatching } from './mitigate-extend.js';
import type { MitigateOptions } from './mitigate-options.js';
import { type MitigateIo, muteBrokenPipe, processIo, report, write } from './mitigate-output.js';
import { listText, logText } from './mitigate-text.js';

export type MitigateAction = 'plan' | 'apply' | 'confirm' | 'extend' | 'list' | 'undo' | 'again' | 'log' | 'panic';

/** Returns the exit code; never throws for what a user can cause. */
export async function runMitigate(action: MitigateAction, options: MitigateOptions, io = processIo()): Promise<number> {
  muteBrokenPipe(io.stdout);
  muteBrokenPipe(io.stderr);
  try {
    return await dispatch(action, options, io);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await write(io.stderr, `${errorText(error)}\n`);
    return exitCodeOf(error);
  }
}

/** What happened in one line, whatever is in it; what to do about it may be lines to copy. */
function errorText({ code, what, hint }: UserError): string {
  return `${cleanText(`${code}: ${what}`, 4000)}. ${visibleLines(hint)}`;
}

async function dispatch(action: MitigateAction, options: MitigateOptions, io: MitigateIo): Promise<number> {
  // What is wrong with the command itself is said before anything is asked of a host.
  const request = action === 'plan' || action === 'apply' ? await readRequest(options, io) : null;
  if (action === 'apply' || action === 'again') refuseUnasked(options, io);
  const id = action === 'confirm' || action === 'extend' || action === 'undo' ? requireId(options) : '';
  const { door, close } = await openDoor(action, options, io);
  try {
    if (request !== null && action === 'plan')
      return await showPlan(await makePlan(request, options, door), options, io);
    if (request !== null) return await applyRequest(request, options, io, door);
    return await actOn(action, id, options, io, door);
  } finally {
    await close();
  }
}

async function actOn(
  action: MitigateAction,
  id: string,
  options: MitigateOptions,
  io: MitigateIo,
  door: MitigationDoor,
): Promise<number> {
  switch (action) {
    case 'confirm':
      await door.confirm(id);
      return reportLife(action, id, 'confirmed', options, io, door);
    case 'extend':
      return extend(id, options, io, door);
    case 'undo':
      await door.undo(id);
      return report(options, io, { action, id, state: 'undone' }, `${id} undone: nothing of it is in force`);
    case 'panic':
      await door.panic();
      return report(options, io, { action, state: 'removed' }, 'removed: nothing of ddostop is in the firewall');
    case 'again':
      return again(options, io, door);
    case 'log':
      return log(options, io, door);
    default:
      return list(options, io, door);
  }
}

async function extend(id: string, options: MitigateOptions, io: MitigateIo, door: MitigationDoor): Promise<number> {
  const ttlSec = options.ttl === undefined ? null : parseDuration('--ttl', options.ttl);
  if (options.whileMatching === true) return extendWhileMatching(id, ttlSec, io, door);
  await door.extend(id, ttlSec);
  return reportLife('extend', id, 'confirmed', options, io, door);
}

async function reportLife(
  action: MitigateAction,
  id: string,
  state: string,
  options: MitigateOptions,
  io: MitigateIo,
  door: MitigationDoor,
): Promise<number> {
  const live = (await door.list()).find((item) => item.id === id);
  const left = live?.expiresInSec ?? null;
  const done = action === 'extend' ? 'extended' : 'confirmed';
  const text = `${id} ${done}${left === null ? '' : `, ends by itself in ${formatDuration(left)}`}`;
  return report(options, io, { action, id, state, expiresInSec: left }, text);
}

/** Applies once more what should be in force and is not, for the time it has left. */
async function again(options: MitigateOptions, io: MitigateIo, door: MitigationDoor): Promise<number> {
  const vanished = await door.vanished();
  const chosen = options.id === undefined ? vanished : vanished.filter(({ id }) => id === options.id);
  if (chosen.length === 0)
    throw new UserError(
      'NOTHING_VANISHED',
      options.id === undefined
        ? 'everything that was confirmed is in the kernel, or is over'
        : `${options.id} is in the kernel, or is over`,
      'See "ddostop mitigate list".',
    );
  let code: number = ExitCode.done;
  for (const { id, request, untilMs } of chosen) {
    const ttlSec = Math.max(1, Math.round((untilMs - io.clock.nowMs()) / 1000));
    const one = await applyRequest({ ...request, ttlSec, replaces: id }, options, io, door);
    if (one !== ExitCode.done) code = one;
  }
  return code;
}

async function list(options: MitigateOptions, io: MitigateIo, door: MitigationDoor): Promise<number> {
  const { live, vanished, unfinished } = await door.survey();
  const json = { schema: 'ddostop.mitigations/1', mitigations: live, vanished, unfinished };
  await write(
    io.stdout,
    options.format === 'json' ? `${visibleJson(json, 2)}\n` : listText(live, vanished, unfinished),
  );
  if (options.readOnly !== true && live.some(({ state }) => state === 'ended')) await door.sweep();
  return ExitCode.done;
}

async function log(options: MitigateOptions, io: MitigateIo, door: MitigationDoor): Promise<number> {
  const records = await door.history();
  const json = records.map((record) => `${visibleJson(record)}\n`).join('');
  await write(io.stdout, options.format === 'json' ? json : logText(records));
  return ExitCode.done;
}

function requireId({ id }: MitigateOptions): string {
  if (id !== undefined) {
    requireMitigationId(id);
    return id;
  }
  throw new UserError('USAGE', 'expected the id of a mitigation', 'See the ids with "ddostop mitigate list".');
}
