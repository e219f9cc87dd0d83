/** Randomness of the system without node:crypto, which takes 6 ms and 1 MB to load. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

/** A signed 32-bit integer nobody can guess. */
export function randomWord(): number {
  const bytes = new Int32Array(1);
  let fd: number;
  try {
    fd = openSync('/dev/urandom', 'r');
  } catch {
    return randomBytes(4).readInt32LE(0); // no such device here
  }
  try {
    if (readSync(fd, bytes, 0, bytes.byteLength, null) === bytes.byteLength) return bytes[0] as number;
  } finally {
    closeSync(fd);
  }
  return randomBytes(4).readInt32LE(0);
}
