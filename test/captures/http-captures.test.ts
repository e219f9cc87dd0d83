/** Every HTTP request of the captures against what tshark 4.0 lists (`http` of the ground truth, TRUTH.md beside the captures). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ChunkedSkipper } from '../../src/decode/app/http/chunked-skipper.js';
import {
  BodyKind,
  HeadStatus,
  looksLikeRequest,
  parseRequestHead,
  RequestHead,
} from '../../src/decode/app/http/request-head.js';
import { IpProtocol } from '../../src/decode/cursor.js';
import { decodeBatch } from '../../src/decode/decode-batch.js';
import { Has, PacketBatch } from '../../src/records/packet-batch.js';
import { readCaptureFileSync } from '../support/capture-file.js';

const folder = process.env['DDOSTOP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures');
const isThere = existsSync(join(folder, 'MANIFEST.tsv'));
const skipped = isThere ? '' : ' [skipped: no captures with ground truth; set DDOSTOP_CAPTURES to their folder]';

const SSH = 'a request to port 22, which tshark gives to its SSH dissector';
/** Captures in which we rightly find other requests than tshark: the first difference, and why. */
const EXCEPTIONS: ReadonlyMap<string, { readonly first: string; readonly why: string }> = new Map([
  ['derived.be-ns.get-to-ssh-server.pcap', { first: 'requests: 1 for 0', why: SSH }],
  ['zeek.get-to-ssh-server.pcap', { first: 'requests: 1 for 0', why: SSH }],
  ['zeek.http-single-conn-22.pcap', { first: 'requests: 1 for 0', why: SSH }],
  [
    'mabidm.hulk.pcap',
    {
      first: 'requests: 643 for 556',
      why: '643 requests differ in flow or sequence number; tshark passes over 87 that it saw as a retransmission only',
    },
  ],
  [
    'ndpi.fuzz-2006-09-29-28586.pcap',
    { first: 'host %s: 0 for 1', why: 'tshark cuts the value at a NUL; we show "%s\\0002.20.3.5"' },
  ],
  [
    'zeek.gtp1_gn_normal_incl_fragmentation.pcap',
    {
      first: 'requests: 0 for 1',
      why: 'the request lies in two fragments of the outer packet, which tshark puts together',
    },
  ],
  [
    'zeek.variant-09-te_obs_fold.pcap',
    {
      first: 'requests: 2 for 1',
      why: '"Transfer-Encoding:" with "chunked" on a folded line: we read it (RFC 9112 §5.2) and find the smuggled request, tshark does not',
    },
  ],
]);

interface HttpTruth {
  readonly requests: number;
  readonly methods: { readonly [method: string]: number };
  readonly hosts: readonly (readonly [string, number])[];
  readonly paths: readonly (readonly [string, number])[];
  readonly unique_paths: number;
  readonly user_agents: readonly (readonly [string, number])[];
  readonly unique_user_agents: number;
}

class HttpCounts {
  requests = 0;
  readonly methods = new Map<string, number>();
  readonly hosts = new Map<string, number>();
  readonly paths = new Map<string, number>();
  readonly userAgents = new Map<string, number>();

  add(bytes: Buffer, { method, target, headers }: RequestHead): void {
    this.requests += 1;
    increment(this.methods, bytes.toString('utf8', method.at, method.end));
    increment(this.paths, bytes.toString('utf8', target.at, target.end).split('?')[0]!);
    for (let index = 0; index < headers.kept; index += 1) {
      const name = bytes.toString('latin1', headers.nameAt[index], headers.nameEnd[index]).toLowerCase();
      const value = bytes.toString('utf8', headers.valueAt[index], headers.valueEnd[index]);
      if (value === '') continue; // tshark -T fields shows nothing for an empty field
      if (name === 'host') increment(this.hosts, value);
      if (name === 'user-agent') increment(this.userAgents, value);
    }
  }
}

/** One direction of a connection, in order: bytes before the ones expected were seen, bytes behind them begin anew. */
class Stream {
  #nextSeq: number | null = null;
  #bytes: Buffer = Buffer.alloc(0);
  #skip = 0;
  #chunks: ChunkedSkipper | null = null;

