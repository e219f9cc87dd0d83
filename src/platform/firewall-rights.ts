/**
 * How far one gets with the firewall of a host: only /proc → its counters and rules → a check by the kernel → changes. Found by trying, never by uid:
 * containers, user namespaces and ambient capabilities differ. Plainly first, then through `sudo -n`.
 */
import { type FirewallTools, type FoundTools, findTools, RESTORE_ARGS, refusalOf, tryTools } from './firewall-tools.js';
import type { Host } from './host.js';
import { accountOf, sudoAllows, sudoersHint, withSudo } from './sudo-host.js';
import { setprivLine } from './sudoers.js';

export type RightsLevel = 'proc' | 'read' | 'check' | 'apply';

export interface FirewallRights {
  readonly level: RightsLevel;
  /** How its host runs commands. */
  readonly through: 'plain' | 'sudo';
  /** The one to use from now on. */
  readonly host: Host;
  readonly tools: FirewallTools;
  /** Why it goes no further, in one line; "" at the top. */
  readonly refusal: string;
  /** What would take it further, each as a text to show; may have several lines. */
  readonly advice: readonly string[];
}

const LEVELS: readonly RightsLevel[] = ['proc', 'read', 'check', 'apply'];

/** Only one table that nobody has; with -c the kernel looks at it and takes nothing over. */
const NFT_CHECK = '{"nftables":[{"add":{"table":{"family":"inet","name":"ddostop_check"}}}]}\n';
const NFT = {
  read: ['nft', '-j', 'list', 'tables'],
  check: ['nft', '-j', '-c', '-f', '-'],
  input: NFT_CHECK,
  apply: ['nft', '-j', '-f', '-'],
};
/** Where there is no nft. A table without a line of it: nothing to add, nothing to flush (-n). */
const IPTABLES = {
  read: ['iptables-save', '-c'],
  check: ['iptables-restore', ...RESTORE_ARGS, '--test'],
  input: '*raw\nCOMMIT\n',
  apply: ['iptables-restore', ...RESTORE_ARGS],
};

interface Rung {
  readonly level: RightsLevel;
  readonly refusal: string;
}

/** Rejects with HOST_UNREACHABLE or HOST_UNKNOWN when the host cannot be asked. */
export async function findRights(host: Host): Promise<FirewallRights> {
  const found = await findTools(host);
  const plain = await climb(host, found);
  if (plain.level === 'apply' || !found.paths.has('sudo')) return rights(host, host, plain, found);
  const root = withSudo(host);
  const raised = await climb(root, found, (argv) => sudoAllows(host, argv));
  return isHigher(raised, plain) ? rights(host, root, raised, found) : rights(host, host, plain, found, raised.refusal);
}

/** `allows`: asked for the last step where the right to check is not the right to act. */
async function climb(
  host: Host,
  { paths }: FoundTools,
  allows: (argv: readonly string[]) => Promise<boolean> = () => Promise.resolve(true),
): Promise<Rung> {
  const way = paths.has('nft') ? NFT : paths.has('iptables-save') && paths.has('iptables-restore') ? IPTABLES : null;
  if (way === null) return { level: 'proc', refusal: 'neither nft nor iptables is installed' };
  const unread = await refusalOf(host, way.read);
  if (unread !== null) return { level: 'proc', refusal: unread };
  const unchecked = await refusalOf(host, way.check, way.input);
  if (unchecked !== null) return { level: 'read', refusal: unchecked };
  const [program = '', ...args] = way.apply;
  if (!(await allows([paths.get(program) as string, ...args])))
    return { level: 'check', refusal: `sudo does not allow "${way.apply.join(' ')}"` };
  return { level: 'apply', refusal: '' };
}

function isHigher(a: Rung, b: Rung): boolean {
  return LEVELS.indexOf(a.level) > LEVELS.indexOf(b.level);
}

async function rights(
  asked: Host,
  host: Host,
  { level, refusal }: Rung,
  found: FoundTools,
  sudoSaid = '',
): Promise<FirewallRights> {
  const tools = await tryTools(host, asked, found);
  const through = asked === host ? 'plain' : 'sudo';
  const why = [refusal, sudoSaid].filter((text, i, all) => text !== '' && all.indexOf(text) === i).join('; ');
  const advice = level === 'apply' ? [] : await adviceFor(asked, found);
  return { level, through, host, tools, refusal: why, advice };
}

async function adviceFor(host: Host, { paths }: FoundTools): Promise<string[]> {
  if (!paths.has('nft') && !paths.has('iptables-save')) {
    return ['Install nftables: "sudo apt-get install nftables" (or dnf, apk add nftables).'];
  }
  const user = await accountOf(host);
  const lines = sudoersHint(user, paths);
  const needs = paths.has('sudo') ? [lines] : [`Install sudo. ${lines}`];
  return host.name === '' ? [...needs, `Or start it with the one capability it takes: ${setprivLine(user)}`] : needs;
}
