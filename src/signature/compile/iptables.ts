/**
 * A packet rule as iptables and ip6tables commands in raw PREROUTING, ahead of connection tracking. Two chains a rule: `ddostop-<id>` has the
 * matches, and the first that fits goes to `ddostop-<id>-do`, so a packet is counted and acted upon once.
 */
import { formatPrefix, parsePrefix } from '../../format/address.js';
import type { RuleMatch } from '../rule.js';
import { type Branch, branchesOf, familiesOf } from './branches.js';
import type { CompileOptions, Emitted } from './compiled.js';
import { MAX_INLINE_SOURCES, matchesOf } from './iptables-matches.js';
import type { Family } from './packet-places.js';
import { prefixWithLength } from './predicate-values.js';
import { shellLine } from './shell-quote.js';

const DEFRAGMENTED = 'Where connection tracking is on, fragments are put together before raw sees them.';
const NO_EXTENSIONS = 'IPv6: u32 reads behind the fixed header, so packets with extension headers do not match it.';

export function compileIptables(rule: RuleMatch, options: CompileOptions): Emitted {
  const four = commandsOf(rule, 4, options);
  const six = commandsOf(rule, 6, options);
  const notes: string[] = [];
  if (rule.clauses.some(({ predicates }) => predicates.some(({ attribute }) => attribute === 'ip.fragment')))
    notes.push(DEFRAGMENTED);
  if (six.commands.some((argv) => argv.includes('u32'))) notes.push(NO_EXTENSIONS);
  return {
    text: four.commands.map(shellLine),
    ip6: six.commands.map(shellLine),
    argv: four.commands,
    argv6: six.commands,
    undo: [...four.undo, ...six.undo].map(shellLine),
    notes,
  };
}

interface Commands {
  readonly commands: readonly (readonly string[])[];
  readonly undo: readonly (readonly string[])[];
}

function commandsOf(rule: RuleMatch, family: Family, { id = 'rule', action = 'drop' }: CompileOptions): Commands {
  const families = (familiesOf(rule.target) ?? []).filter((one) => one === family);
  const branches = rule.clauses.flatMap((clause) => branchesOf(clause, families));
  if (branches.length === 0) return { commands: [], undo: [] };
  const raw = [family === 4 ? 'iptables' : 'ip6tables', '-w', '-t', 'raw'];
  const chain = `ddostop-${id}`;
  const comment = ['-m', 'comment', '--comment', `ddostop:${id}`];
  const sets = new SourceSets(`${chain}-${family}`, family);
  const matches = branches.flatMap((branch) => matchesOf(branch, sets.nameFor(branch)));
  const scope = rule.target === null ? [] : ['-d', formatPrefix(parsePrefix(rule.target)!)];
  const jump = [...scope, ...comment, '-j', chain];
  return {
    commands: [
      ...sets.commands,
      [...raw, '-N', chain],
      [...raw, '-N', `${chain}-do`],
      [...raw, '-A', `${chain}-do`, ...comment, ...target(action, chain)],
      ...matches.map((match) => [...raw, '-A', chain, ...match, ...comment, '-g', `${chain}-do`]),
      [...raw, '-I', 'PREROUTING', ...jump],
    ],
    undo: [
      [...raw, '-D', 'PREROUTING', ...jump],
      ...[chain, `${chain}-do`].flatMap((name) => [
        [...raw, '-F', name],
        [...raw, '-X', name],
      ]),
      ...sets.undo,
    ],
  };
}

function target(action: NonNullable<CompileOptions['action']>, chain: string): string[] {
  if (action === 'drop') return ['-j', 'DROP'];
  if (action === 'count') return ['-j', 'RETURN'];
  const { limitPps } = action;
  const limit = ['-m', 'hashlimit', '--hashlimit-above', `${limitPps}/sec`, '--hashlimit-burst', `${limitPps}`];
  return [...limit, '--hashlimit-name', chain, '-j', 'DROP'];
}

/** An ipset for each branch with too many sources; branches with the same ones share it. */
class SourceSets {
  readonly commands: string[][] = [];
  readonly undo: string[][] = [];
  readonly #names = new Map<string, string>();

  constructor(
    readonly prefix: string,
    readonly family: Family,
  ) {}

  nameFor({ sources }: Branch): string | null {
    if (sources === null || sources.length <= MAX_INLINE_SOURCES) return null;
    const members = sources.map(prefixWithLength);
    const key = members.join(' ');
    let name = this.#names.get(key);
    if (name === undefined) {
      name = `${this.prefix}-${this.#names.size}`;
      this.#names.set(key, name);
      const set = [
        'hash:net',
        'family',
        this.family === 4 ? 'inet' : 'inet6',
        'maxelem',
        `${Math.max(members.length, 1024)}`,
      ];
      this.commands.push(
        ['ipset', 'create', name, ...set],
        ...members.map((member) => ['ipset', 'add', name!, member]),
      );
      this.undo.push(['ipset', 'destroy', name]);
    }
    return name;
  }
}
