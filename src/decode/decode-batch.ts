/**
 * Frames to packets: the whole of decoding, one call a batch. `decodeBatch(frames, packets)` fills every column of rows
 * 0..frames.count of `packets`; nothing is allocated per packet and nothing throws, whatever the bytes are.
 * To add a tunnel: name it in tunnel/tunnel.ts.
 */
import type { Kernel } from '../kernel/kernel.js';
import { REST_ROWS } from '../records/batch-layout.js';
import { column } from '../records/column-place.js';
import { DecodeStatus } from '../records/decode-status.js';
import { BATCH_ROWS, type FrameBatch } from '../records/frame-batch.js';
import { Has, NO_TRANSPORT, NonIp, type PacketBatch } from '../records/packet-batch.js';
import { classOf } from './classify.js';
import { decodeCommonFrames } from './common-frames.js';
import { Cursor, EtherType } from './cursor.js';
import { decodeLink } from './link/link.js';
import type { FragmentTable } from './network/fragment-table.js';
import { clearTransport, decodeNetwork } from './network/network.js';
import { openTunnel, tunnelOf } from './tunnel/tunnel.js';
import { Tunnel } from './tunnel/udp-tunnel.js';

/** IP headers opened in one frame; deeper nesting is left closed. Real networks stack two or three. */
const MAX_IP_HEADERS = 6;
/** Wire lengths beyond this are damage and only matter as "longer than captured"; keeps offsets small integers. */
const MAX_WIRE_BYTES = 0x3fff_ffff;

const cursor = new Cursor();
/** Rows the shortcut left over, where no kernel lists them. */
let ownRest = new Uint32Array(BATCH_ROWS);

/** What the shortcut needs of a HotMemory. */
export interface DecodeMemory {
  readonly kernel: Kernel;
  readonly result: Float64Array;
}

/**
 * Frames that lie in `memory` together with `packets` take the shortcut there. `fragments`: later fragments get the ports of
 * their datagram from it (columns only, not `Has.ports`: their own bytes have none).
 */
export function decodeBatch(
  frames: FrameBatch,
  packets: PacketBatch,
  memory: DecodeMemory | null = null,
  fragments: FragmentTable | null = null,
): void {
  const { view, count } = frames;
  if (count > packets.rows) throw new RangeError(`decodeBatch: ${count} frames into ${packets.rows} rows.`);
  packets.bytes = frames.bytes;
  packets.view = view;
  packets.count = count;
  packets.sec = frames.sec;
  packets.nsec = frames.nsec;
  packets.wireLen = frames.wireLen;
  packets.capLen = frames.capLen;
  const { place } = packets;
  packets.isPlain = false;
  if (memory !== null && place !== null && frames.place === place && frames.bytes.buffer === place.buffer) {
    const restCount = memory.kernel.decodeCommon(place.at, count, frames.bytes.byteOffset);
    packets.isPlain = restCount === 0;
    packets.v6Rows = memory.result[0] as number;
    if (restCount > 0) {
      decodeRest(frames, packets, column(place, REST_ROWS, Uint32Array, restCount), restCount, fragments);
    }
    return;
  }
  if (ownRest.length < count) ownRest = new Uint32Array(frames.rows);
  decodeRest(frames, packets, ownRest, decodeCommonFrames(frames, packets, ownRest), fragments);
}

function decodeRest(
  frames: FrameBatch,
  packets: PacketBatch,
  rest: Uint32Array,
  restCount: number,
  fragments: FragmentTable | null,
): void {
  const { view, at, capLen, wireLen, linkType } = frames;
  for (let i = 0; i < restCount; i += 1) {
    const row = rest[i]!;
    clearRow(packets, row);
    const frameAt = at[row]!;
    cursor.at = frameAt;
    cursor.end = frameAt + capLen[row]!;
    cursor.wireEnd = frameAt + Math.min(wireLen[row]!, MAX_WIRE_BYTES);
    packets.status[row] = decodeFrame(view, linkType[row]!, packets, row);
    if (fragments !== null) fragments.join(packets.tunnelled[row] === 0 ? packets.outer : packets.inner, row, cursor);
    packets.trafficClass[row] = packets.outer.version[row] === 0 ? 0 : classOf(packets, packets.outer, row);
  }
}

function decodeFrame(view: DataView, linkType: number, packets: PacketBatch, row: number): DecodeStatus {
  const status = decodeLink(view, linkType, cursor);
  const etherType = cursor.etherType;
  if (status !== DecodeStatus.ok || (etherType !== EtherType.ipv4 && etherType !== EtherType.ipv6)) {
    const isArp = status === DecodeStatus.ok && (etherType === EtherType.arp || etherType === EtherType.reverseArp);
    packets.nonIp[row] = isArp ? NonIp.arp : NonIp.other;
    return status;
  }
  const outerStatus = decodeNetwork(view, cursor, packets.outer, packets, row);
  if (packets.outer.version[row] === 0) packets.nonIp[row] = NonIp.other;
  return outerStatus === DecodeStatus.ok ? decodeInner(view, packets, row) : outerStatus;
}

/** The last IP header that is there wins `inner`; a broken one leaves the one before. */
function decodeInner(view: DataView, packets: PacketBatch, row: number): DecodeStatus {
  let header = packets.outer;
  for (let headers = 1; headers < MAX_IP_HEADERS; headers += 1) {
    if ((header.has[row]! & Has.laterFragment) !== 0) return DecodeStatus.ok;
    const tunnel = tunnelOf(header, row);
    if (tunnel === Tunnel.none) return DecodeStatus.ok;
    const opened = openTunnel(view, cursor, tunnel);
    if (opened !== DecodeStatus.ok) return opened;
    if (cursor.etherType !== EtherType.ipv4 && cursor.etherType !== EtherType.ipv6) return DecodeStatus.ok;
    const versionBefore = packets.tunnelled[row] === 0 ? 0 : packets.inner.version[row]!;
    packets.inner.version[row] = 0;
    const status = decodeNetwork(view, cursor, packets.inner, packets, row);
    if (packets.inner.version[row] === 0) {
      packets.inner.version[row] = versionBefore;
      return status;
    }
    packets.tunnelled[row] = 1;
    header = packets.inner;
    if (status !== DecodeStatus.ok) return status;
  }
  return DecodeStatus.unsupported;
}

/** Rows are reused: nothing of the packet before may show through a header that is cut or missing. */
function clearRow(packets: PacketBatch, row: number): void {
  packets.nonIp[row] = NonIp.none;
  packets.tunnelled[row] = 0;
  packets.payloadAt[row] = 0;
  packets.payloadEnd[row] = 0;
  packets.networkAt[row] = 0;
  packets.transportAt[row] = 0;
  const header = packets.outer;
  header.version[row] = 0;
  header.src.fill(0, row * 4, row * 4 + 4);
  header.dst.fill(0, row * 4, row * 4 + 4);
  header.protocol[row] = 0;
  header.transport[row] = NO_TRANSPORT;
  clearTransport(header, row);
  header.ttl[row] = 0;
  header.ipLen[row] = 0;
  header.has[row] = 0;
}
