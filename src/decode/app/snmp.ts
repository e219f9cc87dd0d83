/** SNMP messages over UDP: versions 1 and 2c (RFC 1157 §4, RFC 1901 §3), 3 (RFC 3412 §6); PDUs of RFC 3416 §3. */
import { DecodeStatus } from '../../records/decode-status.js';
import { BerReader, BerTag } from './ber.js';
import { ByteRange } from './byte-range.js';

export const SNMP_PORT = 161;
export const SNMP_TRAP_PORT = 162;

/** Tags of the PDUs. */
export const SnmpPdu = {
  getRequest: 0xa0,
  getNextRequest: 0xa1,
  response: 0xa2,
  setRequest: 0xa3,
  trapV1: 0xa4,
  getBulkRequest: 0xa5,
  informRequest: 0xa6,
  trap: 0xa7,
  report: 0xa8,
} as const;

const VERSION_3 = 3;
const ENCRYPTED = 0x02;

/** One message, reused. */
export class SnmpMessage {
  /** As on the wire: 0 is version 1, 1 is 2c, 3 is 3. -1 until it is read. */
  version = -1;
  /** Of versions 1 and 2c. */
  readonly community = new ByteRange();
  /** `SnmpPdu`; 0 when it was not reached or is encrypted. */
  pdu = 0;
  requestId = 0;
  /** getBulkRequest: rows wanted; other PDUs have the error status here. */
  nonRepeatersOrError = 0;
  maxRepetitions = 0;
  /** Version 3: the PDU cannot be read. */
  isEncrypted = false;

  get isResponse(): boolean {
    return this.pdu === SnmpPdu.response || this.pdu === SnmpPdu.report;
  }
}

const reader = new BerReader();

/** Payload of UDP. With `truncated` the fields in front of the cut are set: a datagram's first fragment says what it is. */
export function decodeSnmp(bytes: Uint8Array, at: number, end: number, out: SnmpMessage): DecodeStatus {
  clear(out);
  reader.begin(bytes, at, end);
  const isRead = readMessage(bytes, out);
  const { isCut } = reader;
  reader.release();
  return isCut ? DecodeStatus.truncated : isRead ? DecodeStatus.ok : DecodeStatus.malformed;
}

function readMessage(bytes: Uint8Array, out: SnmpMessage): boolean {
  if (!reader.take(BerTag.sequence)) return false;
  reader.enter();
  if (!reader.take(BerTag.integer)) return false;
  const version = reader.integer();
  if (version < 0 || version > VERSION_3 || version === 2) return reader.refuse();
  out.version = version;
  if (version === VERSION_3) return readVersion3(bytes, out);
  if (!reader.take(BerTag.octetString)) return false;
  out.community.set(reader.valueAt, reader.valueEnd);
  return readPdu(out);
}

/** Global data, security parameters, then the scoped PDU: context engine, context name, PDU. */
function readVersion3(bytes: Uint8Array, out: SnmpMessage): boolean {
  if (!reader.take(BerTag.sequence)) return false;
  out.isEncrypted = (flagsOf(bytes, reader.valueAt, reader.valueEnd) & ENCRYPTED) !== 0;
  if (!reader.take(BerTag.octetString)) return false;
  if (out.isEncrypted) return reader.take(BerTag.octetString);
  if (!reader.take(BerTag.sequence)) return false;
  reader.enter();
  return reader.take(BerTag.octetString) && reader.take(BerTag.octetString) && readPdu(out);
}

const flagsReader = new BerReader();

/** msgID, msgMaxSize, msgFlags: one byte. */
function flagsOf(bytes: Uint8Array, at: number, end: number): number {
  flagsReader.begin(bytes, at, end);
  const isThere =
    flagsReader.take(BerTag.integer) && flagsReader.take(BerTag.integer) && flagsReader.take(BerTag.octetString);
  const flags = isThere && flagsReader.valueAt < flagsReader.valueEnd ? bytes[flagsReader.valueAt]! : 0;
  flagsReader.release();
  return flags;
}

function readPdu(out: SnmpMessage): boolean {
  if (!reader.next()) return false;
  if (reader.tag < SnmpPdu.getRequest || reader.tag > SnmpPdu.report) return reader.refuse();
  out.pdu = reader.tag;
  if (out.pdu === SnmpPdu.trapV1) return true; // another form, without the three numbers
  reader.enter();
  if (!reader.take(BerTag.integer)) return false;
  out.requestId = reader.integer();
  if (!reader.take(BerTag.integer)) return false;
  out.nonRepeatersOrError = reader.integer();
  if (!reader.take(BerTag.integer)) return false;
  if (out.pdu === SnmpPdu.getBulkRequest) out.maxRepetitions = reader.integer();
  return true;
}

function clear(out: SnmpMessage): void {
  out.version = -1;
  out.community.clear();
  out.pdu = out.requestId = out.nonRepeatersOrError = out.maxRepetitions = 0;
  out.isEncrypted = false;
}
