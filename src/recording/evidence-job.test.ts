import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { tcpFrame, udpFrame } from '../../test/support/frames.js';
import { readFrames } from '../../test/support/read-frames.js';
import { RowFilter } from '../aggregate/row-filter.js';
import { batchOf, type PlainFrame } from './batch.fixture.js';
import { DISK_ASIDE } from './disk.js';
import { type EvidenceParts, type EvidenceSource, writeEvidence } from './evidence-job.js';
import type { EvidenceProgress, EvidenceRequest } from './evidence-request.js';

const root = mkdtempSync(join(tmpdir(), 'ddostop-evidence-'));
let folder = root;
let runs = 0;
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  runs += 1;
  folder = mkdtempSync(join(root, `${runs}-`));
});

const START = 1_770_126_425;
const TARGET = '203.0.113.10';

const plain = ({ sec, bytes }: { sec: number; bytes: Uint8Array }, i: number): PlainFrame => ({
  sec: Math.floor(sec),
  nsec: i,
  wireLen: bytes.length + 10,
  linkType: 1,
  hex: Buffer.from(bytes).toString('hex'),
});

/** Ten a second for a minute, each second one to another target. */
const FRAMES = Array.from({ length: 600 }, (_, i) => {
  const sec = START + i / 10;
  if (i % 10 === 9) return udpFrame(sec, { dst: '203.0.113.11' });
  return i % 2 === 0 ? tcpFrame(sec, { src: `198.51.100.${i % 200}` }) : udpFrame(sec, { srcPort: 53 });
}).map(plain);

const sumOf = (frames: readonly PlainFrame[]) => frames.reduce((all, { wireLen }) => all + wireLen, 0);
const isToTarget = (frame: PlainFrame) => frame.hex.slice(60, 68) === 'cb00710a';

function sourceOf(
  frames: readonly PlainFrame[],
  { rates = [1, 1], remarks = [] as string[], rows = 50 } = {},
): EvidenceSource {
  return {
    words: 'a test',
    async read(take, signal) {
      for (let at = 0; at < frames.length && !signal.aborted; at += rows)
        await take(batchOf(frames.slice(at, at + rows)), rates[at < frames.length / 2 ? 0 : 1]!);
      return remarks;
    },
  };
}

const REQUEST: EvidenceRequest = {
  key: 'i7',
  words: `packets to ${TARGET}, incident i7`,
  anyOf: [[{ field: 'target', value: TARGET }]],
  layer: 'outer',
  fromSec: Number.NEGATIVE_INFINITY,
  toSec: Number.POSITIVE_INFINITY,
  incident: { id: 'i7', words: `attack on ${TARGET}`, vectors: [{ id: 'refl-dns', name: 'DNS amplification' }] },
};

function partsOf(request: EvidenceRequest, source: EvidenceSource, more: Partial<EvidenceParts> = {}): EvidenceParts {
  const filters = request.anyOf.map((parts) => new RowFilter(parts));
  return {
    request,
    source,
    matches: (packets, row) => filters.some((filter) => filter.matches(packets.outer, row)),
    place: { folder, disk: DISK_ASIDE, nowSec: START + 60, snapLen: 262_144 },
    origin: { application: 'ddostop test', source: 'pcap eth0', dropped: 12 },
    breath: { nowMs: () => 0, rest: () => Promise.resolve() },
    signal: new AbortController().signal,
    onProgress: () => {},
    ...more,
  };
}

const bytesOf = (path: string) => new Uint8Array(readFileSync(path));
/** What can be read in the file: comments are in it as they are. */
const textOf = (path: string) =>
  readFileSync(path, 'latin1')
    .split(/[^\x20-\x7e\n]+/)
    .filter((part) => part.length > 12)
    .join('|');

