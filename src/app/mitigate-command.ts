/** `ddostop mitigate plan|apply|confirm|list|undo|panic`: stdout carries the result only; questions, warnings and errors go to stderr. */
import type { Writable } from 'node:stream';
import { type Command, Option } from 'commander';
import { ExitCode, UserError } from '../errors.js';
import { cleanText, visibleJson } from '../format/clean-text.js';
import { formatDateTime, formatDuration } from '../format/time-format.js';
import type { FirewallDoor } from '../mitigation/firewall-door.js';
import type { OpenMitigationOptions } from '../mitigation/open-mitigation.js';
import type { MitigationPlan, MitigationRequest, SignatureBlock } from '../mitigation/types.js';
import { type Clock, systemClock } from '../platform/clock.js';
import { askYes, type TerminalInput, waitForDecision } from './confirm-window.js';
import { exitCodeOf } from './exit-code.js';
import { EXAMPLES, exampleOf } from './mitigate-examples.js';
import { DEFAULT_TTL, DEFAULT_WINDOW, type MitigateOptions, requestOf } from './mitigate-options.js';
import { readSignature } from './mitigate-signature.js';
import { listText, planSummary, planText, requestArguments } from './mitigate-text.js';
import { watchOutput } from './standard-output.js';

export type MitigateAction = 'plan' | 'apply' | 'confirm' | 'list' | 'undo' | 'panic';

export interface MitigateIo {
  readonly stdin: TerminalInput;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** A person sits there and can answer: stdin and stderr are terminals. */
  readonly isTerminal: boolean;
  readonly clock: Clock;
  /** How the door is opened; a test gives its own machine here. */
  readonly open?: (options: OpenMitigationOptions) => Promise<FirewallDoor>;
}

export function processIo(): MitigateIo {
  watchOutput();
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    isTerminal: process.stdin.isTTY === true && process.stderr.isTTY === true,
    clock: systemClock,
  };
}

/** Returns the exit code; never throws for what a user can cause. */
export async function runMitigate(action: MitigateAction, options: MitigateOptions, io = processIo()): Promise<number> {
  muteBrokenPipe(io.stdout);
  muteBrokenPipe(io.stderr);
  try {
    return await dispatch(action, options, io);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await write(io.stderr, `${cleanText(error.message, 4000)}\n`);
    return exitCodeOf(error);
  }
}

async function dispatch(action: MitigateAction, options: MitigateOptions, io: MitigateIo): Promise<number> {
  const readOnly = options.readOnly === true || (action === 'plan' && options.unchecked === true);
  const open = async () =>
    (io.open ?? (await import('../mitigation/open-mitigation.js')).openMitigation)({
      readOnly,
      ...(options.allowList === undefined ? {} : { allowList: options.allowList }),
    });
  switch (action) {
    case 'plan':
      return showPlan(
        await makePlan(requestOf(options, await signatureOf(options, io)), options, await open()),
        options,
        io,
      );
    case 'apply':
      return apply(options, io, open);
    case 'confirm': {
      const id = requireId(options);
      const door = await open();
      await door.confirm(id);
      const live = (await door.list()).find((item) => item.id === id);
      const left = live?.expiresInSec ?? null;
      return report(
        options,
        io,
        { action, id, state: 'confirmed', expiresInSec: left },
        `${id} confirmed${left === null ? '' : `, ends by itself in ${formatDuration(left)}`}`,
      );
    }
    case 'undo': {
      const id = requireId(options);
      await (await open()).undo(id);
      return report(options, io, { action, id, state: 'undone' }, `${id} undone: nothing of it is in force`);
    }
    case 'panic':
      await (await open()).panic();
      return report(options, io, { action, state: 'removed' }, 'removed: nothing of ddostop is in the firewall');
    case 'list':
      return list(options, io, await open());
  }
}

