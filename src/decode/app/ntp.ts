/** NTP: time packets (RFC 5905 §7.3), mode 6 control (RFC 9327 §2), and mode 7, ntpd's private requests (its ntp_request.h). */
import { DecodeStatus } from '../../records/decode-status.js';

export const NTP_PORT = 123;

export const NtpMode = {
  symmetric: 1,
  passive: 2,
  client: 3,
  server: 4,
  broadcast: 5,
  control: 6,
  private: 7,
} as const;

/** Mode 7 requests for the list of clients, which is what amplifies: MON_GETLIST and MON_GETLIST_1. */
const MON_GETLIST = 20;
const MON_GETLIST_1 = 42;

const TIME_BYTES = 48;
const CONTROL_BYTES = 12;
const PRIVATE_BYTES = 8;

/** One packet, reused. Fields of other modes than the packet's are 0. */
export class NtpPacket {
  version = 0;
  /** `NtpMode`; 0 is reserved. */
  mode = 0;
  /** Modes 2 and 4, or the response bit of modes 6 and 7. Mode 5 is unasked. */
  isResponse = false;
  /** Modes 1 to 5: 0 and no warning for a kiss-o'-death. */
  stratum = 0;
  leap = 0;
  /** Mode 6: 1 read status, 2 read variables... */
  opcode = 0;
  /** Modes 6 and 7: more packets of this answer follow. */
  hasMore = false;
  /** Mode 7: which program's requests; 3 is XNTPD. */
  implementation = 0;
  /** Mode 7; 42 is monlist. */
  requestCode = 0;
  /** Mode 7: entries in the packet, and their size. */
  items = 0;
  itemBytes = 0;

  get isMonlist(): boolean {
    return this.mode === NtpMode.private && (this.requestCode === MON_GETLIST_1 || this.requestCode === MON_GETLIST);
  }
}

/** Payload of UDP. With `truncated` the fields of the first byte are set. */
export function decodeNtp(bytes: Uint8Array, at: number, end: number, out: NtpPacket): DecodeStatus {
  clear(out);
  if (at >= end) return DecodeStatus.truncated;
  const first = bytes[at]!;
  out.mode = first & 7;
  out.version = (first >> 3) & 7;
  if (out.version === 0 || out.mode === 0) return DecodeStatus.malformed;
  if (out.mode === NtpMode.private) return decodePrivate(bytes, at, end, out);
  if (out.mode === NtpMode.control) return decodeControl(bytes, at, end, out);
  out.isResponse = out.mode === NtpMode.server || out.mode === NtpMode.passive;
  out.leap = first >> 6;
  if (end - at < TIME_BYTES) return DecodeStatus.truncated;
  out.stratum = bytes[at + 1]!;
  return DecodeStatus.ok;
}

function decodeControl(bytes: Uint8Array, at: number, end: number, out: NtpPacket): DecodeStatus {
  if (end - at < CONTROL_BYTES) return DecodeStatus.truncated;
  const second = bytes[at + 1]!;
  out.isResponse = (second & 0x80) !== 0;
  out.hasMore = (second & 0x20) !== 0;
  out.opcode = second & 0x1f;
  return DecodeStatus.ok;
}

/** The first byte has the response bit and the more bit where others have the leap indicator. */
function decodePrivate(bytes: Uint8Array, at: number, end: number, out: NtpPacket): DecodeStatus {
  out.isResponse = (bytes[at]! & 0x80) !== 0;
  out.hasMore = (bytes[at]! & 0x40) !== 0;
  if (end - at < PRIVATE_BYTES) return DecodeStatus.truncated;
  out.implementation = bytes[at + 2]!;
  out.requestCode = bytes[at + 3]!;
  out.items = ((bytes[at + 4]! & 0x0f) << 8) | bytes[at + 5]!;
  out.itemBytes = ((bytes[at + 6]! & 0x0f) << 8) | bytes[at + 7]!;
  return DecodeStatus.ok;
}

function clear(out: NtpPacket): void {
  out.version = out.mode = out.stratum = out.leap = out.opcode = 0;
  out.isResponse = out.hasMore = false;
  out.implementation = out.requestCode = out.items = out.itemBytes = 0;
}
