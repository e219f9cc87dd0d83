/** `ddostop report -i eth0 --duration`: what was sent is what is counted. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lab, until } from '../support/lab.js';
import { Receiver } from '../support/lab-traffic.js';
import { PROGRAM } from '../support/program.js';
import { describeWith } from '../support/system.js';

const PACKETS = 5000;
const SOURCES = ['198.51.100.10', '198.51.100.11', '2001:db8:a::10'] as const;

interface Facts {
  readonly source: { readonly format: string };
  readonly counters: { readonly dropped: number };
  readonly outer: { readonly sources: { readonly byPackets: readonly { key: string; packets: number }[] } };
}

describeWith(['root', 'nft', 'ip', 'tcpdump', 'python3'], 'live report in the lab', () => {
  let lab: Lab;
  let receiver: Receiver;

  beforeAll(async () => {
    lab = await Lab.open();
    receiver = await Receiver.open(lab); // no "port unreachable" in the way
  });
  afterAll(async () => {
    receiver?.close();
    await lab?.close();
  });

  test('counts exactly what was sent, nothing dropped', async () => {
    const args = ['report', '-i', 'eth0', '--duration', '6s', '--format', 'json', '--exact'];
    const report = lab.run('victim', [process.execPath, PROGRAM, ...args]);
    // A packet socket bound to the interface is there as soon as tcpdump captures.
    const isCapturing = async () => /\s0003\s+\d+\s+1\s/.test(await lab.must('victim', ['cat', '/proc/net/packet']));
    await until('it captures', 10_000, isCapturing);
    await lab.send(
      SOURCES.map((source) => ({
        from: 'attacker',
        source,
        target: source.includes(':') ? '2001:db8:f::10' : '192.0.2.10',
        packets: PACKETS,
      })),
    );
    const { code, stdout, stderr } = await report;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const facts = JSON.parse(stdout) as Facts;
    expect(facts.counters.dropped).toBe(0);
    for (const key of SOURCES) {
      expect(facts.outer.sources.byPackets.find((row) => row.key === key)).toMatchObject({ key, packets: PACKETS });
    }
  });
});
