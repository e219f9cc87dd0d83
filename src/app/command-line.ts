/** The command line: names, flags and help. Wiring only; what a command does is in its own file. */
import { Command, Option } from 'commander';
import { ExitCode, UserError } from '../errors.js';
import { visibleLines } from '../format/clean-text.js';
import { DEFAULT_SEED } from '../scenario/default-seed.js';
import { addDiffCommand } from './analysis/diff-options.js';
import { addBaselinesCommand } from './baselines/baselines-options.js';
import { addDoctorCommand } from './doctor/doctor-options.js';
import { addHooksCommand } from './incidents/hooks-options.js';
import { addIncidentsCommand } from './incidents/incidents-options.js';
import { addNotifyCommand } from './incidents/notify-options.js';
import type { SourceSpec } from './ingest/ingest-protocol.js';
import { DEFAULT_TTL, DEFAULT_WINDOW } from './mitigate/mitigate-options.js';
import { addMitigateCommand } from './mitigate/mitigate-register.js';
import { parseDuration } from './options/duration-option.js';
import { withZones } from './options/edge-options.js';
import {
  DEFAULT_FILES,
  DEFAULT_SECONDS,
  DEFAULT_SIZE_MIB,
  type RecordFlags,
  recordOptions,
} from './options/record-options.js';
import { REPUTATION_HELP } from './options/reputation-option.js';
import { demoSource, integerOf, type SourceOptions, sourceOf } from './options/source-options.js';
import { REPORT_FORMATS, type ReportFormat, type ReportOptions, runReport } from './report/report-command.js';
import { writeOut } from './standard-output.js';
import { addWatchCommand, type StoreFlags, withStore } from './watch/watch-options.js';

/** What `ddostop` itself needs beside its source. */
export interface MonitorOptions extends SourceOptions, RecordFlags, StoreFlags {
  readonly readOnly?: boolean;
  readonly ascii?: boolean;
  readonly fps?: string;
  readonly maxBytesPerSec?: string;
  readonly slow?: boolean;
  readonly theme?: string;
  readonly allow?: readonly string[];
  /** Of a mitigation made on the screen. */
  readonly ttl?: string;
  readonly confirmWindow?: string;
  /** true: of this machine. */
  readonly netfilter?: string | true;
  readonly cloudflare?: readonly string[];
  readonly account?: string;
  readonly edgeSample?: string;
  readonly sshConfig?: string;
  /** Where mitigations act: an ssh host; this machine when left out. */
  readonly on?: string;
  readonly sudo?: boolean;
  readonly backend?: string;
  readonly reputation?: readonly string[];
}

/** Opens the screen; resolves with the exit code. Loaded only when there is a terminal: React and Ink cost 200 ms. */
export type RunMonitor = (source: SourceSpec, options: MonitorOptions) => Promise<number>;

interface ReportFlags extends SourceOptions, RecordFlags {
  readonly format: ReportFormat;
  readonly top?: string;
  readonly exact?: boolean;
  readonly ja4Compat?: boolean;
  readonly hash?: boolean;
  readonly output?: string;
  readonly duration?: string;
  readonly reputation?: readonly string[];
}

export function commandLine(version: string, runMonitor: RunMonitor): Command {
  const program = new Command('ddostop');
  program
    .description('Names a live DDoS attack, shows what tells it from good traffic, and stops it with one safe key.')
    .version(version)
    .argument('[filter...]', 'pcap-filter expression, as with tcpdump')
    .addHelpText('after', EXAMPLES)
    .configureOutput({
      writeOut: (text) => void writeOut(text),
      outputError: (text, write) => write(visibleLines(`USAGE: ${text.replace(/^error: /, '')}`)),
    })
    .showHelpAfterError('See ddostop --help.')
    .enablePositionalOptions()
    .exitOverride((error) => {
      throw error.exitCode === 0 ? error : Object.assign(error, { exitCode: ExitCode.usage });
    });
  withRecording(withSources(program));
  withScreen(program).action(async (filter: string[], options: MonitorOptions) => {
    const noPackets = options.netfilter !== undefined || options.cloudflare !== undefined;
    const counters = noPackets ? ({ kind: 'none' } as const) : null;
    const source = sourceOf(options, filter) ?? counters ?? demoSource(options, 1, Math.floor(Date.now() / 1000));
    process.exitCode = await monitorOrReport(source, options, runMonitor);
  });
  const demo = program
    .command('demo')
    .description('the screen on a built-in, seeded attack scenario; no privileges, no network');
  withScreen(withRecording(demo))
    .option('--speed <n|max>', 'play by capture time, n times as fast', '1')
    .option('--scenario <name>', 'attacks, crowd (many people at once), http-flood', 'attacks')
    .option('--seed <n>', 'another scenario of the same kind', String(DEFAULT_SEED))
    .option('--loop', 'begin again at the end')
    .addHelpText('after', DEMO_EXAMPLES)
    .action(async (options: MonitorOptions) => {
      process.exitCode = await monitorOrReport(
        demoSource(options, 1, Math.floor(Date.now() / 1000)),
        options,
        runMonitor,
      );
    });
  addReport(program);
  addWatchCommand(program, (command) => withRecording(withSources(command)));
  addDiffCommand(program);
  addMitigateCommand(program);
  addIncidentsCommand(program);
  addNotifyCommand(program);
  addHooksCommand(program);
  addBaselinesCommand(program);
  addDoctorCommand(program, () => process.stdout);
  return program;
}

