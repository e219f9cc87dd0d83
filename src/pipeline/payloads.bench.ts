/**
 * What reading payloads costs, in % of the whole data path, on captures given as arguments: both ways in turn, CPU time, fresh
 * tables each time. Run by `npm run bench -- payloads`; compare runs of one machine only.
 */
import { readFileSync } from 'node:fs';
import { CaptureReader, ReadState } from '../../collectors/pcap/capture-reader.js';
import { Pipeline } from './pipeline.js';

const PAIRS = 15;

/** CPU ns a packet. */
function run(bytes: Uint8Array, isRead: boolean): { ns: number; found: string } {
  const pipeline = new Pipeline({ reading: 'inAll', ranksFlows: false, seed: 7 });
  if (!isRead) pipeline.layer7Reader.read = () => {};
  const { frameMemory } = pipeline;
  if (frameMemory === null) throw new Error('payloads.bench: no WebAssembly.');
  const reader = new CaptureReader(frameMemory);
  const before = process.cpuUsage();
  for (let at = 0; at < bytes.length; ) {
    const space = reader.space();
    const part = bytes.subarray(at, at + space.length);
    space.set(part);
    reader.wrote(part.length);
    at += part.length;
    while (reader.next(frameMemory.batch) === ReadState.frames) pipeline.pushFrames(frameMemory.batch);
  }
  const { user, system } = process.cpuUsage(before);
  const { counts } = pipeline.layer7;
  const names = counts.dnsQueries + counts.dnsResponses + counts.dnsUnreadable;
  const found = `${names} names, ${counts.httpRequests} requests, ${counts.tcpHellos + counts.quicHellos} hellos, ${counts.syns} SYNs`;
  return { ns: ((user + system) * 1000) / pipeline.aggregate.packets, found };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

for (const path of process.argv.slice(2)) {
  const bytes = readFileSync(path);
  const pairs = Array.from({ length: PAIRS }, () => [run(bytes, false), run(bytes, true)] as const).slice(2);
  const without = median(pairs.map(([a]) => a.ns));
  const cost = median(pairs.map(([a, b]) => (b.ns / a.ns - 1) * 100));
  const spread = pairs.map(([a, b]) => (b.ns / a.ns - 1) * 100);
  const found = pairs[0]?.[1].found ?? '';
  console.log(
    `${path.split('/').at(-1)}: ${without.toFixed(0)} ns a packet without, ${cost.toFixed(1)} % more with payloads ` +
      `(${Math.min(...spread).toFixed(1)}..${Math.max(...spread).toFixed(1)}); ${found}`,
  );
}
