/** Damage that knows no format: what disks, links and people with a hex editor do to bytes. */
import type { Random } from '../../src/scenario/random.js';
import { concat } from '../support/capture-bytes.js';

/** Values at the edges of lengths, counts and signs. */
const EDGES = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
];
/** What terminals, logs and rules must not get through. */
const HOSTILE = [
  '\x1b[2J',
  '\x1b]52;c;aGk=\x07',
  '\u009b31m',
  '\u202e',
  '\r\n\r\n',
  '"; drop',
  '%n%s',
  '\u0000',
  "'`$(id)",
].map((text) => new TextEncoder().encode(text));

type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const flip: Mutation = (bytes, random) => {
  const out = bytes.slice();
  const at = random.between(0, out.length - 1);
  out[at] = (out[at] as number) ^ (1 << random.between(0, 7));
  return out;
};

const overwrite: Mutation = (bytes, random) => {
  const out = bytes.slice();
  const at = random.between(0, out.length - 1);
  out.set(random.bytes(Math.min(random.between(1, 16), out.length - at)), at);
  return out;
};

/** A length, count or type of two or four bytes, either order, becomes a value at an edge. */
const edge: Mutation = (bytes, random) => {
  const width = random.pick([1, 2, 4]);
  if (bytes.length < width) return bytes;
  const out = bytes.slice();
  const view = new DataView(out.buffer);
  const at = random.between(0, out.length - width);
  const value = random.pick(EDGES);
  const little = random.next() < 0.5;
  if (width === 1) view.setUint8(at, value & 0xff);
  else if (width === 2) view.setUint16(at, value & 0xffff, little);
  else view.setUint32(at, value, little);
  return out;
};

const cut: Mutation = (bytes, random) => bytes.slice(0, random.between(0, bytes.length - 1));

const drop: Mutation = (bytes, random) => {
  const at = random.between(0, bytes.length - 1);
  return concat(bytes.subarray(0, at), bytes.subarray(at + random.between(1, 40)));
};

const repeat: Mutation = (bytes, random) => {
  const at = random.between(0, bytes.length - 1);
  const piece = bytes.subarray(at, at + random.between(1, 200));
  return concat(
    bytes.subarray(0, at),
    ...Array.from({ length: random.between(1, 8) }, () => piece),
    bytes.subarray(at),
  );
};

const insert: Mutation = (bytes, random) => {
  const at = random.between(0, bytes.length);
  return concat(bytes.subarray(0, at), Uint8Array.from(random.bytes(random.between(1, 60))), bytes.subarray(at));
};

const splice: Mutation = (bytes, random, other) =>
  concat(bytes.subarray(0, random.between(0, bytes.length)), other.subarray(random.between(0, other.length)));

const hostile: Mutation = (bytes, random) => {
  const text = random.pick(HOSTILE);
  const out = bytes.slice();
  const at = random.between(0, Math.max(0, out.length - text.length));
  out.set(text.subarray(0, out.length - at), at);
  return out;
};

const MUTATIONS: readonly Mutation[] = [
  flip,
  flip,
  overwrite,
  edge,
  edge,
  edge,
  cut,
  drop,
  repeat,
  insert,
  splice,
  hostile,
];
/** Mutations only ever make bytes longer up to this. */
const LONGEST = 2 ** 20;

/** `bytes` damaged once to five times; what it is given stays as it is. */
export function mutateBytes(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  let out = bytes;
  for (let times = random.between(1, 5); times > 0; times -= 1) {
    if (out.length > 0) out = random.pick(MUTATIONS)(out, random, other);
  }
  return out.length > LONGEST ? out.slice(0, LONGEST) : out;
}