function withSources(command: Command): Command {
  return command
    .option('-i, --interface <if>', 'live capture: a packet ring, or a tcpdump child')
    .option('-r, --read <file|->', 'capture file or stream: pcap, pcapng, .gz, .zst, stdin, FIFO')
    .option('--speed <n|max>', 'replay a file by capture time, n times as fast (default: max)')
    .option('--loop', 'read the file again and again')
    .option('--follow', 'go on reading while the file grows')
    .option('--snaplen <bytes>', 'bytes captured of each packet (default: 256)')
    .addOption(
      new Option('--direction <which>', 'live: packets that come in, go out, or both, as with tcpdump -Q')
        .choices(['in', 'out', 'inout'])
        .default('in'),
    )
    .addOption(
      new Option('--capture <how>', 'live: packet ring, tcpdump child, or the first that works')
        .choices(['auto', 'ring', 'tcpdump'])
        .default('auto'),
    )
    .option('--buffer <KiB>', 'live: memory for packets not read yet, as tcpdump -B (default: 65536)')
    .option('--fanout <id>', 'live, ring: share the packets by flow with others of this id (0 to 65535)');
}

function withRecording(command: Command): Command {
  return command
    .option('--record <dir>', 'keep what is seen: pcapng files in that folder, the oldest ones removed')
    .option('--record-size <MiB>', `of one file (default: ${DEFAULT_SIZE_MIB})`)
    .option('--record-files <n>', `files of this run that are kept (default: ${DEFAULT_FILES})`)
    .option('--record-seconds <s>', `capture time in one file (default: ${DEFAULT_SECONDS})`);
}

function withScreen(command: Command): Command {
  withStore(command).option(
    '--netfilter [host]',
    'counters of iptables, nft and ipset, here or on HOST over ssh (screen 5)',
  );
  return withZones(command, 'screen 4')
    .option('--ssh-config <file>', 'instead of ~/.ssh/config, as ssh -F')
    .option('--on <host>', 'mitigations act on this host, over ssh')
    .option('--sudo', 'run the commands of mitigations through "sudo -n"')
    .addOption(
      new Option(
        '--backend <name>',
        'firewall of mitigations (default: nft; cloudflare where only zones are watched)',
      ).choices(['nft', 'iptables', 'cloudflare']),
    )
    .option('--reputation <file...>', REPUTATION_HELP)
    .option('--read-only', 'cannot act at all')
    .option('--allow <prefix...>', 'never dropped by us, whatever is asked')
    .option('--ttl <time>', 'life of a mitigation once confirmed', DEFAULT_TTL)
    .option('--confirm-window <time>', 'one that is not confirmed ends by itself after', DEFAULT_WINDOW)
    .option('--ascii', 'no character beyond 7 bits')
    .option('--fps <n>', 'frames per second, 1 to 10 (default: 4, over SSH 2)')
    .option('--max-bytes-per-sec <n>', 'bound on what is sent to the terminal')
    .option('--slow', 'same as --max-bytes-per-sec 6900: a 115 200 baud line')
    .addOption(new Option('--theme <name>', 'colours').choices(['dark', 'light', 'contrast']));
}

function addReport(program: Command): void {
  const report = program.command('report').description('headless triage: what it is, who is attacked how, who sends');
  withRecording(withSources(report))
    .argument('[file]', 'capture file, or - for stdin')
    .addOption(new Option('--format <format>', 'form of the result').choices(REPORT_FORMATS).default('text'))
    .option('-o, --output <file>', 'write there instead of stdout (0600)')
    .option('--top <n>', 'keys per list (default: 20, in text 10)')
    .option('--exact', 'count exactly (bounded memory; says so when the bound is hit)')
    .option('--ja4-compat', 'JA4 of an ALPN that is not ASCII as tools before 2025 have it (99)')
    .option('--hash', 'add the SHA-256 of the file')
    .option('--duration <time>', 'read a live source this long, e.g. 10s')
    .option('--reputation <file...>', REPUTATION_HELP)
    .option('--ascii', 'no character beyond 7 bits')
    .addHelpText('after', REPORT_EXAMPLES)
    .action(async (file: string | undefined, flags: ReportFlags & { ascii?: boolean }) => {
      const source = reportSource(file, flags);
      process.exitCode = await runReport(source, reportOptions(flags, isEndless(source)));
    });
}

