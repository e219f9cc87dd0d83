/** Every DNS question of the captures against what tshark 4.0 lists (`dns` of the ground truth, TRUTH.md beside the captures). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  DnsMessage,
  decodeDns,
  dnsTcpLength,
  looksLikeDns,
  nextDnsQuestion,
} from '../../src/decode/app/dns/dns-message.js';
import { IpProtocol } from '../../src/decode/cursor.js';
import { decodeBatch } from '../../src/decode/decode-batch.js';
import { DNS_PORT, LLMNR_PORT, MDNS_PORT } from '../../src/kernel/layout.js';
import { Has, PacketBatch } from '../../src/records/packet-batch.js';
import { readCaptureFileSync } from '../support/capture-file.js';

const folder = process.env['DDOSTOP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures');
const isThere = existsSync(join(folder, 'MANIFEST.tsv'));
const skipped = isThere ? '' : ' [skipped: no captures with ground truth; set DDOSTOP_CAPTURES to their folder]';

/** Captures in which we rightly list other questions than tshark: the difference in full, and why. */
const EXCEPTIONS: ReadonlyMap<string, { readonly differences: readonly string[]; readonly why: string }> = new Map([
  [
    'ndpi.fuzz-2006-06-26-2594.pcap',
    {
      differences: ['dns_query: 227 for 226', 'unique_queries: 82 for 81'],
      why: 'frame 642 is a first fragment whose rest is not there: tshark waits for it, the question is in front of us',
    },
  ],
]);

/** Ports whose dissectors tshark asks before it guesses: NTP, NetBIOS names, SSDP. */
const OTHER_PORTS: readonly number[] = [123, 137, 1900];

interface DnsTruth {
  readonly messages: { readonly [kind: string]: number };
  readonly queries_top: readonly (readonly [string, number])[];
  readonly unique_queries: number;
  readonly responses_top: readonly (readonly [string, number])[];
  readonly unique_responses: number;
  readonly mdns_llmnr_top: readonly (readonly [string, number])[];
}

class DnsCounts {
  readonly messages = new Map<string, number>();
  readonly queries = new Map<string, number>();
  readonly responses = new Map<string, number>();
  readonly multicast = new Map<string, number>();
  readonly #message = new DnsMessage();

  add(bytes: Uint8Array, at: number, end: number, service: string): void {
    const message = this.#message;
    decodeDns(bytes, at, end, message);
    if (message.hasQuestion) increment(this.messages, `${service}_${message.isResponse ? 'response' : 'query'}`);
    const names = service !== 'dns' ? this.multicast : message.isResponse ? this.responses : this.queries;
    for (let more = message.hasQuestion; more; more = nextDnsQuestion(bytes, end, message)) {
      increment(names, `${Buffer.from(message.name.subarray(0, message.nameLength)).toString()} ${message.qtype}`);
    }
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function serviceOf(ports: readonly [number, number], bytes: Uint8Array, at: number, end: number): string | null {
  if (ports.includes(DNS_PORT)) return 'dns';
  if (ports.includes(MDNS_PORT)) return 'mdns';
  if (ports.includes(LLMNR_PORT)) return 'llmnr';
  return !ports.some((port) => OTHER_PORTS.includes(port)) && looksLikeDns(bytes, at, end) ? 'dns' : null;
}

function countDns(path: string): DnsCounts {
  const counts = new DnsCounts();
  const packets = new PacketBatch();
  const streams = new Map<string, Buffer>();
  readCaptureFileSync(path, (frames) => {
    decodeBatch(frames, packets);
    for (let row = 0; row < packets.count; row += 1) {
      const header = packets.tunnelled[row] === 1 ? packets.inner : packets.outer;
      if (!(header.has[row]! & Has.payload)) continue;
      const [at, end] = [packets.payloadAt[row]!, packets.payloadEnd[row]!];
      const ports = [header.srcPort[row]!, header.dstPort[row]!] as const;
      if (header.transport[row] === IpProtocol.udp) {
        const service = serviceOf([...ports], packets.bytes, at, end);
        if (service !== null) counts.add(packets.bytes, at, end, service);
      } else if (header.transport[row] === IpProtocol.tcp && ports.includes(DNS_PORT)) {
        const flow = [header.version[row], header.src.subarray(row * 4, row * 4 + 4), ports].join();
        const stream = Buffer.concat([streams.get(flow) ?? Buffer.alloc(0), packets.bytes.subarray(at, end)]);
        streams.set(flow, takeMessages(stream, counts));
      }
    }
  });
  return counts;
}

/** Segments of these captures come in order and once. Returns what is not complete. */
function takeMessages(stream: Buffer, counts: DnsCounts): Buffer {
  let at = 0;
  for (;;) {
    const length = dnsTcpLength(stream, at, stream.length);
    if (length < 0 || at + 2 + length > stream.length) return stream.subarray(at);
    counts.add(stream, at + 2, at + 2 + length, 'dns');
    at += 2 + length;
  }
}

function differencesOf(counts: DnsCounts, truth: DnsTruth): string[] {
  const found: string[] = [];
  const { quoted_in_icmp: _, ...messages } = truth.messages;
  for (const kind of new Set([...counts.messages.keys(), ...Object.keys(messages)])) {
    compare(found, kind, counts.messages.get(kind) ?? 0, messages[kind] ?? 0);
  }
  compare(found, 'unique_queries', counts.queries.size, truth.unique_queries);
  compare(found, 'unique_responses', counts.responses.size, truth.unique_responses);
  compareTop(found, counts.queries, truth.queries_top);
  compareTop(found, counts.responses, truth.responses_top);
  compareTop(found, counts.multicast, truth.mdns_llmnr_top);
  return found;
}

function compare(found: string[], what: string, got: number, expected: number): void {
  if (got !== expected) found.push(`${what}: ${got} for ${expected}`);
}

/** Every name listed has its count; a list that was not cut has no other. */
function compareTop(found: string[], counts: Map<string, number>, top: DnsTruth['queries_top']): void {
  for (const [key, count] of top) compare(found, key, counts.get(key) ?? 0, count);
  if (top.length >= 20) return;
  const listed = new Set(top.map(([key]) => key));
  for (const [key, count] of counts) if (!listed.has(key)) compare(found, key, count, 0);
}

describe.skipIf(!isThere)(`DNS of the captures${skipped}`, () => {
  test('names, types and counts are those of tshark, or a named exception', () => {
    const unequal: [string, string[]][] = [];
    let messages = 0;
    for (const file of readdirSync(folder).filter((name) => /\.(pcap|pcapng|cap)$/.test(name))) {
      const truthPath = join(folder, 'truth', `${file}.json`);
      if (!existsSync(truthPath)) continue;
      const counts = countDns(join(folder, file));
      const differences = differencesOf(counts, JSON.parse(readFileSync(truthPath, 'utf8')).dns as DnsTruth);
      for (const count of counts.messages.values()) messages += count;
      if (differences.join() !== (EXCEPTIONS.get(file)?.differences ?? []).join()) unequal.push([file, differences]);
    }
    expect(unequal).toEqual([]);
    expect(messages).toBeGreaterThan(8000);
  }, 60_000);
});