describe('evidence', () => {
  test('the packets of the selection, all of them, byte for byte', async () => {
    const result = await writeEvidence(partsOf(REQUEST, sourceOf(FRAMES)));
    const expected = FRAMES.filter(isToTarget);
    expect(readFrames(bytesOf(result.path)).frames).toEqual(expected);
    expect(result).toMatchObject({ packets: 540, bytes: sumOf(expected) });
    expect(result).toMatchObject({ sampleRate: 1, remarks: [] });
    expect(readdirSync(folder)).toEqual(['ddostop-evidence-i7-20260203T134805Z.pcapng']);
    expect(statSync(result.path).mode & 0o777).toBe(0o600);
  });

  test('says what it is', async () => {
    const { path } = await writeEvidence(partsOf({ ...REQUEST, fromSec: START, toSec: START + 59 }, sourceOf(FRAMES)));
    expect(textOf(path)).toContain(
      [
        'evidence written by ddostop test',
        'selection: packets to 203.0.113.10, incident i7 (outer header)',
        'incident: i7, attack on 203.0.113.10',
        'vectors: refl-dns (DNS amplification)',
        'time range: 2026-02-03 13:47:05Z to 2026-02-03 13:48:04Z (capture time)',
        `packets: 540, ${sumOf(FRAMES.filter(isToTarget))} bytes on the wire, 2026-02-03 13:47:05Z to 2026-02-03 13:48:04Z`,
        'source: pcap eth0; frames from a test',
        'sampling: none, every packet',
        'loss: 12 frames lost ahead of ddostop since its start',
        'complete: yes',
      ].join('\n'),
    );
    expect(textOf(path)).toContain('first packet of refl-dns (DNS amplification) in incident i7');
    expect(textOf(path)).toContain('evidence of incident i7: attack on 203.0.113.10; vectors: refl-dns');
  });

  test.each([
    ['from', { fromSec: START + 30.5 }, 30],
    ['to', { toSec: START + 9.5 }, 10],
    ['both', { fromSec: START + 10, toSec: START + 19.99 }, 10],
  ])('time range: %s', async (_, range, seconds) => {
    const { packets } = await writeEvidence(partsOf({ ...REQUEST, ...range }, sourceOf(FRAMES)));
    expect(packets).toBe(seconds * 9);
  });

  test('one of several selections is enough; all parts of it count', async () => {
    const anyOf: EvidenceRequest['anyOf'] = [
      [{ field: 'target', value: '203.0.113.11' }],
      [
        { field: 'protocol', value: '17' },
        { field: 'sourcePort', value: '53' },
      ],
    ];
    const { packets } = await writeEvidence(partsOf({ ...REQUEST, anyOf, incident: null }, sourceOf(FRAMES)));
    expect(packets).toBe(60 + 240);
  });

  test('a sample says so, in the result, the comment and with the packets', async () => {
    const result = await writeEvidence(
      partsOf(REQUEST, sourceOf(FRAMES, { rates: [4, 8], remarks: ['Some are gone.'] })),
    );
    expect(result).toMatchObject({ sampleRate: 8, remarks: ['Some are gone.'] });
    const text = textOf(result.path);
    expect(text).toContain(`sampling: 1:1 to 1:8; the 540 packets stand for about ${270 * 4 + 270 * 8}`);
    expect(text).toContain('complete: no\nSome are gone.');
    expect(text).toContain('from here on one packet of 4');
    expect(text).toContain('from here on one packet of 8');
  });

  test('more than a buffer, up to a bound', async () => {
    const frames = FRAMES.map((frame) => ({ ...frame, hex: frame.hex + '00'.repeat(60_000) }));
    const whole = await writeEvidence(partsOf(REQUEST, sourceOf(frames)));
    expect(readFrames(bytesOf(whole.path)).frames).toEqual(frames.filter(isToTarget));
    const place = { folder, disk: DISK_ASIDE, nowSec: START, snapLen: 262_144, maxBytes: 8 << 20 };
    const cut = await writeEvidence(partsOf(REQUEST, sourceOf(frames), { place }));
    expect(cut.remarks).toEqual(['Cut off at 8 MiB.']);
    expect(statSync(cut.path).size).toBeLessThan(10 << 20);
    expect(readFrames(bytesOf(cut.path)).end).toEqual({ kind: 'end' });
  });

  test('names that are taken stay theirs; hostile keys become harmless names', async () => {
    const taken = join(folder, 'ddostop-evidence-i7-20260203T134805Z.pcapng');
    writeFileSync(taken, 'theirs');
    const { path } = await writeEvidence(partsOf(REQUEST, sourceOf(FRAMES)));
    expect(path).toBe(join(folder, 'ddostop-evidence-i7-20260203T134805Z-2.pcapng'));
    expect(readFileSync(taken, 'utf8')).toBe('theirs');
    const key = `../../etc/passwd\0\n$(id) [2001:db8::1]:53 ${'x'.repeat(300)}`;
    const odd = await writeEvidence(partsOf({ ...REQUEST, key }, sourceOf(FRAMES)));
    expect(odd.path.slice(folder.length)).toMatch(
      /^\/ddostop-evidence-etc_passwd_id_2001_db8_1_53_x+-2026\w+\.pcapng$/,
    );
  });

  test('works in slices and tells how far it is', async () => {
    let nowMs = 0;
    let rests = 0;
    const told: EvidenceProgress[] = [];
    const breath = {
      nowMs: () => (nowMs += 4),
      rest: () => {
        rests += 1;
        nowMs += 200;
        return Promise.resolve();
      },
    };
    await writeEvidence(partsOf(REQUEST, sourceOf(FRAMES, { rows: 10 }), { breath, onProgress: (p) => told.push(p) }));
    expect(rests).toBeGreaterThan(10);
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)?.packets).toBe(((told.at(-1)?.frames ?? 0) * 9) / 10);
  });
});

describe('no evidence, and no file', () => {
  test.each<[string, Partial<EvidenceParts>, RegExp]>([
    ['nothing matches', { matches: () => false }, /^EVIDENCE_EMPTY: no packet of it is in a test: packets to /],
    ['the program ends', { signal: AbortSignal.abort() }, /^EVIDENCE_STOPPED/],
    [
      'no such folder',
      { place: { folder: '/nowhere/at/all', disk: DISK_ASIDE, nowSec: 0, snapLen: 1 } },
      /^EVIDENCE_WRITE: cannot write evidence into \/nowhere\/at\/all: the folder is not there \(ENOENT\)/,
    ],
    ['the source fails', { source: { words: 'x', read: () => Promise.reject(new Error('broken')) } }, /^broken$/],
  ])('%s', async (_, more, message) => {
    await expect(writeEvidence(partsOf(REQUEST, sourceOf(FRAMES), more))).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a device that is full', async () => {
    const place = { folder, disk: DISK_ASIDE, nowSec: START, snapLen: 262_144 };
    const publish = () => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    };
    const parts = partsOf(REQUEST, sourceOf(FRAMES), { place: { ...place, disk: { ...DISK_ASIDE, publish } } });
    await expect(writeEvidence(parts)).rejects.toThrow(
      /^EVIDENCE_WRITE: .*: no space is left on the device \(ENOSPC\)/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});
