/** `ddostop mitigate plan` and `apply`: the plan, the question, the window after it. */
import { ExitCode, UserError } from '../../errors.js';
import { cleanText, visibleJson } from '../../format/clean-text.js';
import { formatDateTime, formatDuration } from '../../format/time-format.js';
import type { MitigationDoor } from '../../mitigation/door.js';
import type { MitigationPlan, MitigationRequest, SignatureBlock } from '../../mitigation/types.js';
import { readPrefixFile } from '../options/prefix-file.js';
import { askYes, waitForDecision } from './confirm-window.js';
import { type MitigateOptions, requestOf } from './mitigate-options.js';
import { type MitigateIo, report, write } from './mitigate-output.js';
import { readSignature } from './mitigate-signature.js';
import { planSummary, planText, requestArguments } from './mitigate-text.js';

/** What the options ask for, with the files they name. */
export async function readRequest(options: MitigateOptions, io: MitigateIo): Promise<MitigationRequest> {
  const request = await requestWithFiles(options, io);
  // An edge is asked itself.
  if (request.backend === 'cloudflare') return request;
  // What is wrong with it is said before a host is asked anything.
  (await import('../../mitigation/open-mitigation.js')).checkRequest(request, options.allowList ?? []);
  return request;
}

async function requestWithFiles(options: MitigateOptions, io: MitigateIo): Promise<MitigationRequest> {
  const signature = await signatureOf(options, io);
  const { blockFile } = options;
  if (blockFile === undefined) return requestOf(options, signature);
  const block = [...(options.block ?? []), ...(await readPrefixFile(blockFile))];
  return requestOf({ ...options, block }, signature);
}

/** Nobody to ask, and no word that it may act unasked. */
export function refuseUnasked({ dryRun, yes }: MitigateOptions, io: MitigateIo): void {
  if (dryRun === true || yes === true || io.isTerminal) return;
  throw new UserError(
    'NEEDS_YES',
    'there is no terminal to ask on, and --yes was not given; nothing was done',
    'Look at it with "ddostop mitigate plan", then add --yes.',
  );
}

/** Plan, question, act, window. Returns the exit code. */
export async function applyRequest(
  request: MitigationRequest,
  options: MitigateOptions,
  io: MitigateIo,
  door: MitigationDoor,
): Promise<number> {
  const plan = await makePlan(request, options, door);
  if (options.dryRun === true) return showPlan(plan, options, io);
  if (plan.refused !== null) throw refusedError(plan.refused);
  await write(io.stderr, planSummary(plan));
  if (options.yes !== true && !(await askYes('Apply this?', io.stdin, io.stderr))) {
    const body = { action: 'apply', id: plan.id, state: 'cancelled' };
    return report(options, io, body, 'cancelled: nothing was done', ExitCode.failed);
  }
  const confirmations = await askAgain(plan, options, io);
  if (confirmations === 0) {
    const body = { action: 'apply', id: plan.id, state: 'cancelled' };
    return report(options, io, body, 'cancelled: nothing was done', ExitCode.failed);
  }
  const { id, confirmByMs } = await door.apply(plan, confirmations);
  const decision =
    options.yes === true ? 'confirmed' : await waitForDecision(id, confirmByMs, io.stdin, io.stderr, io.clock);
  if (decision === 'confirmed') {
    await door.confirm(id);
    return reportConfirmed(plan, id, options, io, await endsBy(plan, id, request.ttlSec, options, io, door));
  }
  if (decision === 'undone') await door.undo(id);
  const text = decision === 'undone' ? `${id} taken back` : `${id} was not confirmed and has ended by itself`;
  const body = { action: 'apply', id, state: decision };
  return report(options, io, body, `${text}: nothing of it is in force`, ExitCode.failed);
}

