/** `ddostop baselines` on the command line. */
import { type Command, Option } from 'commander';
import { UserError } from '../../errors.js';
import type { BaselinesRequest } from './baselines-command.js';

interface BaselinesFlags {
  readonly file?: string;
  readonly config?: string;
  readonly format?: 'text' | 'json';
  readonly output?: string;
  readonly ascii?: boolean;
  readonly feature?: string;
  readonly all?: boolean;
}

const FEATURE_IDS = ['pps', 'bps', 'syn', 'udp', 'other', 'requests'];

export function addBaselinesCommand(program: Command): void {
  const baselines = program
    .command('baselines')
    .description('what each target usually receives, by hour of the week: list, show, reset')
    .addHelpText('after', EXAMPLES);
  const run = async (request: BaselinesRequest, flags: BaselinesFlags) => {
    const { runBaselines } = await import('./baselines-command.js');
    process.exitCode = await runBaselines(request, {
      file: flags.file ?? null,
      config: flags.config ?? null,
      output: flags.output ?? null,
      isJson: flags.format === 'json',
      isAscii: flags.ascii ?? false,
    });
  };
  const action = (words: string, description: string) =>
    baselines
      .command(words, { isDefault: words === 'list' })
      .description(description)
      .option('--file <file>', "the baselines (default: the configuration's, $XDG_STATE_HOME/ddostop/baselines.json)")
      .option('--config <file>', 'configuration file (default: ~/.config/ddostop/config.yaml)');
  const withFormat = (command: Command) =>
    command
      .addOption(new Option('--format <format>', 'form of the result').choices(['text', 'json']).default('text'))
      .option('-o, --output <file>', 'write there instead of stdout (0600)');
  withFormat(action('list', 'targets that are known')).action((flags: BaselinesFlags) =>
    run({ action: 'list' }, flags),
  );
  withFormat(action('show <target>', 'its week: median and range of each hour'))
    .addOption(new Option('--feature <name>', 'what to show').choices(FEATURE_IDS).default('pps'))
    .option('--ascii', 'no character beyond 7 bits')
    .action((target: string, flags: BaselinesFlags) =>
      run({ action: 'show', target, feature: flags.feature ?? 'pps' }, flags),
    );
  action('reset [target]', 'forget one, or all; a running ddostop forgets it within ten minutes')
    .option('--all', 'all targets')
    .action((target: string | undefined, flags: BaselinesFlags) => {
      if ((target === undefined) !== (flags.all ?? false))
        throw new UserError(
          'USAGE',
          'expected a target or --all, one of them',
          'ddostop baselines list names the targets.',
        );
      return run({ action: 'reset', target: target ?? null }, flags);
    });
}

const EXAMPLES = `
Examples:
  ddostop baselines                         what is known of which targets
  ddostop baselines show 192.0.2.10         its week
  ddostop baselines show 192.0.2.0/24 --feature bps
  ddostop baselines reset 192.0.2.10        after a move: begin anew

Learned by ddostop -i and ddostop watch -i, from live traffic only. IPv6 hosts are known by their /64. An hour of the
week speaks for itself after three weeks; before, the same hour of other days, or all hours, stand in.`;
