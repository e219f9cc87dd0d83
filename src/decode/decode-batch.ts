/**
 * Frames to packets: the whole of decoding, one call a batch. `decodeBatch(frames, packets)` fills every column of rows
 * 0..frames.count of `packets`; nothing is allocated per packet and nothing throws, whatever the bytes are.
 * To add a tunnel: name it in openTunnel(), move the cursor to the inner header, set `cursor.etherType`.
 */
import { DecodeStatus } from '../records/decode-status.js';
import type { FrameBatch } from '../records/frame-batch.js';
import { type HeaderColumns, NO_TRANSPORT, NonIp, type PacketBatch } from '../records/packet-batch.js';
import { Cursor, EtherType } from './cursor.js';
import { decodeLink } from './link/link.js';
import { decodeNetwork } from './network/network.js';
import { isTunnel, openTunnel } from './network/tunnel.js';

/** IP headers opened in one frame; deeper nesting is left closed. Real networks stack two or three. */
const MAX_IP_HEADERS = 6;
/** Wire lengths beyond this are damage and only matter as "longer than captured"; keeps offsets small integers. */
const MAX_WIRE_BYTES = 0x3fff_ffff;

const cursor = new Cursor();

export function decodeBatch(frames: FrameBatch, packets: PacketBatch): void {
  const { view, count } = frames;
  if (count > packets.rows) throw new RangeError(`decodeBatch: ${count} frames into ${packets.rows} rows.`);
  packets.bytes = frames.bytes;
  packets.view = view;
  packets.count = count;
  packets.sec.set(count === frames.rows ? frames.sec : frames.sec.subarray(0, count));
  packets.nsec.set(count === frames.rows ? frames.nsec : frames.nsec.subarray(0, count));
  packets.wireLen.set(count === frames.rows ? frames.wireLen : frames.wireLen.subarray(0, count));
  packets.capLen.set(count === frames.rows ? frames.capLen : frames.capLen.subarray(0, count));
  packets.tunnelled.fill(0, 0, count);
  packets.nonIp.fill(NonIp.none, 0, count);
  packets.payloadAt.fill(0, 0, count);
  packets.payloadEnd.fill(0, 0, count);
  clearColumns(packets.outer, count);
  const { at, capLen, wireLen, linkType } = frames;
  for (let row = 0; row < count; row += 1) {
    const frameAt = at[row]!;
    cursor.at = frameAt;
    cursor.end = frameAt + capLen[row]!;
    cursor.wireEnd = frameAt + Math.min(wireLen[row]!, MAX_WIRE_BYTES);
    packets.status[row] = decodeFrame(view, linkType[row]!, packets, row);
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
  if (outerStatus !== DecodeStatus.ok || !isTunnel(packets.outer.transport[row]!)) return outerStatus;
  return decodeInner(view, packets, row);
}

/** The last IP header that is there wins `inner`; a broken one leaves the one before. */
function decodeInner(view: DataView, packets: PacketBatch, row: number): DecodeStatus {
  for (let headers = 1; headers < MAX_IP_HEADERS; headers += 1) {
    const opened = openTunnel(view, cursor);
    if (opened !== DecodeStatus.ok) return opened;
    if (cursor.etherType !== EtherType.ipv4 && cursor.etherType !== EtherType.ipv6) return DecodeStatus.ok;
    const versionBefore = packets.tunnelled[row] === 0 ? 0 : packets.inner.version[row]!;
    packets.inner.version[row] = 0;
    clearTransport(packets.inner, row);
    const status = decodeNetwork(view, cursor, packets.inner, packets, row);
    if (packets.inner.version[row] === 0) {
      packets.inner.version[row] = versionBefore;
      return status;
    }
    packets.tunnelled[row] = 1;
    if (status !== DecodeStatus.ok || !isTunnel(packets.inner.transport[row]!)) return status;
  }
  return DecodeStatus.unsupported;
}

function clearTransport(header: HeaderColumns, row: number): void {
  header.srcPort[row] = 0;
  header.dstPort[row] = 0;
  header.tcpFlags[row] = 0;
  header.tcpWindow[row] = 0;
  header.icmpType[row] = 0;
  header.icmpCode[row] = 0;
}

/** Rows are reused: nothing of the packet before may show through a header that is cut or missing. */
function clearColumns(header: HeaderColumns, count: number): void {
  header.version.fill(0, 0, count);
  header.src.fill(0, 0, count * 4);
  header.dst.fill(0, 0, count * 4);
  header.protocol.fill(0, 0, count);
  header.transport.fill(NO_TRANSPORT, 0, count);
  header.srcPort.fill(0, 0, count);
  header.dstPort.fill(0, 0, count);
  header.tcpFlags.fill(0, 0, count);
  header.tcpWindow.fill(0, 0, count);
  header.ttl.fill(0, 0, count);
  header.ipLen.fill(0, 0, count);
  header.icmpType.fill(0, 0, count);
  header.icmpCode.fill(0, 0, count);
  header.has.fill(0, 0, count);
}
