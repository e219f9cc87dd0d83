/** Here an act is several commands, and none of them is a transaction over all: the order in which they come is what keeps the promise. */
import { vi } from 'vitest';
import { firewallText, needsOf } from '../support/iptables-tools.js';
import type { Lab } from '../support/lab.js';
import { describeWith } from '../support/system.js';
import { killScenarios } from './kill-scenarios.js';

/** An act has up to 60 calls, and each is killed at once or three times. */
vi.setConfig({ testTimeout: 300_000 });

/** Being killed where iptables-save reads is being killed where ipset does. */
const TOOLS = ['ipset', 'iptables-restore', 'ip6tables-restore'];

/** Rules of both families and sets; where iptables-nft still takes a rule apart a set is in use for some milliseconds. */
const CLEAR = `
for p in iptables ip6tables; do $p -t raw -F; $p -t raw -X; done
for i in 1 2 3 4 5 6 7 8 9; do ipset destroy && exit 0; sleep 0.1; done
exit 1`;

async function clear(lab: Lab): Promise<void> {
  await lab.must('victim', ['sh', '-c', CLEAR]);
}

async function leftOvers(lab: Lab): Promise<string> {
  const text = await firewallText(lab, 'victim', process.env['PATH'] ?? '');
  return /ddostop/i.test(text) ? text : '';
}

describeWith(needsOf('nft'), 'kill -9 at every step, iptables', () =>
  killScenarios('iptables', TOOLS, /ipset restore$|tables-restore -w 5 -n$/, 4, clear, leftOvers),
);