function reportSource(file: string | undefined, flags: ReportFlags) {
  const source = sourceOf(file === undefined ? flags : { ...flags, read: file }, []);
  if (source !== null) return source;
  throw new UserError(
    'USAGE',
    'report needs a source, got none',
    'ddostop report FILE, or ddostop report -i eth0 --duration 10s.',
  );
}

function reportOptions(flags: ReportFlags & { ascii?: boolean }, hasNoEnd: boolean): ReportOptions {
  if (hasNoEnd && flags.duration === undefined) {
    throw new UserError('USAGE', 'this source has no end of its own', 'Say how long to read it: --duration 10s.');
  }
  return {
    format: flags.format,
    top: flags.top === undefined ? null : integerOf('--top', flags.top, 1, 10_000),
    exact: flags.exact ?? false,
    ja4Compat: flags.ja4Compat ?? false,
    hash: flags.hash ?? false,
    ascii: flags.ascii ?? !isUtf8(),
    durationSec: flags.duration === undefined ? null : parseDuration('--duration', flags.duration),
    output: flags.output ?? null,
    record: recordOptions(flags),
    reputation: flags.reputation ?? [],
  };
}

/** Live, followed or repeated: it never ends by itself. */
function isEndless(source: SourceSpec): boolean {
  return source.kind === 'live' || source.kind === 'none' || (source.kind === 'file' && (source.follow || source.loop));
}

/** The screen, or where stdout is no terminal the text report of the same source. */
async function monitorOrReport(source: SourceSpec, options: MonitorOptions, runMonitor: RunMonitor): Promise<number> {
  if (process.stdout.isTTY) return runMonitor(source, options);
  if (isEndless(source)) {
    throw new UserError(
      'NO_TERMINAL',
      'stdout is not a terminal, and this source has no end',
      'Use ddostop report with --duration, or run it in a terminal.',
    );
  }
  const atOnce = source.kind === 'demo' ? { ...source, speed: 'max' as const, startSec: null, loop: false } : source;
  return runReport(atOnce, {
    format: 'text',
    top: null,
    exact: false,
    ja4Compat: false,
    hash: false,
    ascii: options.ascii ?? !isUtf8(),
    durationSec: null,
    output: null,
    record: recordOptions(options),
    reputation: options.reputation ?? [],
    name: source.kind === 'demo' ? `built-in scenario, seed ${source.seed}` : null,
  });
}

function isUtf8(): boolean {
  const locale = process.env['LC_ALL'] || process.env['LC_CTYPE'] || process.env['LANG'] || 'C.UTF-8';
  return /utf-?8/i.test(locale);
}

const EXAMPLES = `
Examples:
  ddostop demo                              the screen on the built-in scenario
  sudo ddostop -i eth0                      what hits this host now
  sudo ddostop -i eth0 not port 22          the same, without ssh
  tcpdump -i eth0 -w - | ddostop -r -       any tool that writes pcap
  ddostop -r flood.pcap.gz --speed 1        replay by capture time
  ddostop report flood.pcap                 one page of text
  sudo ddostop watch -i eth0                without a screen: JSON lines, incidents kept, hooks told
  ddostop incidents                         what happened, by urgency
  ddostop diff --attack flood.pcap --good monday.pcap   what tells them apart, and a rule
  sudo ddostop -i eth0 --record /var/tmp/ddos   and keep what it sees; w writes an attack to a file
  sudo ddostop --netfilter                  counters of this host's firewall, without capture
  ddostop --netfilter edge1                 the same of another host, over ssh
  ddostop --cloudflare example.com          requests at the edge, live; m prepares a rule there
  ddostop mitigate plan --block 198.51.100.0/24
  ddostop doctor                            what works here, and what would enable the rest

Exit codes: 0 done; 1 failed; 2 wrong usage; 3 the input was damaged, what lies before is shown.`;

const DEMO_EXAMPLES = `
Examples:
  ddostop demo                              at the pace of a real attack: the first after 15 s
  ddostop demo --speed 20                   all three attacks within ten seconds
  ddostop demo --seed 7 --loop              another scenario, for ever`;

const REPORT_EXAMPLES = `
Examples:
  ddostop report flood.pcap
  ddostop report flood.pcapng --format json --exact --top 100
  ddostop report flood.pcap --format html --hash -o flood.html   one page for a ticket
  zstdcat flood.pcap.zst | ddostop report -
  sudo ddostop report -i eth0 --duration 10s`;