  push(seq: number, payload: Uint8Array, isCut: boolean, head: RequestHead, counts: HttpCounts): void {
    const ahead = this.#nextSeq === null ? 0 : (seq - this.#nextSeq) | 0;
    if (-ahead >= payload.length) return;
    if (ahead > 0) this.#lose(ahead);
    this.#nextSeq = (seq + payload.length) | 0;
    this.#bytes = Buffer.concat([this.#bytes, payload.subarray(Math.max(0, -ahead))]);
    while (this.#skipBody() && this.#takeHead(isCut, head, counts));
  }

  #lose(bytes: number): void {
    if (this.#skip >= bytes) this.#skip -= bytes;
    else {
      this.#skip = 0;
      this.#chunks = null;
      this.#bytes = Buffer.alloc(0);
    }
  }

  /** False while the body goes on. */
  #skipBody(): boolean {
    const skipped = Math.min(this.#skip, this.#bytes.length);
    this.#skip -= skipped;
    this.#bytes = this.#bytes.subarray(skipped);
    if (this.#chunks !== null) {
      this.#bytes = this.#bytes.subarray(this.#chunks.feed(this.#bytes, 0, this.#bytes.length));
      if (this.#chunks.isDone) this.#chunks = null;
    }
    return this.#skip === 0 && this.#chunks === null && this.#bytes.length > 0;
  }

  #takeHead(isCut: boolean, head: RequestHead, counts: HttpCounts): boolean {
    const bytes = this.#bytes;
    const isRequest = looksLikeRequest(bytes, 0, bytes.length);
    const status = isRequest ? parseRequestHead(bytes, 0, bytes.length, head, isCut) : HeadStatus.notHttp;
    if (status === HeadStatus.notHttp) this.#bytes = Buffer.alloc(0);
    if (status !== HeadStatus.complete) return false;
    counts.add(bytes, head);
    if (head.bodyKind === BodyKind.length) this.#skip = head.contentLength;
    if (head.bodyKind === BodyKind.chunked) this.#chunks = new ChunkedSkipper();
    this.#bytes = bytes.subarray(head.headEnd);
    return true;
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function countHttp(path: string): HttpCounts {
  const counts = new HttpCounts();
  const packets = new PacketBatch();
  const head = new RequestHead();
  const streams = new Map<string, Stream>();
  readCaptureFileSync(path, (frames) => {
    decodeBatch(frames, packets);
    for (let row = 0; row < packets.count; row += 1) {
      const header = packets.tunnelled[row] === 1 ? packets.inner : packets.outer;
      if (!(header.has[row]! & Has.payload) || header.transport[row] !== IpProtocol.tcp) continue;
      const address = (words: Int32Array) => words.subarray(row * 4, row * 4 + 4).join();
      const flow = `${address(header.src)}:${header.srcPort[row]}>${address(header.dst)}:${header.dstPort[row]}`;
      const isSyn = (header.tcpFlags[row]! & 0x02) !== 0;
      if (isSyn || !streams.has(flow)) streams.set(flow, new Stream());
      const payload = packets.bytes.subarray(packets.payloadAt[row]!, packets.payloadEnd[row]!);
      if (payload.length === 0) continue;
      const seq = packets.view.getInt32(packets.transportAt[row]! + 4, false) + (isSyn ? 1 : 0);
      streams.get(flow)!.push(seq | 0, payload, packets.capLen[row]! < packets.wireLen[row]!, head, counts);
    }
  });
  return counts;
}

function differencesOf(counts: HttpCounts, truth: HttpTruth): string[] {
  const found: string[] = [];
  compare(found, 'requests', counts.requests, truth.requests);
  compare(found, 'unique_paths', counts.paths.size, truth.unique_paths);
  compare(found, 'unique_user_agents', counts.userAgents.size, truth.unique_user_agents);
  compareTop(found, 'method', counts.methods, Object.entries(truth.methods));
  compareTop(found, 'host', counts.hosts, truth.hosts);
  compareTop(found, 'path', counts.paths, truth.paths);
  compareTop(found, 'user agent', counts.userAgents, truth.user_agents);
  return found;
}

function compare(found: string[], what: string, got: number, expected: number): void {
  if (got !== expected) found.push(`${what}: ${got} for ${expected}`);
}

/** Every value listed has its count; a list that was not cut has no other. */
function compareTop(
  found: string[],
  what: string,
  counts: Map<string, number>,
  top: readonly (readonly [string, number])[],
): void {
  for (const [key, count] of top) compare(found, `${what} ${key}`, counts.get(key) ?? 0, count);
  if (top.length >= 20) return;
  const listed = new Set(top.map(([key]) => key));
  for (const [key, count] of counts) if (!listed.has(key)) compare(found, `${what} ${key}`, count, 0);
}

describe.skipIf(!isThere)(`HTTP requests of the captures${skipped}`, () => {
  test('methods, hosts, paths and user agents are those of tshark, or a named exception', () => {
    const unequal: [string, string[]][] = [];
    let requests = 0;
    for (const file of readdirSync(folder).filter((name) => /\.(pcap|pcapng|cap)$/.test(name))) {
      const truthPath = join(folder, 'truth', `${file}.json`);
      if (!existsSync(truthPath)) continue;
      const counts = countHttp(join(folder, file));
      requests += counts.requests;
      const differences = differencesOf(counts, JSON.parse(readFileSync(truthPath, 'utf8')).http as HttpTruth);
      if (differences[0] !== EXCEPTIONS.get(file)?.first) unequal.push([file, differences.slice(0, 5)]);
    }
    expect(unequal).toEqual([]);
    expect(requests).toBeGreaterThan(2400);
  }, 60_000);
});
