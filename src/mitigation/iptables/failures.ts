/** What iptables and ipset say when they refuse, as UserErrors. Texts of 1.8.9 (both variants) and ipset 7.17. */
import { UserError } from '../../errors.js';
import { type CommandResult, firstLine } from '../../platform/run-command.js';

/** Their lock, or the generation of the rule set, is somebody else's: nothing was done. */
const HELD = /holding the xtables lock|Resource temporarily unavailable/;
/** The kernel's state was not what we had read. */
const OTHER_STATE =
  /already added|it's not added|same name already exists|does not exist|doesn't exist|Chain already exists|Bad rule|No chain\/target\/match|in use by a kernel component/;

/** All that iptables-legacy says when its table was replaced by another writer between its reading and its writing. */
const SAYS_LITTLE = /^ip6?tables-restore: line [0-9]+ failed\n?$/;

export function isStale({ code, stderr }: CommandResult): boolean {
  return code !== 0 && (HELD.test(stderr) || OTHER_STATE.test(stderr) || SAYS_LITTLE.test(stderr));
}

/** Of a restore that changed nothing (--test): only chains and rules that are there, or not, can make iptables-legacy say so little. */
export function isOtherState({ code, stderr }: CommandResult): boolean {
  return code !== 0 && (OTHER_STATE.test(stderr) || SAYS_LITTLE.test(stderr));
}

export function failureOf(argv: readonly string[], result: CommandResult): UserError {
  const said = firstLine(result.stderr) || 'no message';
  const ended = result.code === null ? `was ended by ${result.signal}` : `ended with ${result.code}`;
  const what = `"${argv.join(' ')}" ${ended}: ${said}`;
  if (/Operation not permitted|Permission denied|you must be root/i.test(result.stderr)) {
    return new UserError(
      'IPTABLES_PERMISSION',
      `no right to read or change the firewall: ${what}`,
      'Run it with sudo. CAP_NET_ADMIN alone is enough for ipset and iptables-nft, not for iptables-legacy. Watching alone works with --read-only.',
    );
  }
  if (/initialize|Cannot open session to kernel|not supported|missing kernel module/i.test(result.stderr)) {
    return new UserError(
      'IPTABLES_KERNEL',
      `this kernel does not take it: ${what}`,
      'Load the modules with "sudo modprobe -a ip_set iptable_raw ip6table_raw", use --backend nft, or run ddostop where the firewall is.',
    );
  }
  if (HELD.test(result.stderr)) {
    return new UserError('IPTABLES_BUSY', `somebody else is changing the firewall: ${what}`, 'Try again.');
  }
  return new UserError(
    'IPTABLES_FAILED',
    `${what}; what was laid out before drops nothing, or ends by itself`,
    'Look at "sudo iptables-save -t raw" and "ddostop mitigate list --backend iptables", and plan again.',
  );
}

/** A listing that ends in the middle: no state is made of it. */
export function partial(argv: readonly string[], result: CommandResult): UserError {
  return new UserError(
    'IPTABLES_PARTIAL',
    `"${argv.join(' ')}" could list a part only: ${firstLine(result.stderr) || 'no message'}`,
    'A rule there is one of nft that iptables cannot say: use --backend nft.',
  );
}

export function missing(program: string, cause: UserError): UserError {
  const name = program === 'ipset' ? 'ipset' : 'iptables';
  return new UserError(
    name === 'ipset' ? 'IPSET_MISSING' : 'IPTABLES_MISSING',
    `the program "${program}" was not found on PATH, /usr/sbin or /sbin`,
    `Install it: "sudo apt-get install ${name}" (or dnf, apk add ${name}); --backend nft needs neither.`,
    { cause },
  );
}
