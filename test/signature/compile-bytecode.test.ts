/** A filter as xt_bpf bytecode: what tcpdump compiles, iptables takes. */
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bpfBytecode, type RunTcpdump } from '../../src/signature/compile/bpf-bytecode.js';
import { compileRule } from '../../src/signature/compile/compile.js';
import { ruleOf } from '../support/random-rule.js';
import { RuleLab } from '../support/rule-lab.js';
import { describeWith } from '../support/system.js';

const run: RunTcpdump = ([program, ...args]) =>
  new Promise((resolve) => {
    execFile(program, args, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describeWith(['root', 'ip', 'iptables', 'tcpdump'], 'xt_bpf bytecode', () => {
  let lab: RuleLab;
  beforeAll(async () => {
    lab = await RuleLab.open();
  });
  afterAll(async () => {
    await lab?.close();
  });

  test('iptables takes it', async () => {
    const rule = ruleOf([
      { attribute: 'ip.proto', operator: 'eq', value: 17 },
      { attribute: 'payload.first4', operator: 'eq', value: 0xdeadbeef },
    ]);
    const result = await bpfBytecode(compileRule(rule, 'bpf').text[0], run);
    const { bytecode } = result as { bytecode: string };
    expect(bytecode).toMatch(/^(\d+)(,\d+ \d+ \d+ \d+)+$/);
    const commands = [
      ['iptables', '-t', 'raw', '-N', 'ddostop-rule'],
      ['iptables', '-t', 'raw', '-A', 'ddostop-rule', '-m', 'bpf', '--bytecode', bytecode],
    ];
    expect(await lab.refusedIptables('iptables', [commands])).toEqual([]);
  });

  test('says why there is none', async () => {
    const sources = Array.from({ length: 40 }, (_, i) => `10.0.${i}.0/24`);
    const filter = compileRule(ruleOf([{ attribute: 'ip.src', operator: 'in', value: sources }]), 'bpf').text[0];
    expect(await bpfBytecode(filter, run)).toEqual({ reason: expect.stringMatching(/no more than 64$/) });
    expect(await bpfBytecode('ip and and', run)).toEqual({ reason: expect.stringMatching(/^tcpdump ended with 1: /) });
  });
});