async function apply(options: MitigateOptions, io: MitigateIo, open: () => Promise<FirewallDoor>): Promise<number> {
  const request = requestOf(options, await signatureOf(options, io));
  if (options.dryRun !== true && options.yes !== true && !io.isTerminal) {
    throw new UserError(
      'NEEDS_YES',
      'there is no terminal to ask on, and --yes was not given; nothing was done',
      'Look at it with "ddostop mitigate plan", then add --yes.',
    );
  }
  const door = await open();
  const plan = await makePlan(request, options, door);
  if (options.dryRun === true) return showPlan(plan, options, io);
  if (plan.refused !== null) throw refusedError(plan.refused);
  await write(io.stderr, planSummary(plan));
  if (options.yes !== true && !(await askYes('Apply this?', io.stdin, io.stderr))) {
    return report(
      options,
      io,
      { action: 'apply', id: plan.id, state: 'cancelled' },
      'cancelled: nothing was done',
      ExitCode.failed,
    );
  }
  const { id, confirmByMs } = await door.apply(plan);
  const decision =
    options.yes === true ? 'confirmed' : await waitForDecision(id, confirmByMs, io.stdin, io.stderr, io.clock);
  if (decision === 'confirmed') {
    await door.confirm(id);
    const expiresAtMs = io.clock.nowMs() + plan.request.ttlSec * 1000;
    const until = `until ${formatDateTime(expiresAtMs / 1000)} (${formatDuration(plan.request.ttlSec)})`;
    return report(
      options,
      io,
      {
        action: 'apply',
        id,
        state: 'confirmed',
        expiresAtMs,
        expiresInSec: plan.request.ttlSec,
        warnings: plan.warnings,
      },
      `${id} in force ${until}; "ddostop mitigate undo ${id}" takes it back`,
    );
  }
  if (decision === 'undone') await door.undo(id);
  const text = decision === 'undone' ? `${id} taken back` : `${id} was not confirmed and has ended by itself`;
  return report(
    options,
    io,
    { action: 'apply', id, state: decision },
    `${text}: nothing of it is in force`,
    ExitCode.failed,
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
async function makePlan(
  request: MitigationRequest,
  options: MitigateOptions,
  door: FirewallDoor,
): Promise<MitigationPlan> {
  const plan = await door.plan(request);
  const narrowed = plan.refused?.narrowed ?? null;
  return options.narrow === true && narrowed !== null ? door.plan(narrowed) : plan;
}

async function showPlan(plan: MitigationPlan, options: MitigateOptions, io: MitigateIo): Promise<number> {
  const json = { schema: 'ddostop.plan/1', ...plan };
  await write(io.stdout, options.format === 'json' ? `${visibleJson(json, 2)}\n` : planText(plan));
  if (plan.refused === null) return ExitCode.done;
  await write(io.stderr, `${cleanText(refusedError(plan.refused).message, 4000)}\n`);
  return ExitCode.failed;
}

async function list(options: MitigateOptions, io: MitigateIo, door: FirewallDoor): Promise<number> {
  const [live, vanished] = await Promise.all([door.list(), door.vanished()]);
  const json = { schema: 'ddostop.mitigations/1', mitigations: live, vanished };
  await write(io.stdout, options.format === 'json' ? `${visibleJson(json, 2)}\n` : listText(live, vanished));
  if (options.readOnly !== true && live.some(({ state }) => state === 'ended')) await door.sweep();
  return ExitCode.done;
}

async function report(
  options: MitigateOptions,
  io: MitigateIo,
  body: Readonly<Record<string, unknown>>,
  text: string,
  code: number = ExitCode.done,
): Promise<number> {
  const json = visibleJson({ schema: 'ddostop.action/1', ...body });
  await write(io.stdout, `${options.format === 'json' ? json : text}\n`);
  return code;
}

function refusedError({ code, message, narrowed }: NonNullable<MitigationPlan['refused']>): UserError {
  const hint =
    narrowed === null
      ? 'Nothing would be left of it: name other prefixes, or another rule.'
      : `Add --narrow for the plan that spares them: ${requestArguments(narrowed)}.`;
  return new UserError(code, message, hint);
}

function requireId({ id }: MitigateOptions): string {
  if (id !== undefined) return id;
  throw new UserError('USAGE', 'expected the id of a mitigation', 'See the ids with "ddostop mitigate list".');
}

function write(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve()); // an error comes as an event too; a reader that left is no failure of ours
  });
}

