/** STUN and TURN messages over UDP: RFC 8489 §5; RFC 3489 §11.1 for those without the magic cookie. */
import { DecodeStatus } from '../../records/decode-status.js';

export const STUN_PORT = 3478;

export const StunClass = { request: 0, indication: 1, success: 2, error: 3 } as const;

const HEADER_BYTES = 20;
const MAGIC_COOKIE = 0x2112a442;

/** One message, reused. */
export class StunMessage {
  /** `StunClass`. */
  messageClass = 0;
  /** 1 is Binding, 3 Allocate (IANA "STUN Methods"). */
  method = 0;
  /** Of the attributes, as the header says. */
  attributeBytes = 0;
  /** Else the message is of RFC 3489, or no STUN. */
  hasMagicCookie = false;
  /** Sixteen bytes, with the cookie, which RFC 3489 counted to it. */
  transactionAt = 0;

  get isResponse(): boolean {
    return this.messageClass >= StunClass.success;
  }
}

export function decodeStun(bytes: Uint8Array, at: number, end: number, out: StunMessage): DecodeStatus {
  out.messageClass = out.method = out.attributeBytes = out.transactionAt = 0;
  out.hasMagicCookie = false;
  if (at < end && (bytes[at]! & 0xc0) !== 0) return DecodeStatus.malformed;
  if (end - at < HEADER_BYTES) return DecodeStatus.truncated;
  const type = (bytes[at]! << 8) | bytes[at + 1]!;
  out.messageClass = ((type >> 7) & 2) | ((type >> 4) & 1);
  // §5, figure 3: the two bits of the class lie between those of the method.
  out.method = (type & 0x000f) | ((type & 0x00e0) >> 1) | ((type & 0x3e00) >> 2);
  out.attributeBytes = (bytes[at + 2]! << 8) | bytes[at + 3]!;
  out.transactionAt = at + 4;
  const cookie = (bytes[at + 4]! << 24) | (bytes[at + 5]! << 16) | (bytes[at + 6]! << 8) | bytes[at + 7]!;
  out.hasMagicCookie = cookie === MAGIC_COOKIE;
  // §5 wants a multiple of four; WhatsApp sends 106 with the cookie. Without the cookie it would be no sign of STUN at all.
  if ((out.attributeBytes & 3) !== 0 && !out.hasMagicCookie) return DecodeStatus.malformed;
  return HEADER_BYTES + out.attributeBytes > end - at ? DecodeStatus.truncated : DecodeStatus.ok;
}
