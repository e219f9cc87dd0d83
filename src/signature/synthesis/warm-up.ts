/**
 * The first rule of a process takes five times as long as the next one: a worker finds one in made-up packets while it has nothing to do, by
 * the whole way from columns of packets to a measured rule.
 */
import { Has } from '../../records/packet-batch.js';
import { Detail } from '../../records/packet-details.js';
import { type PacketRows, PacketSamples } from '../../records/packet-samples.js';
import { mix32 } from '../../sketch/hash.js';
import { PACKET_BACKENDS } from '../backend.js';
import { attackFractionOf } from '../diff/attack-fraction.js';
import { diffOf } from '../diff/diff.js';
import { packetContrast } from '../table/contrast-of.js';
import { clausesOf } from './clause-bits.js';
import { measure } from './measure.js';
import { synthesise } from './synthesise.js';

const ROWS = 4000;
const TCP = 6;
const MAPPED = 0xffff;
const WORDS = ['first', 'second', 'third'];

export function warmUp(): void {
  const contrast = packetContrast(madeUpRows(true), madeUpRows(false));
  diffOf(contrast);
  const found = synthesise(contrast, { backendMask: PACKET_BACKENDS });
  if ('rule' in found) measure(contrast, clausesOf(contrast, found.rule), attackFractionOf(contrast));
}

/** Good rows are of any values; four attack rows in five are a flood of a few. */
function madeUpRows(isAttack: boolean): PacketRows {
  const samples = new PacketSamples(ROWS);
  for (let row = 0; row < ROWS; row += 1) {
    const random = mix32(row * 2 + (isAttack ? 1 : 0)) >>> 0;
    fill(samples, row, random, isAttack && row % 5 > 0);
  }
  return {
    samples,
    rows: Int32Array.from({ length: ROWS }, (_, row) => row),
    weights: new Float64Array(ROWS).fill(1),
    texts: { textOf: (hash) => WORDS[hash - 1] ?? null },
  };
}

function fill(samples: PacketSamples, row: number, random: number, isFlood: boolean): void {
  const { details } = samples;
  samples.version[row] = 4;
  samples.src[row * 4 + 2] = MAPPED;
  samples.src[row * 4 + 3] = isFlood ? mix32(random) : Math.imul(random % 500, 0x9e3779b1);
  samples.protocol[row] = TCP;
  samples.transport[row] = TCP;
  samples.has[row] = Has.ports | Has.tcpFlags | Has.ttl;
  samples.srcPort[row] = random >>> 16;
  samples.dstPort[row] = isFlood ? 80 : 80 + (random % 4);
  samples.tcpFlags[row] = isFlood ? 2 : 16 + 8 * (random & 1);
  samples.tcpWindow[row] = isFlood ? 512 : random >>> 20;
  samples.ttl[row] = isFlood ? 50 + (random & 1) : 40 + (random & 63);
  samples.ipLen[row] = isFlood ? 40 : 40 + (random & 1023);
  samples.wireLen[row] = samples.ipLen[row] as number;
  details.sec[row] = row / 1000;
  details.known[row] = Detail.ip | Detail.tcp | Detail.options | Detail.payloadLength | Detail.first4 | Detail.next4;
  details.ipId[row] = random >>> 8;
  details.ipHeaderLength[row] = 20;
  details.offsetOrLabel[row] = 20;
  details.payloadLength[row] = (samples.ipLen[row] as number) - 40;
  details.first4[row] = random;
  details.next4[row] = random % 40;
  details.layoutOrZone[row] = 1 + (random % WORDS.length);
}
