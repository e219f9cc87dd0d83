/**
 * How a source's IPv4 ids go on from one of its sampled rows to the next: stacks count up (globally, by target or by protocol), send 0 with
 * DF (RFC 6864 §4.1), or draw at random; floods are often constant. The first row of a source has no class.
 */
import type { PacketSamples } from '../../records/packet-samples.js';
import { ABSENT } from '../attributes/attribute-reader.js';
import { PACKET_READERS } from '../attributes/packet-readers.js';
import type { DerivedColumn } from './contrast-of.js';
import type { RowPair } from './row-pair.js';

const CLASSES = ['zero', 'constant', 'rising', 'random'];
const ZERO = 0;
const CONSTANT = 1;
const RISING = 2;
const RANDOM = 3;
/** Sampled rows are some packets apart. By chance a random id lies so near in front once in 16. */
const FURTHEST_RISE = 4096;

/** `sourceCodes`: of each row, from 1 to `sources`. */
export function idClasses(
  pair: RowPair<PacketSamples>,
  order: Uint32Array,
  sourceCodes: Uint32Array,
  sources: number,
): DerivedColumn {
  const read = PACKET_READERS.get('ip.id')?.read;
  const ids = read === undefined ? new Float64Array(pair.rows).fill(ABSENT) : pair.numbers(read).slice();
  const numbers = new Float64Array(pair.rows).fill(ABSENT);
  const lastIds = new Int32Array(sources + 1).fill(ABSENT);
  for (const row of order) {
    const id = ids[row] as number;
    if (id === ABSENT) continue;
    const source = sourceCodes[row] as number;
    const last = lastIds[source] as number;
    lastIds[source] = id;
    if (last !== ABSENT) numbers[row] = classOf(last, id);
  }
  return { numbers, nameOf: (index) => CLASSES[index] as string };
}

function classOf(last: number, id: number): number {
  if (id === last) return id === 0 ? ZERO : CONSTANT;
  return ((id - last) & 0xffff) <= FURTHEST_RISE ? RISING : RANDOM;
}