const muted = new WeakSet<Writable>();

/** `| head` closes the pipe: the act is done all the same, and its exit code counts. */
function muteBrokenPipe(stream: Writable): void {
  if (muted.has(stream)) return;
  muted.add(stream);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** Hangs `mitigate` with its actions into the program; each sets process.exitCode. `common`: what the program itself knows (configuration). */
export function addMitigateCommand(
  program: Command,
  common: Pick<MitigateOptions, 'readOnly' | 'allowList'> = {},
  io: MitigateIo | null = null,
): Command {
  const mitigate = program
    .command('mitigate')
    .description('drop attack traffic at this host, with an end of its own and a way back')
    .addHelpText('after', EXAMPLES);
  const run = async (action: MitigateAction, options: MitigateOptions) => {
    process.exitCode = await runMitigate(action, { ...common, ...options }, io ?? processIo());
  };
  const withFormat = (command: Command) =>
    command.addOption(new Option('--format <format>', 'form of the result').choices(['text', 'json']).default('text'));
  const withRequest = (command: Command) =>
    withFormat(command)
      .option('--block <prefix...>', 'drop packets from these sources: 198.51.100.7 198.51.100.0/24 2001:db8::/64')
      .option('--block-target <address...>', 'drop packets to these targets (last resort: the target is off the net)')
      .option('--allow <prefix...>', 'never dropped by us; wins over every block')
      .option('--guard <address:port...>', 'keep a TCP port of this host open for one address, e.g. your ssh session')
      .option('--signature <file>', 'drop what looks like this: JSON of "ddostop diff --format json", or - for stdin')
      .option('--rate <pps>', 'of what the signature matches let so many packets a second pass')
      .option('--narrow', 'when the plan would cut off a protected address, take the nearest one that does not')
      .option('--ttl <time>', 'life once confirmed; the kernel ends it', DEFAULT_TTL)
      .option('--confirm-window <time>', 'ends by itself unless confirmed within', DEFAULT_WINDOW)
      .option('--incident <id>', 'incident it answers, for the audit log')
      .option('--why <word>', 'one word for the rule comment', 'manual')
      .addOption(new Option('--backend <name>', 'firewall to use').choices(['nft']).default('nft'));

  withRequest(mitigate.command('plan').description('show what would be done, with the exact commands; changes nothing'))
    .option('--unchecked', 'do not ask nft whether it would take the rules: needs no rights')
    .action((options: MitigateOptions) => run('plan', options));
  withRequest(
    mitigate.command('apply').description('put it in force for the confirm window, then keep it if confirmed'),
  )
    .option('--dry-run', 'same as plan')
    .option('--yes', 'no question; confirmed at once')
    .action((options: MitigateOptions) => run('apply', options));
  withFormat(mitigate.command('confirm').description('keep a mitigation for its whole life'))
    .argument('<id>', 'as "mitigate list" shows it')
    .action((id: string, options: MitigateOptions) => run('confirm', { ...options, id }));
  withFormat(mitigate.command('undo').description('take a mitigation back; one that has ended is no error'))
    .argument('<id>', 'as "mitigate list" shows it, or "orphan"')
    .action((id: string, options: MitigateOptions) => run('undo', { ...options, id }));
  withFormat(mitigate.command('list').description('what is live, read from the kernel')).action(
    (options: MitigateOptions) => run('list', options),
  );
  withFormat(
    mitigate.command('panic').description('remove everything of ddostop from the firewall, and only that'),
  ).action((options: MitigateOptions) => run('panic', options));
  for (const command of mitigate.commands) command.addHelpText('after', exampleOf(command.name()));
  return mitigate;
}
