/** `--record` of an interface: every frame that was sent is in the file. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROGRAM } from '../support/program.js';
import { readFrames } from '../support/read-frames.js';
import { describeWith } from '../support/system.js';
import { VethPair } from '../support/veth-pair.js';

const PACKETS = 20_000;
/** Ethernet, IPv4 and UDP of 60 bytes in all; the last two bytes tell senders apart. */
const frame = (tag: string) =>
  `020000000002020000000001080045000020000100004011f97dc6336401cb00710a9c40270f000c0000${'00'.repeat(16)}${tag}`;

describeWith(['root', 'ip', 'python3'], 'a live recording', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ddostop-live-'));
  let pair: VethPair;
  beforeAll(async () => {
    pair = await VethPair.open();
  });
  afterAll(async () => {
    await pair?.close();
    rmSync(folder, { recursive: true });
  });

  test.each(['ring', 'tcpdump'] as const)('by %s', async (how) => {
    const path = join(folder, how);
    const args = ['report', '-i', 'near0', '--duration', '5s', '--capture', how, '--format', 'json', '--record', path];
    const report = pair.must('near', [process.execPath, PROGRAM, ...args, '--record-seconds', '1']);
    const isCapturing = async () => /\s0003\s+\d+\s+1\s/.test(await pair.must('near', ['cat', '/proc/net/packet']));
    while (!(await isCapturing())) await new Promise((resolve) => setTimeout(resolve, 50));
    await pair.send([
      { hex: frame('aaaa'), count: PACKETS },
      { hex: frame('bbbb'), count: PACKETS },
    ]);
    const facts = JSON.parse(await report) as { packets: number; counters: { dropped: number } };
    expect(facts).toMatchObject({ packets: 2 * PACKETS, counters: { dropped: 0 } });
    const all = readdirSync(path)
      .sort()
      .map((name) => readFrames(new Uint8Array(readFileSync(join(path, name)))));
    expect(all.every(({ end, dropped }) => end.kind === 'end' && dropped === 0)).toBe(true);
    const frames = all.flatMap((file) => file.frames);
    expect(frames.map(({ hex }) => hex.slice(-4))).toEqual([
      ...Array.from({ length: PACKETS }, () => 'aaaa'),
      ...Array.from({ length: PACKETS }, () => 'bbbb'),
    ]);
    expect(new Set(frames.map(({ wireLen, linkType }) => `${wireLen} ${linkType}`))).toEqual(new Set(['60 1']));
  });
});
