/** What the compilers write is accepted by tcpdump, nft, iptables and ip6tables: each kind of predicate, and random rules. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileRule } from '../../src/signature/compile/compile.js';
import type { Compiled } from '../../src/signature/compile/compiled.js';
import { PREDICATES, packetRule, ruleOf } from '../support/random-rule.js';
import { RuleLab } from '../support/rule-lab.js';
import { describeWith } from '../support/system.js';

const SAMPLES = 12;
const RULES = 120;

describeWith(
  ['root', 'nft', 'ip', 'iptables', 'ip6tables', 'ipset', 'tcpdump'],
  'the checkers take compiled rules',
  () => {
    let lab: RuleLab;

    beforeAll(async () => {
      lab = await RuleLab.open();
    });
    afterAll(async () => {
      await lab?.close();
    });

    test.each(Object.keys(PREDICATES))('%s', async (attribute) => {
      const rules = fc.sample(PREDICATES[attribute], { numRuns: SAMPLES, seed: 7 }).map((one) => ruleOf([one]));
      await checkAll(rules);
    });

    test('random rules', async () => {
      await checkAll(fc.sample(packetRule, { numRuns: RULES, seed: 11 }));
    });

    async function checkAll(rules: readonly Parameters<typeof compileRule>[0][]): Promise<void> {
      const of = (backend: 'bpf' | 'nft' | 'iptables') => rules.map((rule) => compileRule(rule, backend));
      const filters = of('bpf').flatMap(({ text }) => text);
      expect(await lab.refusedFilters(filters)).toEqual([]);
      expect(await lab.refusedNft(of('nft').map(({ argv }) => argv))).toEqual([]);
      const iptables = of('iptables');
      expect(
        await lab.refusedIptables(
          'iptables',
          iptables.map(({ argv }) => argv),
        ),
      ).toEqual([]);
      expect(
        await lab.refusedIptables(
          'ip6tables',
          iptables.map(({ argv6 }) => argv6),
        ),
      ).toEqual([]);
      expect(iptables.every(isScoped)).toBe(true);
    }
  },
);

/** Everything that is made carries our name. */
function isScoped({ text, ip6 }: Compiled): boolean {
  return [...text, ...ip6].every((line) => line.includes('ddostop-rule'));
}
