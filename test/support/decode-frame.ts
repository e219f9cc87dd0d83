/** One frame through the decoder, as a plain object with only the fields that are there. */
import { decodeBatch } from '../../src/decode/decode-batch.js';
import { formatAddress } from '../../src/format/address.js';
import { DecodeStatus } from '../../src/records/decode-status.js';
import { FrameBatch } from '../../src/records/frame-batch.js';
import { Has, type HeaderColumns, NO_TRANSPORT, NonIp, PacketBatch } from '../../src/records/packet-batch.js';

/** "src > dst", with ports where there are any. */
export interface DecodedHeader {
  readonly version: number;
  readonly src: string;
  readonly dst: string;
  readonly protocol: number;
  readonly ttl: number;
  readonly transport?: number;
  readonly ports?: readonly [source: number, target: number];
  readonly tcpFlags?: number;
  readonly tcpWindow?: number;
  readonly icmp?: readonly [type: number, code: number];
  readonly fragment?: 'first' | 'later' | 'atomic';
}

export interface DecodedFrame {
  readonly status: keyof typeof DecodeStatus;
  readonly nonIp?: keyof typeof NonIp;
  readonly outer?: DecodedHeader;
  readonly inner?: DecodedHeader;
  /** Hex. */
  readonly payload?: string;
}

function nameOf<T extends Record<string, number>>(names: T, value: number): keyof T {
  return Object.keys(names).find((name) => names[name] === value) as keyof T;
}

function headerOf(header: HeaderColumns, row: number): DecodedHeader {
  const has = header.has[row]!;
  const version = header.version[row]!;
  const address = (words: Int32Array) =>
    formatAddress(version, words[row * 4]!, words[row * 4 + 1]!, words[row * 4 + 2]!, words[row * 4 + 3]!);
  const fragment =
    has & Has.firstFragment
      ? 'first'
      : has & Has.laterFragment
        ? 'later'
        : has & Has.atomicFragment
          ? 'atomic'
          : undefined;
  return {
    version,
    src: address(header.src),
    dst: address(header.dst),
    protocol: header.protocol[row]!,
    ttl: header.ttl[row]!,
    ...(header.transport[row] === NO_TRANSPORT ? {} : { transport: header.transport[row]! }),
    ...(has & Has.ports ? { ports: [header.srcPort[row]!, header.dstPort[row]!] as const } : {}),
    ...(has & Has.tcpFlags ? { tcpFlags: header.tcpFlags[row]!, tcpWindow: header.tcpWindow[row]! } : {}),
    ...(has & Has.icmp ? { icmp: [header.icmpType[row]!, header.icmpCode[row]!] as const } : {}),
    ...(fragment === undefined ? {} : { fragment }),
  };
}

export function rowOf(packets: PacketBatch, row: number): DecodedFrame {
  const isTunnelled = packets.tunnelled[row] === 1;
  const innermost = isTunnelled ? packets.inner : packets.outer;
  const payload = packets.bytes.subarray(packets.payloadAt[row]!, packets.payloadEnd[row]!);
  return {
    status: nameOf(DecodeStatus, packets.status[row]!),
    ...(packets.nonIp[row] === NonIp.none ? {} : { nonIp: nameOf(NonIp, packets.nonIp[row]!) }),
    ...(packets.outer.version[row] === 0 ? {} : { outer: headerOf(packets.outer, row) }),
    ...(isTunnelled ? { inner: headerOf(packets.inner, row) } : {}),
    ...(innermost.has[row]! & Has.payload ? { payload: Buffer.from(payload).toString('hex') } : {}),
  };
}

/** A batch of one frame over a slab that holds nothing else. `wireLen` defaults to the captured length. */
export function frameBatchOf(bytes: Uint8Array, linkType = 1, wireLen = bytes.length): FrameBatch {
  const frames = new FrameBatch(1);
  frames.setSlab(bytes);
  frames.count = 1;
  frames.at[0] = 0;
  frames.capLen[0] = bytes.length;
  frames.wireLen[0] = wireLen;
  frames.linkType[0] = linkType;
  return frames;
}

export function decodeFrame(bytes: Uint8Array, linkType = 1, wireLen = bytes.length): DecodedFrame {
  const packets = new PacketBatch(1);
  decodeBatch(frameBatchOf(bytes, linkType, wireLen), packets);
  return rowOf(packets, 0);
}
