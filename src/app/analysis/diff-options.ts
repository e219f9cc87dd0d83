/** Options of `ddostop diff`. */
import { type Command, Option } from 'commander';
import { UserError } from '../../errors.js';
import { parsePrefix } from '../../format/address.js';
import type { Backend } from '../../signature/backend.js';
import { REPUTATION_HELP } from '../options/reputation-option.js';
import { integerOf } from '../options/source-options.js';
import type { DiffCommand } from './diff-command.js';

interface DiffFlags {
  readonly attack?: string;
  readonly good?: string;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
  readonly backend?: keyof typeof BACKEND_OF;
  readonly format: 'text' | 'json' | 'fingerprint';
  readonly protect?: string;
  readonly vlan?: boolean;
  readonly top?: string;
  readonly seed?: string;
  readonly output?: string;
  readonly reputation?: readonly string[];
}

const BACKEND_OF = {
  bpf: 'bpf',
  nft: 'nft',
  iptables: 'iptables',
  'network-firewall': 'networkFirewall',
  waf: 'waf',
  flowspec: 'flowspec',
} as const satisfies Record<string, Backend>;

const DEFAULT_PROTECT = 20;
const DEFAULT_TOP = 12;
const DEFAULT_SEED = 1;

export function addDiffCommand(program: Command): void {
  program
    .command('diff')
    .description('what tells an attack from good traffic, and the rule that follows, measured on both')
    .argument('[file]', 'one capture with the attack and what was before it')
    .option('--attack <file>', 'capture of the attack, good traffic in it may be unlabelled')
    .option('--good <file>', 'capture of good traffic')
    .option('--target <addr>', 'only packets to this address or prefix; the rule is then for it alone')
    .option('--from <time>', 'the attack begins: +15 (s after the first packet), ISO 8601, epoch seconds')
    .option('--to <time>', 'and ends')
    .addOption(new Option('--backend <name>', 'make and print the rule for this one').choices(Object.keys(BACKEND_OF)))
    .addOption(
      new Option('--format <format>', 'form of the result; fingerprint: as the DDoS Clearing House exchanges them')
        .choices(['text', 'json', 'fingerprint'])
        .default('text'),
    )
    .option(
      '--protect <n>',
      `how many points of the attack a point of harm is worth, 1 to 100 (default: ${DEFAULT_PROTECT})`,
    )
    .option('--vlan', 'the capture filter is for frames with an 802.1Q tag')
    .option('--top <n>', `attributes in text (default: ${DEFAULT_TOP})`)
    .option('--seed <n>', 'another sample of the same packets, where there are more than are looked at')
    .option('--reputation <file...>', REPUTATION_HELP)
    .option('-o, --output <file>', 'write there instead of stdout (0600)')
    .addHelpText('after', DIFF_EXAMPLES)
    .action(async (file: string | undefined, flags: DiffFlags) => {
      const command = diffCommandOf(file, flags);
      // A part of its own: reports do without the search for rules.
      const { runDiff } = await import('./diff-command.js');
      process.exitCode = await runDiff(command);
    });
}

function diffCommandOf(file: string | undefined, flags: DiffFlags): DiffCommand {
  if (flags.target !== undefined && parsePrefix(flags.target) === null) {
    throw new UserError(
      'USAGE',
      `--target: "${flags.target.slice(0, 60)}" is no address or prefix`,
      'E.g. 192.0.2.10 or 192.0.2.0/24.',
    );
  }
  return {
    captures: capturesOf(file, flags),
    target: flags.target ?? null,
    format: flags.format,
    backend: flags.backend === undefined ? null : BACKEND_OF[flags.backend],
    lambda: integerOf('--protect', flags.protect ?? String(DEFAULT_PROTECT), 1, 100),
    vlan: flags.vlan ?? false,
    seed: integerOf('--seed', flags.seed ?? String(DEFAULT_SEED), 0, 2 ** 31 - 1),
    top: integerOf('--top', flags.top ?? String(DEFAULT_TOP), 1, 100),
    output: flags.output ?? null,
    reputation: flags.reputation ?? [],
  };
}

function capturesOf(file: string | undefined, { attack, good, from, to }: DiffFlags): DiffCommand['captures'] {
  if (file !== undefined && attack === undefined && good === undefined) {
    return { kind: 'one', path: file, from: from ?? null, to: to ?? null };
  }
  if (file !== undefined || attack === undefined || good === undefined) {
    throw new UserError(
      'USAGE',
      'expected one capture, or --attack and --good',
      'ddostop diff FILE --target ADDR, or ddostop diff --attack A.pcap --good B.pcap.',
    );
  }
  if (from !== undefined || to !== undefined) {
    throw new UserError(
      'USAGE',
      '--from and --to are for one capture that has both',
      'Leave them out with --attack and --good.',
    );
  }
  return { kind: 'two', attack, good };
}

const DIFF_EXAMPLES = `
Examples:
  ddostop diff --attack flood.pcap --good monday.pcap
  ddostop diff flood.pcap --target 192.0.2.10 --from +30     before: good, after: attack
  ddostop diff --attack a.pcap --good b.pcap --backend nft
  ddostop diff --attack a.pcap --good b.pcap --format json | jq -r .rule.backends.bpf
  ddostop diff flood.pcap --format fingerprint -o fingerprint.json

A rule is only proposed when it holds on rows it was not made from; else the refusal says which test failed.
Nothing is applied.`;
