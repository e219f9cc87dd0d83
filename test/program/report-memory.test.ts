/** A spoofed flood of a million sources through `report`: bounded memory, and the attack is named. */
import { afterAll, expect, test } from 'vitest';
import { preload, runProgram, TestFolder } from '../support/program.js';
import { FLOOD_TARGET, writeSynFlood } from '../support/sample-capture.js';

const PACKETS = 1_000_000;
/** Issue 2, acceptance 5; said there of 10 M packets, and the tables do not grow with the packets. */
const MAX_RSS_MIB = 200;
const PEAK_TO_STDERR = "process.on('exit', () => process._rawDebug('peak ' + process.resourceUsage().maxRSS));";

interface Facts {
  readonly packets: number;
  readonly ipVersions: unknown;
  readonly incidents: readonly {
    readonly target: string;
    readonly packets: number;
    readonly vectors: readonly { readonly id: string; readonly share: number }[];
    readonly sources: { readonly verdict: string };
  }[];
}

const folder = new TestFolder();
afterAll(() => folder.close());

test('a million spoofed SYN packets', async () => {
  const path = folder.at('syn-flood.pcap');
  writeSynFlood(path, PACKETS);
  const { code, stdout, stderr } = await runProgram(['report', path, '--format', 'json'], preload(PEAK_TO_STDERR));
  expect(code).toBe(0);
  const facts = JSON.parse(stdout) as Facts;
  expect(facts).toMatchObject({ packets: PACKETS, ipVersions: { 4: PACKETS, 6: 0, none: 0 } });
  expect(facts.incidents).toHaveLength(1);
  const [incident] = facts.incidents;
  expect(incident).toMatchObject({ target: FLOOD_TARGET, sources: { verdict: 'spoofed' } });
  expect(incident?.vectors[0]).toMatchObject({ id: 'tcp-syn', share: 1 });
  const peakMib = Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024;
  console.log(`report of ${PACKETS} spoofed SYN packets: peak ${peakMib.toFixed(0)} MiB`);
  expect(peakMib).toBeLessThan(MAX_RSS_MIB);
});
