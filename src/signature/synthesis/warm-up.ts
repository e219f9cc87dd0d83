/** The first rule of a process takes five times as long as the next one: a worker finds one in made-up rows while it has nothing to do. */

import { mix32 } from '../../sketch/hash.js';
import type { AttributeInfo } from '../attribute.js';
import { PACKET_ATTRIBUTES } from '../attributes/packet-attributes.js';
import { PACKET_BACKENDS } from '../backend.js';
import type { Contrast, ContrastColumn } from '../contrast.js';
import { diffOf } from '../diff/diff.js';
import { synthesise } from './synthesise.js';

const ROWS = 4000;
const VALUES = 40;
const USED = ['ip.proto', 'ip.length', 'ip.ttl', 'port.src', 'port.dst', 'tcp.flags', 'tcp.window', 'payload.first4'];

export function warmUp(): void {
  const contrast = madeUpContrast();
  diffOf(contrast);
  synthesise(contrast, { backendMask: PACKET_BACKENDS });
}

/** Good rows of any values, attack rows of a few. */
function madeUpContrast(): Contrast {
  const rows = Uint32Array.from({ length: 2 * ROWS }, (_, row) => row);
  const columns = PACKET_ATTRIBUTES.filter(({ name }) => USED.includes(name)).map(madeUpColumn);
  return {
    kind: 'packet',
    attackRows: ROWS,
    goodRows: ROWS,
    weights: new Float64Array(2 * ROWS).fill(1),
    sec: Float64Array.from(rows, (row) => row / 1000),
    sourceNet: rows,
    flow: rows,
    columns,
  };
}

function madeUpColumn(attribute: AttributeInfo, salt: number): ContrastColumn {
  const codeOf = (row: number): number => {
    const random = mix32(row * 64 + salt) >>> 0;
    return 1 + (row < ROWS && row % 5 > 0 ? (random % 2) * (salt % 3) : random % VALUES);
  };
  return {
    attribute,
    codes: Uint32Array.from({ length: 2 * ROWS }, (_, row) => codeOf(row)),
    valueCount: VALUES,
    numbers: Float64Array.from({ length: VALUES }, (_, i) => i),
    addresses: null,
    valueOf: (code) => code - 1,
    codeOf: (value) => Number(value) + 1,
  };
}
