/** Every ClientHello of a capture, with the simplest joining of TCP segments that does: in order, what comes late is left out. */

import { QuicInitials, QuicResult } from '../../src/decode/app/quic/quic-initials.js';
import { ClientHello } from '../../src/decode/app/tls/client-hello.js';
import { looksLikeDtlsHello, parseDtlsHello } from '../../src/decode/app/tls/dtls-hello.js';
import { HelloStatus, HelloStream, looksLikeHello } from '../../src/decode/app/tls/hello-stream.js';
import { ja3Text } from '../../src/decode/app/tls/ja3.js';
import { type Ja4Transport, ja4Of, ja4Original, ja4OriginalRaw, ja4Raw } from '../../src/decode/app/tls/ja4.js';
import { decodeBatch } from '../../src/decode/decode-batch.js';
import { formatAddress } from '../../src/format/address.js';
import { Has, type HeaderColumns, PacketBatch } from '../../src/records/packet-batch.js';
import { readCaptureFileSync } from '../support/capture-file.js';

const TCP = 6;
const UDP = 17;

export interface CapturedHello {
  /** Of the frame that completes the hello, from 1. */
  readonly frame: number;
  readonly transport: Ja4Transport;
  /** "source:port > target:port". */
  readonly flow: string;
  /** It is the first thing its direction of the connection says; else it comes behind a proxy's or another handshake. */
  readonly isAtStart: boolean;
  readonly serverName: string;
  readonly ja3: string;
  readonly ja4: string;
  readonly ja4Compat: string;
  readonly ja4Raw: string;
  readonly ja4Original: string;
  readonly ja4OriginalRaw: string;
}

/** One direction of a TCP connection: what was said in order, from the segment on that began a possible hello. */
interface Direction {
  nextSeq: number;
  isFresh: boolean;
  isAtStart: boolean;
  bytes: Uint8Array;
}

export function hellosOf(path: string): CapturedHello[] {
  const search = new HelloSearch();
  const packets = new PacketBatch();
  readCaptureFileSync(path, (frames) => {
    decodeBatch(frames, packets);
    search.add(packets);
  });
  return search.found;
}

class HelloSearch {
  readonly found: CapturedHello[] = [];
  readonly #hello = new ClientHello();
  readonly #stream = new HelloStream();
  readonly #quic = new QuicInitials();
  readonly #directions = new Map<string, Direction>();
  readonly #flowWords = new Int32Array(9);
  #frame = 0;
  #flow = '';

  add(packets: PacketBatch): void {
    for (let row = 0; row < packets.count; row += 1) {
      this.#frame += 1;
      const header = packets.tunnelled[row] === 1 ? packets.inner : packets.outer;
      const at = packets.payloadAt[row]!;
      const end = packets.payloadEnd[row]!;
      if ((header.has[row]! & Has.payload) === 0 || at >= end) continue;
      this.#flow = flowOf(header, row);
      const { bytes } = packets;
      if (header.transport[row] === UDP) this.#addDatagram(bytes, at, end, header, row);
      else if (header.transport[row] === TCP) this.#addSegment(bytes.subarray(at, end), sequenceNumber(bytes, at));
    }
  }

  #addDatagram(bytes: Uint8Array, at: number, end: number, header: HeaderColumns, row: number): void {
    if (looksLikeDtlsHello(bytes, at, end)) {
      if (parseDtlsHello(bytes, at, end, this.#hello) === HelloStatus.complete) this.#note('d', true);
      return;
    }
    const words = this.#flowWords;
    words.set(header.src.subarray(row * 4, row * 4 + 4));
    words.set(header.dst.subarray(row * 4, row * 4 + 4), 4);
    words[8] = (header.srcPort[row]! << 16) | header.dstPort[row]!;
    if (this.#quic.push(bytes, at, end, words, this.#hello) === QuicResult.hello) this.#note('q', true);
  }

  #addSegment(payload: Uint8Array, seq: number): void {
    const known = this.#directions.get(this.#flow);
    if (known === undefined || seq !== known.nextSeq || known.isFresh) {
      // Behind the expected place it was sent before.
      if (known !== undefined && !known.isFresh && ((seq - known.nextSeq) | 0) < 0) return;
      const isAtStart = known === undefined;
      if (!looksLikeHello(payload, 0, payload.length)) {
        this.#keep({ nextSeq: (seq + payload.length) >>> 0, isFresh: true, isAtStart: false, bytes: payload.slice() });
        return;
      }
      this.#look({ nextSeq: (seq + payload.length) >>> 0, isFresh: false, isAtStart, bytes: payload.slice() });
      return;
    }
    this.#look({
      ...known,
      nextSeq: (seq + payload.length) >>> 0,
      bytes: Uint8Array.from([...known.bytes, ...payload]),
    });
  }

  #look(direction: Direction): void {
    const { bytes } = direction;
    const status = this.#stream.read(bytes, 0, bytes.length, this.#hello);
    if (status === HelloStatus.complete) this.#note('t', direction.isAtStart);
    this.#keep({ ...direction, isFresh: status !== HelloStatus.needMore });
  }

  #keep(direction: Direction): void {
    this.#directions.set(this.#flow, direction);
  }

  #note(transport: Ja4Transport, isAtStart: boolean): void {
    const hello = this.#hello;
    const name = hello.bytes.subarray(hello.serverNameAt, hello.serverNameEnd);
    this.found.push({
      frame: this.#frame,
      transport,
      flow: this.#flow,
      isAtStart,
      serverName: Buffer.from(name).toString('latin1'),
      ja3: ja3Text(hello),
      ja4: ja4Of(hello, transport, false),
      ja4Compat: ja4Of(hello, transport, true),
      ja4Raw: ja4Raw(hello, transport, true),
      ja4Original: ja4Original(hello, transport, true),
      ja4OriginalRaw: ja4OriginalRaw(hello, transport, true),
    });
  }
}

function flowOf(header: HeaderColumns, row: number): string {
  const version = header.version[row]!;
  const [src, dst] = [header.src, header.dst].map((words) =>
    formatAddress(version, words[row * 4]!, words[row * 4 + 1]!, words[row * 4 + 2]!, words[row * 4 + 3]!),
  );
  return `${src}:${header.srcPort[row]} > ${dst}:${header.dstPort[row]}`;
}

/** The decoder keeps no sequence number: it is in the TCP header, which ends where the payload begins and says its length. */
function sequenceNumber(bytes: Uint8Array, payloadAt: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let length = 20; length <= 60; length += 4) {
    const at = payloadAt - length;
    if (at >= 0 && (bytes[at + 12]! >> 4) * 4 === length) return view.getUint32(at + 4, false);
  }
  return 0;
}
