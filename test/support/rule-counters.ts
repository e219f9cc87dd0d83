/** Compiled rules in the kernel of a namespace, and in tcpdump: how many of the frames each takes. The rules count and drop nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileRule } from '../../src/signature/compile/compile.js';
import type { RuleMatch } from '../../src/signature/rule.js';
import { hex, pcap } from './capture-bytes.js';
import { restoreText } from './rule-lab.js';
import { NEAR, VethPair } from './veth-pair.js';

export interface Counts {
  readonly bpf: number;
  readonly nft: number;
  /** iptables and ip6tables together. */
  readonly iptables: number;
}

export class RuleCounters {
  readonly #pair: VethPair;
  readonly #folder = mkdtempSync(join(tmpdir(), 'ddostop-rules-'));

  private constructor(pair: VethPair) {
    this.#pair = pair;
  }

  static async open(): Promise<RuleCounters> {
    const pair = await VethPair.open();
    // IPv6 packets are looked at only where IPv6 is on; nothing else may speak, so the far end stays without.
    const on = `cd /proc/sys/net/ipv6/conf/${NEAR}; echo 0 >accept_ra; echo 0 >autoconf; echo 0 >disable_ipv6`;
    await pair.must('near', ['sh', '-ec', on]);
    return new RuleCounters(pair);
  }

  async close(): Promise<void> {
    await this.#pair.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Sends the frames (hexadecimal) with the rule in place in every backend. */
  async count(rule: RuleMatch, frames: readonly string[]): Promise<Counts> {
    const nft = compileRule(rule, 'nft', { action: 'count' });
    const iptables = compileRule(rule, 'iptables', { action: 'count' });
    await this.#install(
      nft.argv.map((argv) => argv[1]),
      iptables.argv,
      iptables.argv6,
    );
    await this.#pair.send(frames.map((frame) => ({ hex: frame })));
    const counts = { bpf: await this.#bpf(rule, frames), nft: await this.#nft(), iptables: await this.#iptables() };
    for (const command of [...nft.undo, ...iptables.undo]) await this.#pair.must('near', ['sh', '-c', command]);
    return counts;
  }

  async #install(nft: readonly string[], four: readonly (readonly string[])[], six: readonly (readonly string[])[]) {
    if (nft.length > 0) await this.#pair.must('near', ['nft', '-f', '-'], nft.join('\n'));
    for (const argv of [...four, ...six].filter(([name]) => name === 'ipset')) await this.#pair.must('near', argv);
    if (four.length > 0) await this.#pair.must('near', ['iptables-restore', '-n'], restoreText(four));
    if (six.length > 0) await this.#pair.must('near', ['ip6tables-restore', '-n'], restoreText(six));
  }

  async #nft(): Promise<number> {
    const text = await this.#pair.must('near', ['sh', '-c', 'nft list chain inet ddostop_rule act_rule || true']);
    return Number(/counter packets (\d+)/.exec(text)?.[1] ?? 0);
  }

  async #iptables(): Promise<number> {
    const text = await this.#pair.must('near', ['sh', '-c', 'iptables-save -c -t raw; ip6tables-save -c -t raw']);
    return [...text.matchAll(/^\[(\d+):\d+\] -A ddostop-rule-do /gm)].reduce(
      (sum, [, packets]) => sum + Number(packets),
      0,
    );
  }

  async #bpf(rule: RuleMatch, frames: readonly string[]): Promise<number> {
    const [filter] = compileRule(rule, 'bpf').text;
    if (filter === undefined) return 0;
    const path = join(this.#folder, 'frames.pcap');
    writeFileSync(path, pcap(frames.map((frame, i) => ({ time: [i, 0], bytes: hex(frame) }))));
    const text = await this.#pair.must('near', ['tcpdump', '-r', path, '--count', filter]);
    return Number.parseInt(text, 10);
  }
}
