/** What the compilers write is accepted by tcpdump, nft, iptables and ip6tables: each kind of predicate, and random rules. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileRule } from '../../src/signature/compile/compile.js';
import type { Compiled, CompileOptions } from '../../src/signature/compile/compiled.js';
import type { RuleMatch } from '../../src/signature/rule.js';
import { PREDICATES, packetRule, ruleOf } from '../support/random-rule.js';
import { RuleLab } from '../support/rule-lab.js';
import { describeWith } from '../support/system.js';
import { IS_WHOLE } from '../support/whole.js';

const SAMPLES = IS_WHOLE ? 12 : 4;
const RULES = IS_WHOLE ? 120 : 24;

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

    test.each<CompileOptions>([
      { action: 'count', id: 'k3f9a' },
      { action: { limitPps: 1 } },
      { action: { limitPps: 1_000_000 }, id: 'ip' },
      { vlan: true, id: 'tcp' },
    ])('options %j', async (options) => {
      await checkAll(fc.sample(packetRule, { numRuns: 5, seed: 13 }), options);
    });

    async function checkAll(rules: readonly RuleMatch[], options: CompileOptions = {}): Promise<void> {
      const of = (backend: 'bpf' | 'nft' | 'iptables') => rules.map((rule) => compileRule(rule, backend, options));
      const filters = of('bpf').flatMap(({ text }) => text);
      expect(await lab.refusedFilters(filters, options.vlan ? ['EN10MB'] : undefined)).toEqual([]);
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
      expect(iptables.every((compiled) => isScoped(compiled, options.id ?? 'rule'))).toBe(true);
    }
  },
);

/** Everything that is made carries our name. */
function isScoped({ text, ip6 }: Compiled, id: string): boolean {
  return [...text, ...ip6].every((line) => line.includes(`ddostop-${id}`));
}
