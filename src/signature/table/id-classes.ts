/**
 * How a source's IPv4 ids go on from one of its sampled rows to the next: stacks count up (globally, by target or by protocol), send 0 with
 * DF (RFC 6864 §4.1), or draw at random; floods are often constant. The first row of a source has no class.
 */
import type { PacketSamples } from '../../records/packet-samples.js';
import { hashWords, randomSeed } from '../../sketch/hash.js';
import { ABSENT } from '../attributes/attribute-reader.js';
import { PACKET_READERS } from '../attributes/packet-readers.js';
import type { DerivedColumn } from './contrast-of.js';
import { inOrderOfTime } from './row-order.js';
import type { RowPair } from './row-pair.js';

const SEED = randomSeed();
const CLASSES = ['zero', 'constant', 'rising', 'random'];
const ZERO = 0;
const CONSTANT = 1;
const RISING = 2;
const RANDOM = 3;
/** Sampled rows are some packets apart. By chance a random id lies so near in front once in 16. */
const FURTHEST_RISE = 4096;

export function idClasses(pair: RowPair<PacketSamples>, sec: Float64Array, src: Int32Array): DerivedColumn {
  const read = PACKET_READERS.get('ip.id')?.read;
  const ids = read === undefined ? new Float64Array(pair.rows).fill(ABSENT) : pair.numbers(read);
  const numbers = new Float64Array(pair.rows).fill(ABSENT);
  const lastIds = new Map<number, number>();
  for (const row of inOrderOfTime(sec)) {
    const id = ids[row] as number;
    if (id === ABSENT) continue;
    const source = hashWords(src, row * 4, 4, SEED);
    const last = lastIds.get(source);
    lastIds.set(source, id);
    if (last !== undefined) numbers[row] = classOf(last, id);
  }
  return { numbers, nameOf: (index) => CLASSES[index] as string };
}

function classOf(last: number, id: number): number {
  if (id === last) return id === 0 ? ZERO : CONSTANT;
  return ((id - last) & 0xffff) <= FURTHEST_RISE ? RISING : RANDOM;
}