/** What must be said yes to twice is asked twice. How often it was; 0: no. */
async function askAgain(
  { confirmations = 1 }: MitigationPlan,
  options: MitigateOptions,
  io: MitigateIo,
): Promise<number> {
  if (confirmations < 2) return 1;
  if (options.yesReally === true) return confirmations;
  if (options.yes === true && !io.isTerminal)
    throw new UserError(
      'NEEDS_SECOND_YES',
      'this is asked twice, and --yes is one answer',
      'Add --yes-really as well.',
    );
  return (await askYes('It changes routes of the internet for minutes. Really?', io.stdin, io.stderr))
    ? confirmations
    : 0;
}

/** The edge ends nothing by itself: with --stay we wait until its time is over, and take it back. */
async function endsBy(
  { adapter }: MitigationPlan,
  id: string,
  ttlSec: number,
  options: MitigateOptions,
  io: MitigateIo,
  door: MitigationDoor,
): Promise<string> {
  if (adapter !== 'cloudflare' || door.expireDue === undefined) return '';
  if (options.stay !== true) return '; the edge has no timer: a ddostop that runs ends it, or you do';
  await write(
    io.stderr,
    `${id} in force for ${formatDuration(ttlSec)}; waiting to take it back (Ctrl-C leaves it in force)\n`,
  );
  const endMs = io.clock.nowMs() + ttlSec * 1000;
  for (let isOver = false; !isOver; ) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const expired = await door.expireDue(io.clock.nowMs());
    const own = expired.find((each) => each.id === id);
    if (own?.failure != null) throw own.failure;
    isOver = own !== undefined || (io.clock.nowMs() > endMs && !(await door.list()).some((live) => live.id === id));
  }
  return '; its time was over and it has been taken back';
}

function reportConfirmed(
  { request, warnings }: MitigationPlan,
  id: string,
  options: MitigateOptions,
  io: MitigateIo,
  ending: string,
): Promise<number> {
  const { ttlSec } = request;
  const expiresAtMs = io.clock.nowMs() + ttlSec * 1000;
  const until = `until ${formatDateTime(expiresAtMs / 1000)} (${formatDuration(ttlSec)})`;
  return report(
    options,
    io,
    { action: 'apply', id, state: 'confirmed', expiresAtMs, expiresInSec: ttlSec, warnings },
    `${id} in force ${until}; "ddostop mitigate undo ${id}" takes it back${ending}`,
  );
}

async function signatureOf({ signature }: MitigateOptions, io: MitigateIo): Promise<SignatureBlock | null> {
  if (signature === undefined) return null;
  if (signature === '-' && io.isTerminal)
    throw new UserError(
      'USAGE',
      '--signature -: stdin is a terminal',
      'Pipe "ddostop diff --format json" into it, or name a file.',
    );
  return readSignature(signature, io.stdin);
}

/** With --narrow a refused request is replaced by the nearest one that is allowed. */
export async function makePlan(
  request: MitigationRequest,
  options: MitigateOptions,
  door: MitigationDoor,
): Promise<MitigationPlan> {
  const plan = await door.plan(request);
  const narrowed = plan.refused?.narrowed ?? null;
  return options.narrow === true && narrowed !== null ? door.plan(narrowed) : plan;
}

export async function showPlan(plan: MitigationPlan, options: MitigateOptions, io: MitigateIo): Promise<number> {
  const json = { schema: 'ddostop.plan/1', ...plan };
  await write(io.stdout, options.format === 'json' ? `${visibleJson(json, 2)}\n` : planText(plan));
  if (plan.refused === null) return ExitCode.done;
  await write(io.stderr, `${cleanText(refusedError(plan.refused).message, 4000)}\n`);
  return ExitCode.failed;
}

function refusedError({ code, message, narrowed }: NonNullable<MitigationPlan['refused']>): UserError {
  const hint =
    narrowed === null
      ? 'Nothing would be left of it: name other prefixes, or another rule.'
      : `Add --narrow for the plan that spares them: ${requestArguments(narrowed)}.`;
  return new UserError(code, message, hint);
}
