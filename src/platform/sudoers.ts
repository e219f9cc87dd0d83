/**
 * The sudoers lines under which everything works, and what else gives the right. sudoers(5): arguments are compared word by word, so the lists hold
 * exact commands. No "*": it would match further options, and `nft … -f FILE` at the end of a listing is a change. Where an argument is not known
 * before, a regular expression says what it may be (sudo 1.9.10 and later; an older one refuses that command, and nothing else);
 * no word of it may begin with a dash.
 */

/** What reading runs. The collector of counters, the door to the firewall, the guard of the operator's own path. */
const READ: readonly (readonly [program: string, args: string])[] = [
  ['nft', '-j list tables'],
  ['nft', '-j list ruleset'],
  ['nft', '-j -t list ruleset'],
  ['nft', '-j list counters'],
  ['nft', '-j list table inet ddostop'],
  ['nft', '-j -t list table inet ddostop'],
  [
    'nft',
    '^-j list (set|map) (ip|ip6|inet|netdev|bridge|arp) [A-Za-z0-9_.][A-Za-z0-9_.:/@+-]* [A-Za-z0-9_.][A-Za-z0-9_.:/@+-]*$',
  ],
  ['nft', '-j monitor'],
  ['iptables-save', '-c'],
  ['iptables-save', '-t raw -c'],
  ['ip6tables-save', '-c'],
  ['ip6tables-save', '-t raw -c'],
  ['iptables-legacy-save', '-c'],
  ['ip6tables-legacy-save', '-c'],
  ['ipset', 'save'],
  ['ipset', '^save [A-Za-z0-9_.][A-Za-z0-9_.:/@+-]*$'],
  ['ipset', '-t list'],
  ['conntrack', '-C'],
  ['conntrack', '-S'],
  ['ss', '-Htnp state established'],
];

const APPLY: readonly (readonly [program: string, args: string])[] = [
  ['nft', '-j -c -f -'],
  ['nft', '-j -f -'],
  ['nft', '-c -f -'],
  ['nft', '-f -'],
  ['ipset', 'restore'],
  ['iptables-restore', '-w 5 -n --test'],
  ['iptables-restore', '-w 5 -n'],
  ['ip6tables-restore', '-w 5 -n --test'],
  ['ip6tables-restore', '-w 5 -n'],
];

/** What the lines speak of. Anything else needs no right, and is refused by sudo. */
const PROGRAMS: ReadonlySet<string> = new Set([...READ, ...APPLY].map(([program]) => program));

export function needsRoot(program: string): boolean {
  return PROGRAMS.has(program.slice(program.lastIndexOf('/') + 1));
}

/** Debian, Fedora, Alpine. */
const USUAL_PATHS: Readonly<Record<string, string>> = { ss: '/usr/bin/ss' };
const ACCOUNT = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/;

/**
 * Text of a file for /etc/sudoers.d, as `visudo -cf` takes it. `paths`: where the programs lie on that host. An account whose name is not plain is
 * named by its number: the name comes from another machine.
 */
export function sudoersLines(user: string, paths: ReadonlyMap<string, string> = new Map()): string {
  const account = ACCOUNT.test(user) ? user : /^#[0-9]{1,10}$/.test(user) ? user : 'ACCOUNT';
  return `# ddostop reads the firewall. Nothing in this list changes it.
${alias('DDOSTOP_READ', READ, paths)}
${account} ALL=(root) NOPASSWD: DDOSTOP_READ
# ddostop acts. Whoever may run these has full control of the firewall, not only of what is ddostop's, and can read any file of root's (nft's
# "include"). Leave both out for an account that only watches.
${alias('DDOSTOP_APPLY', APPLY, paths)}
${account} ALL=(root) NOPASSWD: DDOSTOP_APPLY
`;
}

/** The way without sudo: one program started with one capability. */
export function setprivLine(user: string): string {
  const account = ACCOUNT.test(user) ? user : 'ACCOUNT';
  return `sudo setpriv --reuid=${account} --regid="$(id -g ${account})" --init-groups --inh-caps=+net_admin --ambient-caps=+net_admin ddostop`;
}

function alias(name: string, commands: typeof READ, paths: ReadonlyMap<string, string>): string {
  const lines = commands.map(([program, args]) => {
    const path = paths.get(program) ?? USUAL_PATHS[program] ?? `/usr/sbin/${program}`;
    return `${path} ${args}`;
  });
  return `Cmnd_Alias ${name} = \\\n    ${lines.join(', \\\n    ')}`;
}
