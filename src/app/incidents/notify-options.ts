/** `ddostop notify`: alerts of FastNetMon, by the contract of its notify script. */
import type { Command } from 'commander';

export interface NotifyOptions {
  readonly store?: string;
}

export function addNotifyCommand(program: Command): void {
  program
    .command('notify')
    .description("an alert from elsewhere joins the list of incidents: FastNetMon's notify script")
    .argument('<ip>', 'address under attack')
    .argument('<direction>', 'incoming or outgoing')
    .argument('<pps>', 'packets a second')
    .argument('<action>', 'ban opens an incident, attack_details adds to it, unban ends it')
    .option('--store <dir>', 'where incidents are kept (default: $XDG_STATE_HOME/ddostop/incidents)')
    .addHelpText('after', EXAMPLES)
    .action(async (ip: string, direction: string, pps: string, action: string, options: NotifyOptions) => {
      const { runNotify } = await import('./notify-command.js');
      process.exitCode = await runNotify({ ip, direction, pps, action }, options);
    });
}

const EXAMPLES = `
Details are read from stdin, at most 64 KiB, for a few seconds at most.

Examples:
  echo "Attack type: udp_flood" | ddostop notify 203.0.113.7 incoming 45000 ban
  ddostop notify 203.0.113.7 incoming 45000 unban < /dev/null

As FastNetMon's notify_script_path, which takes the path of a program without arguments, an executable file:
  #!/bin/sh
  exec ddostop notify --store /var/lib/ddostop/incidents "$@"`;
