/** A network namespace in which compiled rules are checked by the programs they are for; nothing is sent here. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface Refused {
  readonly input: string;
  readonly message: string;
}

export type Argv = readonly (readonly string[])[];

export class RuleLab {
  readonly #space = `dr${process.pid.toString(36)}${randomBytes(3).toString('hex')}`;

  static async open(): Promise<RuleLab> {
    const lab = new RuleLab();
    process.env['PATH'] = `${process.env['PATH']}:/usr/sbin:/sbin`;
    await execute('ip', ['netns', 'add', lab.#space]);
    return lab;
  }

  async close(): Promise<void> {
    await execute('ip', ['netns', 'del', this.#space]).catch(() => {});
  }

  async refusedFilters(filters: readonly string[], linkTypes = ['EN10MB', 'RAW']): Promise<Refused[]> {
    const refused: Refused[] = [];
    for (const input of filters) {
      for (const linkType of linkTypes) {
        const message = await this.#complaint(['tcpdump', '-d', '-y', linkType, input]);
        if (message !== null) refused.push({ input, message });
      }
    }
    return refused;
  }

  /** Each list by itself, as `nft -c -f`. */
  async refusedNft(lists: readonly Argv[]): Promise<Refused[]> {
    const refused: Refused[] = [];
    for (const list of lists) {
      const input = list.map((argv) => argv[1]).join('\n');
      const message = await this.#complaint(['nft', '-c', '-f', '-'], `${input}\n`);
      if (message !== null) refused.push({ input, message });
    }
    return refused;
  }

  /** ipset commands are run, rules go through `--test`. */
  async refusedIptables(program: 'iptables' | 'ip6tables', lists: readonly Argv[]): Promise<Refused[]> {
    const refused: Refused[] = [];
    for (const list of lists) {
      const sets = list.filter(([name]) => name === 'ipset');
      for (const argv of sets) await this.#complaint(argv);
      const input = restoreText(list);
      const message = await this.#complaint([`${program}-restore`, '--test'], input);
      if (message !== null) refused.push({ input, message });
      if (sets.length > 0) await this.#complaint(['ipset', 'destroy']);
    }
    return refused;
  }

  /** Null: it ended with 0. */
  #complaint(argv: readonly string[], stdin = ''): Promise<string | null> {
    return new Promise((resolve) => {
      const child = execFile('ip', ['netns', 'exec', this.#space, ...argv], (error, _stdout, stderr) => {
        resolve(error === null ? null : stderr || error.message);
      });
      child.stdin?.on('error', () => {});
      child.stdin?.end(stdin);
    });
  }
}

/** `-w -t raw` belong to the command line; the rest is what iptables-restore reads. */
export function restoreText(list: Argv): string {
  const rules = list.filter(([name]) => name !== 'ipset').map((argv) => argv.slice(argv.indexOf('raw') + 1));
  const lines = rules.map((rule) =>
    rule[0] === '-N' ? `:${rule[1]} - [0:0]` : rule.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' '),
  );
  return ['*raw', ...lines, 'COMMIT', ''].join('\n');
}
