/** The generated captures: made once by kind, number of packets and seed. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError } from './bench-error.mjs';
import { generator } from './compile.mjs';
import { cache } from './paths.mjs';

/** Packets at full size, and bytes of file for each. */
export const KINDS = {
  a: { packets: 10_000_000, bytes: 77, what: 'SYN flood' },
  b: { packets: 5_000_000, bytes: 378, what: 'IMIX' },
  c: { packets: 2_000_000, bytes: 735, what: 'amplification' },
  d: { packets: 5_000_000, bytes: 381, what: 'IPv6 and VLAN' },
};

/** Left free on the disk. */
const SPARE_BYTES = 1e9;
const READ_BYTES = 1 << 22;

/** `{ path, packets, kind, name }`, in the page cache. */
export function capture(kind, packets = KINDS[kind].packets, seed = 0) {
  mkdirSync(cache, { recursive: true });
  const path = join(cache, `${kind}-${packets}${seed === 0 ? '' : `-seed${seed}`}.pcap`);
  if (!existsSync(path)) generate(kind, packets, seed, path);
  readOnce(path);
  return { path, packets, kind, name: `${kind} (${KINDS[kind].what}, ${packets / 1e6} M)` };
}

export function removeCapture({ path }) {
  rmSync(path, { force: true });
}

function generate(kind, packets, seed, path) {
  const needed = packets * KINDS[kind].bytes + SPARE_BYTES;
  const { bavail, bsize } = statfsSync(cache);
  if (bavail * bsize < needed)
    throw new BenchError(
      `${kind} with ${packets} packets needs ${gb(needed)} of disk, ${cache} has ${gb(bavail * bsize)}`,
    );
  console.error(`bench: generating ${kind}, ${packets} packets, seed ${seed}`);
  const program = generator(seed);
  const { status } = spawnSync(program, [kind, String(packets), `${path}.part`], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new BenchError(`${program} ended with ${status}`);
  renameSync(`${path}.part`, path);
}

function gb(bytes) {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function readOnce(path) {
  const buffer = Buffer.alloc(READ_BYTES);
  const file = openSync(path, 'r');
  while (readSync(file, buffer, 0, READ_BYTES, null) > 0);
  closeSync(file);
}
