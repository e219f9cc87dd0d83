/** Configurations of a lab's sshd and of the ssh that logs in there. `at`: path of a file of the lab. */

export function serverConfig(addresses: readonly string[], port: number, at: (name: string) => string): string {
  return `Port ${port}
${addresses.map((address) => `ListenAddress ${address}`).join('\n')}
HostKey ${at('host_key')}
AuthorizedKeysFile ${at('authorized_keys')}
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
LogLevel INFO
`;
}

/**
 * Bash reads ~/.bashrc of its own accord when sshd starts it, unless it is told that another shell did; what stands in there is the machine's. Of SetEnv
 * lines sshd takes the first only.
 */
export const NO_BASHRC = 'SHLVL=1';

export function clientConfig(address: string, port: number, at: (name: string) => string): string {
  return `Host victim
  HostName ${address}
  HostKeyAlias victim
Host *
  Port ${port}
  User root
  IdentityFile ${at('user_key')}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${at('known_hosts')}
  GlobalKnownHostsFile none
`;
}
