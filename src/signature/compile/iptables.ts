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

/** A rule without the chains it hangs in, for a caller with chains of its own. */
export interface IptablesMatches {
  /** The target's prefix, for `-d`; null for any. */
  readonly target: string | null;
  /** Arguments of a rule each; a packet of the target that matches any of them is meant. A family without any is not in question. */
  readonly lines: Readonly<Record<Family, readonly (readonly string[])[]>>;
  /** Prefixes, all of one family, that lines look up as the set of this name. */
  readonly sets: readonly { readonly name: string; readonly family: Family; readonly members: readonly string[] }[];
  readonly notes: readonly string[];
}

const DEFRAGMENTED = 'Where connection tracking is on, fragments are put together before raw sees them.';
const NO_EXTENSIONS = 'IPv6: u32 reads behind the fixed header, so packets with extension headers do not match it.';

/** `rule`: what `fitToBackend` gives. `nameSet`: of the n-th set of a family. */
export function iptablesMatches(rule: RuleMatch, nameSet: (family: Family, n: number) => string): IptablesMatches {
  const matches = ([4, 6] as const).map((family) => familyMatches(rule, family, (n) => nameSet(family, n)));
  const [four, six] = matches as [FamilyMatches, FamilyMatches];
  return {
    target: rule.target === null ? null : formatPrefix(parsePrefix(rule.target)!),
    lines: { 4: four.lines, 6: six.lines },
    sets: [...four.sets, ...six.sets],
    notes: notesOf(rule, six.lines),
  };
}

export function compileIptables(rule: RuleMatch, options: CompileOptions): Emitted {
  const four = commandsOf(rule, 4, options);
  const six = commandsOf(rule, 6, options);
  return {
    text: four.commands.map(shellLine),
    ip6: six.commands.map(shellLine),
    argv: four.commands,
    argv6: six.commands,
    undo: [...four.undo, ...six.undo].map(shellLine),
    notes: notesOf(rule, six.commands),
  };
}

function notesOf(rule: RuleMatch, six: readonly (readonly string[])[]): string[] {
  const notes: string[] = [];
  if (rule.clauses.some(({ predicates }) => predicates.some(({ attribute }) => attribute === 'ip.fragment')))
    notes.push(DEFRAGMENTED);
  if (six.some((argv) => argv.includes('u32'))) notes.push(NO_EXTENSIONS);
  return notes;
}

interface FamilyMatches {
  readonly lines: readonly (readonly string[])[];
  readonly sets: readonly { readonly name: string; readonly family: Family; readonly members: readonly string[] }[];
}

function familyMatches(rule: RuleMatch, family: Family, nameSet: (n: number) => string): FamilyMatches {
  const families = (familiesOf(rule.target) ?? []).filter((one) => one === family);
  const branches = rule.clauses.flatMap((clause) => branchesOf(clause, families));
  const sets = new SourceSets(nameSet);
  const lines = branches.flatMap((branch) => matchesOf(branch, sets.nameFor(branch)));
  return { lines, sets: [...sets.members].map(([name, members]) => ({ name, family, members })) };
}

interface Commands {
  readonly commands: readonly (readonly string[])[];
  readonly undo: readonly (readonly string[])[];
}

function commandsOf(rule: RuleMatch, family: Family, { id = 'rule', action = 'drop' }: CompileOptions): Commands {
  const chain = `ddostop-${id}`;
  const { lines, sets } = familyMatches(rule, family, (n) => `${chain}-${family}-${n}`);
  if (lines.length === 0) return { commands: [], undo: [] };
  const raw = [family === 4 ? 'iptables' : 'ip6tables', '-w', '-t', 'raw'];
  const comment = ['-m', 'comment', '--comment', `ddostop:${id}`];
  const scope = rule.target === null ? [] : ['-d', formatPrefix(parsePrefix(rule.target)!)];
  const jump = [...scope, ...comment, '-j', chain];
  return {
    commands: [
      ...sets.flatMap(setCommands),
      [...raw, '-N', chain],
      [...raw, '-N', `${chain}-do`],
      [...raw, '-A', `${chain}-do`, ...comment, ...target(action, chain)],
      ...lines.map((match) => [...raw, '-A', chain, ...match, ...comment, '-g', `${chain}-do`]),
      [...raw, '-I', 'PREROUTING', ...jump],
    ],
    undo: [
      [...raw, '-D', 'PREROUTING', ...jump],
      ...[chain, `${chain}-do`].flatMap((name) => [
        [...raw, '-F', name],
        [...raw, '-X', name],
      ]),
      ...sets.map(({ name }) => ['ipset', 'destroy', name]),
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

function setCommands({ name, family, members }: FamilyMatches['sets'][number]): string[][] {
  const size = `${Math.max(members.length, 1024)}`;
  const set = ['hash:net', 'family', family === 4 ? 'inet' : 'inet6', 'maxelem', size];
  return [['ipset', 'create', name, ...set], ...members.map((member) => ['ipset', 'add', name, member])];
}

/** An ipset for each branch with too many sources; branches with the same ones share it. */
class SourceSets {
  readonly members = new Map<string, readonly string[]>();
  readonly #names = new Map<string, string>();

  constructor(readonly nameSet: (n: number) => string) {}

  nameFor({ sources }: Branch): string | null {
    if (sources === null || sources.length <= MAX_INLINE_SOURCES) return null;
    const members = sources.map(prefixWithLength);
    const key = members.join(' ');
    let name = this.#names.get(key);
    if (name === undefined) {
      name = this.nameSet(this.#names.size);
      this.#names.set(key, name);
      this.members.set(name, members);
    }
    return name;
  }
}
