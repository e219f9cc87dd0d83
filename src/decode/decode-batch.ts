/**
 * Frames to packets: the whole of decoding, one call a batch. `decodeBatch(frames, packets)` fills every column of rows
 * 0..frames.count of `packets`; nothing is allocated per packet and nothing throws, whatever the bytes are.
 * To add a tunnel: name it in tunnel/tunnel.ts.
 */
import { DecodeStatus } from '../records/decode-status.js';
import { BATCH_ROWS, type FrameBatch } from '../records/frame-batch.js';
import { Has, type HeaderColumns, NO_TRANSPORT, NonIp, type PacketBatch } from '../records/packet-batch.js';
import { decodeCommonFrames } from './common-frames.js';
import { Cursor, EtherType } from './cursor.js';
import { decodeLink } from './link/link.js';
import { decodeNetwork } from './network/network.js';
import { openTunnel, Tunnel, tunnelOf } from './tunnel/tunnel.js';

/** IP headers opened in one frame; deeper nesting is left closed. Real networks stack two or three. */
const MAX_IP_HEADERS = 6;
/** Wire lengths beyond this are damage and only matter as "longer than captured"; keeps offsets small integers. */
const MAX_WIRE_BYTES = 0x3fff_ffff;

const cursor = new Cursor();
/** Rows the shortcut left over. */
let rest = new Uint16Array(BATCH_ROWS);

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
  if (rest.length < count) rest = new Uint16Array(frames.rows);
  const restCount = decodeCommonFrames(frames, packets, rest);
  for (let i = 0; i < restCount; i += 1) {
    const row = rest[i]!;
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
