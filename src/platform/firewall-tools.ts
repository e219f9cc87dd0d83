/** The programs a firewall is read and changed with: where they are, which version, and whether they let us. Asked, never guessed from uid or capabilities. */
import { UserError } from '../errors.js';
import type { Host } from './host.js';
import { findPrograms } from './program-paths.js';
import { firstLine } from './run-command.js';
import { sudoAllows } from './sudo-host.js';

export const FIREWALL_TOOLS = [
  'nft',
  'iptables',
  'ip6tables',
  'iptables-save',
  'ip6tables-save',
  'iptables-restore',
  'ip6tables-restore',
  'ipset',
  'conntrack',
  'tcpdump',
] as const;

export type FirewallToolName = (typeof FIREWALL_TOOLS)[number];

export type FirewallTool =
  | { readonly state: 'missing' }
  | { readonly state: 'works'; readonly path: string; readonly version: string }
  | {
      readonly state: 'refused';
      readonly path: string;
      readonly version: string;
      /** First line of what it said. */
      readonly reason: string;
    };

export type FirewallTools = Readonly<Record<FirewallToolName, FirewallTool>>;

/** Each only reads and ends at once. No `iptables -L`: the old iptables loads a table by looking at it. */
const ASKS: Readonly<Partial<Record<FirewallToolName, readonly string[]>>> = {
  nft: ['nft', '-j', 'list', 'tables'],
  'iptables-save': ['iptables-save', '-c'],
  'ip6tables-save': ['ip6tables-save', '-c'],
  ipset: ['ipset', '-t', 'list'],
  conntrack: ['conntrack', '-C'],
  tcpdump: ['tcpdump', '-L', '-i', 'any'],
};
/** What has no harmless question of its own answers as another does. */
const ANSWERS_AS: Readonly<Partial<Record<FirewallToolName, FirewallToolName>>> = {
  iptables: 'iptables-save',
  'iptables-restore': 'iptables-save',
  ip6tables: 'ip6tables-save',
  'ip6tables-restore': 'ip6tables-save',
};
const RESTORES = ['iptables-restore', 'ip6tables-restore'] as const;
export const RESTORE_ARGS = ['-w', '5', '-n'] as const;
const ASK_OPTIONS = { timeoutMs: 10_000, maxOutputBytes: 48 * 1024 * 1024 };
/** Where the way to the host broke, nothing is known of any tool. */
const HOST_CODES = new Set(['HOST_UNKNOWN', 'HOST_UNREACHABLE', 'BAD_HOST']);

export interface FoundTools {
  readonly paths: ReadonlyMap<string, string>;
  readonly versions: ReadonlyMap<string, string>;
}

/** Rejects when the host cannot be reached. */
export async function findTools(host: Host): Promise<FoundTools> {
  const paths = await findPrograms(host, [
    ...FIREWALL_TOOLS,
    'ss',
    'sudo',
    'iptables-legacy-save',
    'ip6tables-legacy-save',
  ]);
  const versions = new Map<string, string>();
  const present = FIREWALL_TOOLS.filter((name) => paths.has(name));
  await Promise.all(present.map(async (name) => versions.set(name, await versionOf(host, name))));
  return { paths, versions };
}

/**
 * Asks each tool that is there. `host`: as the firewall is worked with from now on; `plain`: as whoever we are. Through sudo the right to read says
 * nothing of the right to restore, and capturing has nothing to do with sudo.
 */
export async function tryTools(host: Host, plain: Host, found: FoundTools): Promise<FirewallTools> {
  const answers = new Map<string, string | null>();
  const asks = Object.entries(ASKS).filter(([name]) => found.paths.has(name));
  await Promise.all(
    asks.map(async ([name, argv]) => answers.set(name, await refusalOf(name === 'tcpdump' ? plain : host, argv))),
  );
  for (const [name, as] of Object.entries(ANSWERS_AS)) answers.set(name, answers.get(as) ?? null);
  if (host !== plain) await Promise.all(RESTORES.map(async (name) => askSudo(plain, found, name, answers)));
  return Object.fromEntries(
    FIREWALL_TOOLS.map((name) => [name, toolOf(found, name, answers.get(name) ?? null)]),
  ) as Record<FirewallToolName, FirewallTool>;
}

async function askSudo(plain: Host, { paths }: FoundTools, name: string, answers: Map<string, string | null>) {
  const path = paths.get(name);
  if (path === undefined || (await sudoAllows(plain, [path, ...RESTORE_ARGS]))) return;
  answers.set(name, `sudo does not allow "${name} ${RESTORE_ARGS.join(' ')}"`);
}

function toolOf({ paths, versions }: FoundTools, name: FirewallToolName, reason: string | null): FirewallTool {
  const path = paths.get(name);
  if (path === undefined) return { state: 'missing' };
  const version = versions.get(name) ?? '';
  return reason === null ? { state: 'works', path, version } : { state: 'refused', path, version, reason };
}

/** Null when it ends with 0; else why not, in a line. Rejects when the host cannot be reached. */
export async function refusalOf(host: Host, argv: readonly string[], stdin = ''): Promise<string | null> {
  try {
    const { code, signal, stdout, stderr } = await host.run(argv, { ...ASK_OPTIONS, stdin });
    if (code === 0) return null;
    return firstLine(stderr) || firstLine(stdout) || `it ended with ${code ?? signal}`;
  } catch (error) {
    if (!(error instanceof UserError) || HOST_CODES.has(error.code)) throw error;
    return error.what;
  }
}

async function versionOf(host: Host, name: string): Promise<string> {
  try {
    const { stdout, stderr } = await host.run([name, '--version'], { timeoutMs: 5000, maxOutputBytes: 65_536 });
    return /\bv?(\d+\.\d+[\w.]*(?: \((?:nf_tables|legacy)\))?)/.exec(`${stdout}\n${stderr}`)?.[1] ?? '';
  } catch (error) {
    if (!(error instanceof UserError) || HOST_CODES.has(error.code)) throw error;
    return '';
  }
}
