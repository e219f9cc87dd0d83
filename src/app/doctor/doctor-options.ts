/** Options of `ddostop doctor`. */
import { type Command, Option } from 'commander';
import { type HostFlags, hostOf, withHostOptions } from '../options/host-options.js';
import type { OutputShape } from './doctor-here.js';

interface DoctorFlags extends HostFlags {
  readonly format: 'text' | 'json';
  readonly zone?: string;
}

/** `output`: where a screen would be drawn; asked for late, since Node's stream of stdout takes 8 ms to load. */
export function addDoctorCommand(program: Command, output: () => OutputShape): void {
  const doctor = program
    .command('doctor')
    .description('what works here, what does not, and the exact command that would enable it; changes nothing');
  withHostOptions(doctor, 'look')
    .addOption(new Option('--format <format>', 'form of the result').choices(['text', 'json']).default('text'))
    .option('--zone <zone>', 'what the API token may do with this zone of Cloudflare, by name or id')
    .addHelpText('after', DOCTOR_EXAMPLES)
    .action(async ({ format, zone, ...flags }: DoctorFlags) => {
      const host = await hostOf(flags);
      const { runDoctor } = await import('./doctor-command.js');
      process.exitCode = await runDoctor({ host, format, output: output(), ...(zone === undefined ? {} : { zone }) });
    });
}

const DOCTOR_EXAMPLES = `
Examples:
  ddostop doctor
  sudo ddostop doctor                       the same with root's rights
  ddostop doctor --host edge-1              the firewall of another machine, over ssh
  ddostop doctor --zone example.com         and what the API token may do there
  ddostop doctor --format json | jq -r '.checks[] | select(.state != "ok") | .id'

+ ok: works; - missing: not installed, or off; ! refused: there, but this account may not.
Exit codes: 0 captures can be read (with --host: the machine can be asked); 1 not.`;
