/** `ddostop incidents` and its actions, hung into the program. */
import { type Command, Option } from 'commander';
import { parseDuration } from '../options/duration-option.js';
import { integerOf } from '../options/source-options.js';
import type { IncidentsRequest } from './incidents-command.js';

interface StoreFlags {
  readonly store?: string;
  readonly format?: (typeof SHOW_FORMATS)[number];
  readonly output?: string;
}

interface ListFlags extends StoreFlags {
  readonly state: 'open' | 'ended' | 'all';
  readonly since?: string;
  readonly unacknowledged?: boolean;
  readonly limit: string;
}

const SHOW_FORMATS = ['text', 'json', 'markdown', 'html', 'nladc', 'misp'] as const;
const AUDIENCES = ['engineer', 'customer', 'management'] as const;
const MARKS = ['true-positive', 'false-positive', 'duplicate', 'test'] as const;

export function addIncidentsCommand(program: Command): void {
  const incidents = program
    .command('incidents')
    .description('attacks that were seen: list, show, acknowledge, mark, note, figures')
    .addHelpText('after', EXAMPLES);
  const run = async (flags: StoreFlags, request: IncidentsRequest) => {
    const { runIncidents } = await import('./incidents-command.js');
    const place = { store: flags.store ?? null, output: flags.output ?? null, isJson: flags.format === 'json' };
    process.exitCode = await runIncidents(request, place);
  };
  const action = (words: string, description: string) =>
    incidents
      .command(words, { isDefault: words === 'list' })
      .description(description)
      .option('--store <dir>', 'where incidents are kept (default: $XDG_STATE_HOME/ddostop/incidents)');
  const withFormat = (command: Command, formats: readonly string[]) =>
    command
      .addOption(new Option('--format <format>', 'form of the result').choices(formats).default('text'))
      .option('-o, --output <file>', 'write there instead of stdout (0600)');

  addList(withFormat(action('list', 'by urgency, open ones first'), ['text', 'json']), run);
  addShow(
    withFormat(action('show <id>', 'the report of one: all that is known, with its timeline'), SHOW_FORMATS),
    run,
  );
  action('ack <id...>', 'say that somebody looks at it')
    .option('--note <text>', 'and a note')
    .action((ids: string[], flags: StoreFlags & { note?: string }) =>
      run(flags, { action: 'ack', ids, note: flags.note ?? null }),
    );
  const mark = action('mark <id> <what>', 'say what it was: true-positive, false-positive, duplicate, test')
    .option('--of <id>', 'with duplicate: the other one')
    .option('--reason <text>', 'why');
  mark.action((id: string, what: string, flags: StoreFlags & { of?: string; reason?: string }) => {
    const known = MARKS.find((one) => one === what);
    if (known === undefined)
      mark.error(`error: expected ${MARKS.join(', ')}, got ${JSON.stringify(what.slice(0, 40))}`);
    return run(flags, {
      action: 'mark',
      id,
      mark: known as (typeof MARKS)[number],
      of: flags.of ?? null,
      reason: flags.reason ?? '',
    });
  });
  action('unmark <id>', 'take the mark back').action((id: string, flags: StoreFlags) =>
    run(flags, { action: 'unmark', id }),
  );
  action('note <id> <text>', 'add a note; "-" reads it from stdin').action(
    (id: string, text: string, flags: StoreFlags) => run(flags, { action: 'note', id, text }),
  );
  action('attach <id> <file>', 'name a file as evidence, with its SHA-256; it is not copied')
    .option('--words <text>', 'what it is')
    .action((id: string, file: string, flags: StoreFlags & { words?: string }) =>
      run(flags, { action: 'attach', id, file, words: flags.words ?? '' }),
    );
  withFormat(
    action('stats', 'how fast attacks were seen, acknowledged and stopped').addOption(
      new Option('--by <what>', 'one row for each').choices(['week', 'vector']).default('week'),
    ),
    ['text', 'json'],
  ).action((flags: StoreFlags & { by: 'week' | 'vector' }) => run(flags, { action: 'stats', by: flags.by }));
  action('compact', 'merge its files, and forget what is older than 400 days or beyond 10 000 incidents').action(
    (flags: StoreFlags) => run(flags, { action: 'compact' }),
  );
  for (const command of incidents.commands) command.addHelpText('after', exampleOf(command.name()));
}

type Run = (flags: StoreFlags, request: IncidentsRequest) => Promise<void>;

function addList(command: Command, run: Run): void {
  command
    .addOption(new Option('--state <state>', 'which').choices(['open', 'ended', 'all']).default('all'))
    .option('--since <time>', 'those that went on in the last 24h, 7d...')
    .option('--unacknowledged', 'those that nobody looks at yet')
    .option('--limit <n>', 'at most so many', '100')
    .action((flags: ListFlags) =>
      run(flags, {
        action: 'list',
        filter: {
          state: flags.state,
          ...(flags.since === undefined ? {} : { withinSec: parseDuration('--since', flags.since) }),
          unacknowledged: flags.unacknowledged ?? false,
        },
        limit: integerOf('--limit', flags.limit, 1, 100_000),
      }),
    );
}

interface ShowFlags extends StoreFlags {
  readonly audience: (typeof AUDIENCES)[number];
  readonly redact?: boolean;
  readonly ascii?: boolean;
  readonly width: string;
}

function addShow(command: Command, run: Run): void {
  command
    .addOption(new Option('--audience <who>', 'whom it is for').choices(AUDIENCES).default('engineer'))
    .option('--redact', 'without what only we may know')
    .option('--ascii', 'no character beyond 7 bits')
    .option('--width <cells>', 'of a line of text', '100')
    .action((id: string, flags: ShowFlags) => {
      const { format = 'text', audience, redact = false, ascii = false } = flags;
      const width = integerOf('--width', flags.width, 40, 400);
      return run(flags, { action: 'show', id, render: { format, audience, redact, ascii, width } });
    });
}

function exampleOf(action: string): string {
  const lines = EXAMPLES.split('\n').filter((line) => line.startsWith(`  ddostop incidents ${action}`));
  return ['', 'Examples:', ...lines].join('\n');
}

const EXAMPLES = `
Examples:
  ddostop incidents list --unacknowledged
  ddostop incidents list --state open --format json
  ddostop incidents list --since 24h
  ddostop incidents show 2k7
  ddostop incidents show 2k7 --format json -o incident.json
  ddostop incidents show 2k7 --format html -o incident.html
  ddostop incidents show 2k7 --format markdown --audience customer
  ddostop incidents ack 2k7 fnm-a --note "customer called"
  ddostop incidents mark 2k7 false-positive --reason "backup of the night"
  ddostop incidents mark 2k7 duplicate --of fnm-abcdefgh
  ddostop incidents unmark 2k7
  ddostop incidents note 2k7 "upstream filters since 14:10"
  ddostop incidents attach 2k7 /var/tmp/ddos/flood.pcapng
  ddostop incidents stats --by vector
  ddostop incidents compact

Ids may be shortened while they are unique. Exit codes: 0 done; 1 failed; 2 wrong usage; 3 part of the store cannot be
read, the rest is shown.`;
