/** Command-line options that name a machine -> Host. */
import { type Command, Option } from 'commander';
import type { Host } from '../../platform/host.js';

/** As commander fills it in. */
export interface HostFlags {
  readonly host?: string;
  readonly sshConfig?: string;
}

/** `what`: what is done there, for the help. */
export function withHostOptions(command: Command, what: string): Command {
  return command
    .addOption(new Option('--host <host>', `${what} on that machine, over ssh: a name of ~/.ssh/config, user@host`))
    .addOption(new Option('--ssh-config <file>', 'instead of ~/.ssh/config, as ssh -F'));
}

/** This machine without --host. Connects with its first command. Rejects with BAD_HOST before anything is started. */
export async function hostOf({ host, sshConfig }: HostFlags): Promise<Host> {
  if (host === undefined) return (await import('../../platform/host.js')).localHost();
  const { openSshHost } = await import('../../platform/ssh-host.js');
  return openSshHost(host, sshConfig === undefined ? {} : { configFile: sshConfig });
}
