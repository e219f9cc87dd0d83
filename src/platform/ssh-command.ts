/** The argv of ssh(1), and the alias that may stand in it. */
import { UserError } from '../errors.js';

/** What ssh_config(5) and users name hosts: no space, quote, slash, or anything a shell or a ProxyCommand (%h) could read. */
const ALIAS = /^[A-Za-z0-9][A-Za-z0-9._@:%[\]-]{0,254}$/;

const MAX_PATH = 4095; // PATH_MAX counts the 0 at its end

export interface SshPaths {
  /** Socket of the shared connection, with ssh's own "%C". */
  readonly control: string;
  /** ssh says there what it has to say, so that stderr is the remote command's alone. */
  readonly log: string;
  /** As ssh's -F; null: ~/.ssh/config and /etc/ssh/ssh_config. */
  readonly config: string | null;
}

/** Throws BAD_HOST. Nothing is started before this. */
export function checkAlias(alias: string): void {
  if (ALIAS.test(alias)) return;
  throw new UserError(
    'BAD_HOST',
    `expected the name of a host as in ~/.ssh/config, user@host or an address, got ${JSON.stringify(alias.slice(0, 80))}`,
    'Ports, keys and jumps belong in ~/.ssh/config.',
  );
}

/** Throws BAD_SSH_CONFIG for what can be no argument, or names no file. Whether ssh can read it, ssh says. */
export function checkConfigFile(path: string): void {
  if (path !== '' && path.length <= MAX_PATH && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(path)) return;
  throw new UserError(
    'BAD_SSH_CONFIG',
    `expected the path of a configuration file of ssh, got ${JSON.stringify(path.slice(0, 80))}`,
    'E.g. --ssh-config ~/.ssh/config.',
  );
}

/**
 * Never asks (BatchMode), never holds our terminal (-T, no -t), forwards nothing: a host under attack must not see the operator's agent.
 * Host keys and the user's own configuration are respected. ServerAlive: a connection that says nothing for 15 s is over.
 */
export function sshArgv(alias: string, { control, log, config }: SshPaths, text: string): string[] {
  return [...sshOptions(control, config), '-T', '-a', '-x', '-E', log, '--', alias, text];
}

/** `ssh -O exit`: ends the shared connection. */
export function sshExitArgv(alias: string, { control, log, config }: SshPaths): string[] {
  return [...sshOptions(control, config), '-E', log, '-O', 'exit', '--', alias];
}

function sshOptions(control: string, config: string | null): string[] {
  const options = [
    'BatchMode=yes',
    'ConnectTimeout=5',
    'ServerAliveInterval=5',
    'ServerAliveCountMax=3',
    'ControlMaster=auto',
    `ControlPath=${control}`,
    'ControlPersist=60',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    'RemoteCommand=none', // one in the user's configuration would forbid ours
    'LogLevel=ERROR',
  ];
  return ['ssh', ...(config === null ? [] : ['-F', config]), ...options.flatMap((option) => ['-o', option])];
}
