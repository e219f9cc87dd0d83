/** 25 000 + 25 000 rows of a flood of SYNs in good traffic, every attribute of packets: `npx vitest bench` on this file. */
import { bench, describe } from 'vitest';
import { Has } from '../../records/packet-batch.js';
import { Detail } from '../../records/packet-details.js';
import { type PacketRows, PacketSamples } from '../../records/packet-samples.js';
import { nextRandom } from '../../sketch/hash.js';
import { TextNames } from '../../sketch/text-names.js';
import { packetContrast } from './contrast-of.js';

const ROWS = 25_000;
const names = new TextNames();
const LAYOUTS = ['mss', 'mss,nop,ws,sok,ts', 'mss,sok,ts,nop,ws'].map((text) => names.keepText(text));

function rowsOf(sources: number): PacketRows {
  const samples = new PacketSamples(ROWS);
  const { details } = samples;
  let random = 12345 + sources;
  for (let row = 0; row < ROWS; row += 1) {
    random = nextRandom(random);
    samples.version[row] = 4;
    samples.src[row * 4 + 2] = 0xffff;
    samples.src[row * 4 + 3] = Math.imul((random >>> 0) % sources, 0x9e3779b1);
    samples.protocol[row] = samples.transport[row] = 6;
    samples.has[row] = Has.ports | Has.tcpFlags | Has.ttl;
    samples.srcPort[row] = random >>> 16;
    samples.dstPort[row] = 443;
    samples.tcpFlags[row] = 2;
    samples.tcpWindow[row] = random >>> 20;
    samples.ttl[row] = 40 + (random & 63);
    samples.ipLen[row] = 40 + (random & 255);
    details.sec[row] = 1_700_000_000 + row / 1000;
    details.known[row] = Detail.ip | Detail.tcp | Detail.options | Detail.payloadLength | Detail.first4 | Detail.next4;
    details.ipId[row] = random;
    details.first4[row] = random >>> 0;
    details.next4[row] = random & 7;
    details.layoutOrZone[row] = LAYOUTS[(random >>> 3) % 3]!;
  }
  return {
    samples,
    rows: Int32Array.from({ length: ROWS }, (_, row) => row),
    weights: new Float64Array(ROWS).fill(1),
    texts: names,
  };
}

describe('the table of 50 000 rows', () => {
  const attack = rowsOf(2 ** 31);
  const good = rowsOf(500);
  bench('packets', () => void packetContrast(attack, good));
});
