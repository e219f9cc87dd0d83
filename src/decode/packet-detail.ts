/**
 * What a sampled row is known by besides its columns: header fields that nobody counts, and a look at the payload. Called for a sampled row,
 * not for every packet. What the snap length cut is absent: a value is never made of a part. Of tunnelled rows the columns are those of the
 * outer header and the bytes those of the inner one, so nothing is read of their bytes.
 */
import { Has, type PacketBatch } from '../records/packet-batch.js';
import { Detail, type PacketDetails } from '../records/packet-details.js';
import type { PacketSamples } from '../records/packet-samples.js';
import type { TextKeeper } from '../records/text-keeper.js';
import { readDatagram } from './app/datagram-detail.js';
import { synSignature } from './app/syn-signature.js';
import { TcpOptions } from './app/tcp-options.js';
import { readPayload } from './payload-detail.js';

const TCP = 6;
const UDP = 17;
const V4_FRAGMENT_AT = 6;
const V4_DONT_FRAGMENT = 0x40;
const TCP_BYTES = 20;
const UDP_BYTES = 8;
const ACK = 0x10;
const LARGEST_LENGTH = 0xffff;

const options = new TcpOptions();

/** Fills the details of row `at` of `out` from row `row` of the batch, which must not have been filled again since. */
export function readDetail(batch: PacketBatch, row: number, out: PacketSamples, at: number, names: TextKeeper): void {
  const { details } = out;
  if (!out.hasDetails) return;
  clearRow(details, at);
  details.sec[at] = (batch.sec[row] as number) + (batch.nsec[row] as number) / 1e9;
  const { outer } = batch;
  if (outer.version[row] === 0) return;
  if (batch.tunnelled[row] !== 0) {
    details.known[at] = Detail.tunnelled;
    return;
  }
  readIp(batch, row, details, at);
  const has = outer.has[row] as number;
  if ((has & Has.laterFragment) !== 0) return;
  const transport = outer.transport[row];
  if (transport === TCP && (has & Has.tcpFlags) !== 0) readTcp(batch, row, details, at, names);
  if ((has & Has.payload) === 0) return;
  const isCounted = transport === TCP || transport === UDP;
  if (isCounted || (has & Has.icmp) !== 0) noteLength(details, at, lengthOf(batch, row));
  if (transport === TCP) readPayload(batch, row, lengthOf(batch, row), details, at, names);
  else if (transport === UDP) readUdp(batch, row, details, at, names);
}

/** `sec` is written by every row, cells behind a bit only matter with it; texts have no bit. */
function clearRow(details: PacketDetails, at: number): void {
  details.known[at] = 0;
  details.word[at] = 0;
  details.layoutOrZone[at] = 0;
  details.signatureOrMessage[at] = 0;
}

/** The fixed header is captured whole wherever a row has a version. */
function readIp({ bytes, outer, networkAt }: PacketBatch, row: number, details: PacketDetails, at: number): void {
  const ip = networkAt[row] as number;
  const first = bytes[ip] as number;
  details.known[at] = Detail.ip;
  if (outer.version[row] === 6) {
    details.tos[at] = ((first & 0x0f) << 4) | ((bytes[ip + 1] as number) >> 4);
    return;
  }
  details.tos[at] = bytes[ip + 1] as number;
  details.ipId[at] = u16(bytes, ip + 4);
  details.ipHeaderLength[at] = (first & 0x0f) << 2;
  if (((bytes[ip + V4_FRAGMENT_AT] as number) & V4_DONT_FRAGMENT) !== 0) details.known[at]! |= Detail.dontFragment;
}

/** With `Has.tcpFlags` there are sixteen bytes, with a payload the whole header. */
function readTcp(
  { bytes, outer, networkAt, transportAt, payloadAt, payloadEnd }: PacketBatch,
  row: number,
  details: PacketDetails,
  at: number,
  names: TextKeeper,
): void {
  const tcp = transportAt[row] as number;
  const flags = outer.tcpFlags[row] as number;
  details.known[at]! |= Detail.tcp;
  if ((flags & ACK) === 0 && !isZero32(bytes, tcp + 8)) details.known[at]! |= Detail.strayAck;
  if (isZero32(bytes, tcp + 4)) details.known[at]! |= Detail.zeroSequence;
  details.offsetOrLabel[at] = ((bytes[tcp + 12] as number) >> 4) << 2;
  if (((outer.has[row] as number) & Has.payload) === 0) return;
  details.known[at]! |= Detail.options;
  details.urgentOrEdns[at] = u16(bytes, tcp + 18);
  options.read(bytes, tcp + TCP_BYTES, payloadAt[row] as number);
  const { layout } = options;
  details.layoutOrZone[at] = names.keepText(layout);
  // An MSS of 0 is one that is there, so the words decide.
  if (layout.split(',').includes('mss')) {
    details.known[at]! |= Detail.mss;
    details.mssOrType[at] = options.mss;
  }
  const signature = synSignature(bytes, networkAt[row] as number, tcp, payloadEnd[row] as number);
  if (signature !== null) details.signatureOrMessage[at] = names.keepText(signature);
}

function readUdp(batch: PacketBatch, row: number, details: PacketDetails, at: number, names: TextKeeper): void {
  const { bytes, transportAt, payloadAt, payloadEnd } = batch;
  const udpLength = u16(bytes, (transportAt[row] as number) + 4);
  details.udpLength[at] = udpLength;
  details.known[at]! |= Detail.udpLength;
  const payload = payloadAt[row] as number;
  const end = payloadEnd[row] as number;
  const onWire = Math.min(lengthOf(batch, row), udpLength - UDP_BYTES);
  readPayload(batch, row, onWire, details, at, names);
  const isWhole = end - payload >= udpLength - UDP_BYTES;
  readDatagram(bytes, payload, end, isWhole, batch.outer, row, details, at, names);
}

/** Bytes behind the transport header by the IP length; below 0 when the length says less than the headers take. */
function lengthOf({ outer, bytes, networkAt, payloadAt, payloadEnd }: PacketBatch, row: number): number {
  const ip = networkAt[row] as number;
  const payload = payloadAt[row] as number;
  // 0: the network card segments later, so what was captured is all there is to go by.
  const isGiven = outer.version[row] === 4 ? outer.ipLen[row] !== 0 : u16(bytes, ip + 4) !== 0;
  return isGiven ? ip + (outer.ipLen[row] as number) - payload : (payloadEnd[row] as number) - payload;
}

function isZero32(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at]! | bytes[at + 1]! | bytes[at + 2]! | bytes[at + 3]!) & 0xff) === 0;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

function noteLength(details: PacketDetails, at: number, length: number): void {
  if (length < 0) return;
  details.payloadLength[at] = Math.min(length, LARGEST_LENGTH);
  details.known[at]! |= Detail.payloadLength;
}
