/**
 * Elements of the sets that are worth it: the one the user looks into, drop sets that count each element, sets that packets fill, and the leases of our
 * own mitigations. Everything else in a set stays in the kernel: listing 50 000 elements takes nft half a second.
 */
import type { CounterSample, RuleCounter, SetElementCounter, SetSummary } from '../../src/records/counter-sample.js';
import { parseIpsetElements } from './ipset/ipset-parser.js';
import { parseNftElements, type SetElements } from './nft/set-elements.js';
import type { ToolRunner } from './tool-runner.js';

export interface ReadSet {
  readonly set: SetSummary;
  readonly elements: readonly SetElementCounter[];
  readonly total: number;
  /** Rules that drop look it up. */
  readonly isDropping: boolean;
  /** Id of the mitigation whose lease it is. */
  readonly leaseOf: string | null;
}

export interface ElementsRead {
  readonly sets: readonly ReadSet[];
  /** Sets that could not be read, in words. */
  readonly problems: readonly string[];
}

/** A reading takes 5 ms and more a set; of more sets each has its turn. */
const MOST_SETS = 12;
const MOST_LEASES = 32;
/** Of one set; the total is told. */
const MOST_ELEMENTS = 20_000;
const MOST_BYTES = 16 * 1024 * 1024;
/** What may be a word of a command: the sudoers line and an ssh command are made of it. Longer names the kernel does not take. */
const SAFE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:/@+-]{0,254}$/;
const LEASE = /^lease_([a-z2-7]{5})$/;

interface Wanted {
  readonly set: SetSummary;
  readonly isDropping: boolean;
  readonly leaseOf: string | null;
}

export class ElementReader {
  readonly #tools: ToolRunner;
  #turn = 0;

  constructor(tools: ToolRunner) {
    this.#tools = tools;
  }

  /** Of the sets of `sample`, which the kernel itself has listed. */
  async read(sample: CounterSample, openKey: string | null): Promise<ElementsRead> {
    const sets: ReadSet[] = [];
    const problems: string[] = [];
    for (const wanted of this.#wanted(sample, openKey)) {
      const found = await this.#readSet(wanted.set);
      if (typeof found === 'string') problems.push(found);
      else sets.push({ ...wanted, ...found });
    }
    return { sets, problems };
  }

  #wanted({ sets, rules }: CounterSample, openKey: string | null): Wanted[] {
    const dropping = droppingSets(rules);
    const all = sets.map((set): Wanted => {
      const leaseOf = set.family === 'inet' && set.table === 'ddostop' ? (LEASE.exec(set.name)?.[1] ?? null) : null;
      return { set, isDropping: dropping.has(lookupName(set)), leaseOf };
    });
    const open = all.filter(({ set }) => set.key === openKey);
    const leases = all.filter((each) => each.leaseOf !== null && !open.includes(each)).slice(0, MOST_LEASES);
    const others = all.filter((each) => each.leaseOf === null && !open.includes(each) && isWorthReading(each));
    this.#turn = others.length > MOST_SETS ? (this.#turn + MOST_SETS) % others.length : 0;
    const turned = [...others.slice(this.#turn), ...others.slice(0, this.#turn)];
    return [...open, ...leases, ...turned.slice(0, MOST_SETS)];
  }

  async #readSet({ by, family, table, name, flags }: SetSummary): Promise<SetElements | string> {
    const words = by === 'ipset' ? [name] : [table, name];
    if (!words.every((word) => SAFE_NAME.test(word))) return `a set has a name that is not put into a command: ${name}`;
    const kind = flags.includes('map') ? 'map' : 'set';
    const argv = by === 'ipset' ? ['ipset', 'save', name] : ['nft', '-j', 'list', kind, family ?? '', table, name];
    const { state, stdout, why } = await this.#tools.run(argv, MOST_BYTES);
    if (state !== 'ok') return why;
    try {
      return by === 'ipset' ? parseIpsetElements(stdout, name, MOST_ELEMENTS) : parseNftElements(stdout, MOST_ELEMENTS);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** Dropping sets that count, and sets that packets fill up to a bound. How full an ipset is, its head says. */
function isWorthReading({ set, isDropping }: Wanted): boolean {
  const isFilled = set.by === 'nft' && set.maxElements !== null && set.flags.includes('dynamic');
  return isFilled || (isDropping && set.flags.includes('counter'));
}

function droppingSets(rules: readonly RuleCounter[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { verdict, sets, by, family, table } of rules) {
    if (verdict !== 'drop' && verdict !== 'reject') continue;
    for (const name of sets) names.add(by === 'nft' ? `${family} ${table} ${name}` : `ipset ${name}`);
  }
  return names;
}

function lookupName({ by, family, table, name }: SetSummary): string {
  return by === 'nft' ? `${family} ${table} ${name}` : `ipset ${name}`;
}
