/** An nft that is a table in memory: executes our JSON transactions as the kernel would (all or nothing), with a clock the test drives. */
import type { CommandResult, RunCommand } from '../../src/platform/run-command.js';

interface FakeElement {
  readonly val: unknown;
  readonly timeout: number;
  readonly comment: string;
  readonly atMs: number;
  packets: number;
}

interface FakeTable {
  readonly chains: Map<string, { readonly chain: Record<string, unknown>; rules: Record<string, unknown>[] }>;
  readonly sets: Map<string, { readonly set: Record<string, unknown>; readonly elements: Map<string, FakeElement> }>;
}

type Command = Record<string, Record<string, Record<string, unknown>>>;

export class FakeNft {
  nowMs = 1_770_000_000_000;
  table: FakeTable | null = null;
  /** Every stdin that was applied. */
  readonly applied: string[] = [];
  /** What the next commands answer instead, e.g. a permission error. */
  failWith: CommandResult | null = null;

  readonly clock = { nowMs: () => this.nowMs };

  readonly run: RunCommand = async (argv, options = {}) => {
    if (argv[0] !== 'nft') return result(1, '', 'not nft');
    if (this.failWith) return this.failWith;
    if (argv.includes('list')) {
      if (argv.includes('tables')) return result(0, '{"nftables":[]}', '');
      const text = this.#listing();
      return text === null ? result(1, '', 'Error: No such file or directory') : result(0, text, '');
    }
    const { nftables } = JSON.parse(options.stdin ?? '') as { nftables: Command[] };
    const before = this.#copy();
    try {
      for (const command of nftables) this.#execute(command);
    } catch (error) {
      this.table = before;
      return result(1, '', `Error: Could not process rule: ${(error as Error).message}`);
    }
    if (argv.includes('-c')) this.table = before;
    else this.applied.push(options.stdin ?? '');
    return result(0, '', '');
  };

  /** Set elements that are live, as text, without the time they have. */
  elements(): string[] {
    const lines: string[] = [];
    for (const [name, { elements }] of this.table?.sets ?? []) {
      for (const [key, element] of elements) if (this.#isLive(element)) lines.push(`${name} ${key}`);
    }
    return lines.sort();
  }

  comments(): string[] {
    return [...(this.table?.sets.values() ?? [])].flatMap(({ elements }) =>
      [...elements.values()].filter((element) => this.#isLive(element)).map((element) => element.comment),
    );
  }

  hit(setName: string, key: string, packets: number): void {
    const element = this.table?.sets.get(setName)?.elements.get(JSON.stringify(key));
    if (!element) throw new Error(`no element ${key} in ${setName}`);
    element.packets += packets;
  }

  #isLive({ atMs, timeout }: FakeElement): boolean {
    return this.nowMs < atMs + timeout * 1000;
  }

  #execute(command: Command): void {
    const [verb, [kind, body]] = Object.entries(command).map(([v, o]) => [v, Object.entries(o)[0]] as const)[0] as [
      string,
      [string, Record<string, unknown>],
    ];
    const name = String(body['name'] ?? body['chain']);
    if (kind === 'table') {
      if (verb === 'add') this.table ??= { chains: new Map(), sets: new Map() };
      else this.table = null;
      return;
    }
    if (this.table === null) throw new Error('No such file or directory');
    const { chains, sets } = this.table;
    if (kind === 'chain' && verb === 'add') {
      if (!chains.has(name)) chains.set(name, { chain: body, rules: [] });
    } else if (kind === 'chain' && verb === 'flush') present(chains.get(name)).rules = [];
    else if (kind === 'rule') present(chains.get(String(body['chain']))).rules.push(body);
    else if (kind === 'set') {
      if (!sets.has(name)) sets.set(name, { set: body, elements: new Map() });
    } else if (kind === 'element') {
      const { elements } = present(sets.get(name));
      for (const item of body['elem'] as unknown[]) this.#element(verb, elements, item);
    } else throw new Error(`unknown command ${verb} ${kind}`);
  }

  #element(verb: string, elements: Map<string, FakeElement>, item: unknown): void {
    const { val, timeout, comment } = (item as { elem?: FakeElement }).elem ?? ({ val: item } as FakeElement);
    const key = JSON.stringify(val);
    const held = elements.get(key);
    const isLive = held !== undefined && this.#isLive(held);
    if (verb === 'delete') {
      if (!isLive) throw new Error('No such file or directory');
      elements.delete(key);
    } else {
      if (isLive) throw new Error('File exists');
      if (!(timeout > 0)) throw new Error('an element without an end');
      elements.set(key, { val, timeout, comment, atMs: this.nowMs, packets: 0 });
    }
  }

  #listing(): string | null {
    if (this.table === null) return null;
    const nftables: unknown[] = [{ metainfo: {} }, { table: { family: 'inet', name: 'ddostop' } }];
    for (const { set, elements } of this.table.sets.values()) {
      const elem = [...elements.values()]
        .filter((element) => this.#isLive(element))
        .map(({ val, timeout, comment, atMs, packets }) => {
          const expires = Math.floor(timeout - (this.nowMs - atMs) / 1000);
          return { elem: { val, timeout, expires, comment, counter: { packets, bytes: packets * 60 } } };
        });
      nftables.push({ set: { ...set, elem } });
    }
    for (const { chain, rules } of this.table.chains.values()) {
      nftables.push({ chain }, ...rules.map((rule) => ({ rule })));
    }
    return JSON.stringify({ nftables });
  }

  #copy(): FakeTable | null {
    if (this.table === null) return null;
    return {
      chains: new Map([...this.table.chains].map(([name, { chain, rules }]) => [name, { chain, rules: [...rules] }])),
      sets: new Map(
        [...this.table.sets].map(([name, { set, elements }]) => [name, { set, elements: new Map(elements) }]),
      ),
    };
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('No such file or directory');
  return value;
}

function result(code: number, stdout: string, stderr: string): CommandResult {
  return { code, signal: null, stdout, stderr };
}
