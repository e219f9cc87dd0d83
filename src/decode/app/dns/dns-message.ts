/**
 * DNS messages: header, questions, EDNS. RFC 1035 §4.1, RFC 6891 §6.1. Multicast DNS (RFC 6762 §18) and LLMNR (RFC 4795 §2.1.1)
 * have the same form; NetBIOS names on port 137 (RFC 1002 §4.2) are encoded otherwise and are no DNS.
 */
import { DecodeStatus } from '../../../records/decode-status.js';
import { DnsNameReader, NameStatus, skipName } from './dns-name.js';

export const DnsType = { a: 1, ns: 2, cname: 5, txt: 16, opt: 41, rrsig: 46, dnskey: 48, any: 255 } as const;

const HEADER_BYTES = 12;
/** Type and class of a question. */
const QUESTION_TAIL_BYTES = 4;
/** Type, class, TTL and length of a resource record. */
const RECORD_TAIL_BYTES = 10;
const TCP_LENGTH_BYTES = 2;
const EDNS_DO = 0x8000;
const RESPONSE_BIT = 0x8000;
const OPCODE_BITS = 0x7800;

/** One message, reused. What `decodeDns` says about it decides which fields hold something. */
export class DnsMessage {
  id = 0;
  isResponse = false;
  opcode = 0;
  /** Four bits of the header and, with EDNS, the eight above (RFC 6891 §6.1.3). */
  rcode = 0;
  isAuthoritative = false;
  /** TC: the sender left something out. */
  isTruncated = false;
  recursionDesired = false;
  recursionAvailable = false;
  authenticData = false;
  checkingDisabled = false;
  /** As the header says; there may be fewer. */
  questions = 0;
  answers = 0;
  authorities = 0;
  additionals = 0;

  /** The fields below, up to EDNS, are of a complete question. */
  hasQuestion = false;
  /** The question's name on the wire, [nameAt, nameEnd), its pointer not followed. */
  nameAt = 0;
  nameEnd = 0;
  qtype = 0;
  qclass = 0;

  /** An OPT record was reached among the additional records. */
  hasEdns = false;
  ednsVersion = 0;
  /** What the sender can take over UDP. */
  ednsUdpBytes = 0;
  /** DNSSEC records wanted (RFC 3225). */
  ednsDo = false;

  /** Offset of the header; questions left behind the current one, which begin at `nextAt`. For `nextDnsQuestion`. */
  messageAt = 0;
  questionsLeft = 0;
  nextAt = 0;

  readonly #reader = new DnsNameReader();

  /** Presentation form of the question's name in UTF-8, as tshark prints dns.qry.name; valid up to `nameLength`. */
  get name(): Uint8Array {
    return this.#reader.text;
  }

  get nameLength(): number {
    return this.#reader.length;
  }

  /** Of the question's name, the root not counted; 0 when the name was refused. */
  get labels(): number {
    return this.#reader.labels;
  }

  /** Octets of the question's name without compression, 1 for the root; 0 when the name was refused. */
  get nameWireBytes(): number {
    return this.#reader.wireBytes;
  }

  /** Reads the question at `nextAt`. */
  readQuestion(bytes: Uint8Array, end: number): DecodeStatus {
    this.hasQuestion = false;
    this.questionsLeft -= 1;
    const reader = this.#reader;
    const status = reader.read(bytes, this.messageAt, this.nextAt, end);
    if (status === NameStatus.cut || status === NameStatus.broken) {
      this.questionsLeft = 0;
      return status === NameStatus.cut ? DecodeStatus.truncated : DecodeStatus.malformed;
    }
    const at = reader.nextAt;
    if (at + QUESTION_TAIL_BYTES > end) {
      this.questionsLeft = 0;
      return DecodeStatus.truncated;
    }
    this.nameAt = this.nextAt;
    this.nameEnd = at;
    this.qtype = u16(bytes, at);
    this.qclass = u16(bytes, at + 2);
    this.hasQuestion = true;
    this.nextAt = at + QUESTION_TAIL_BYTES;
    return status === NameStatus.ok ? DecodeStatus.ok : DecodeStatus.malformed;
  }
}

/**
 * The message at `bytes[at, end)` into `out`: payload of UDP, or of TCP behind the length (`dnsTcpLength`). Never throws, never
 * allocates; the work is linear in the length. `truncated`: the message goes on beyond `end`, because the snap length cut it or
 * because it counts more than it holds. With any status the header's fields are those of the message when it has twelve bytes
 * and zero else, and `hasQuestion` says whether a question could be read, as it can in front of broken records. A name that is
 * refused (a loop, a pointer forwards, too long) makes the message malformed and has a stand-in, as in tshark.
 */
export function decodeDns(bytes: Uint8Array, at: number, end: number, out: DnsMessage): DecodeStatus {
  clear(out);
  if (end - at < HEADER_BYTES) return DecodeStatus.truncated;
  readHeader(bytes, at, out);
  out.messageAt = at;
  out.nextAt = at + HEADER_BYTES;
  out.questionsLeft = out.questions;
  if (out.questions > 0) {
    const status = out.readQuestion(bytes, end);
    if (status !== DecodeStatus.ok) return status;
  }
  return readRecords(bytes, end, out);
}

/**
 * Goes on to the next question of a message with several, which tshark lists as well: name, type and class in `out` become
 * those of the next question. False when there is none, or none that is complete; `hasQuestion` then is false too.
 */
export function nextDnsQuestion(bytes: Uint8Array, end: number, out: DnsMessage): boolean {
  if (out.questionsLeft <= 0) {
    out.hasQuestion = false;
    return false;
  }
  out.readQuestion(bytes, end);
  return out.hasQuestion;
}

/**
 * The header of a message on a port that is not DNS's: a plain query of one question, or a response, with counts a server would
 * have. tshark 4.0 takes UDP of any unknown port for DNS by this rule and looks no further; DNSCrypt on port 443 needs it.
 */
export function looksLikeDns(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at <= HEADER_BYTES) return false;
  const flags = u16(bytes, at + 2);
  if ((flags & OPCODE_BITS) !== 0) return false;
  if (u16(bytes, at + 8) > 10 || u16(bytes, at + 10) > 10) return false;
  const questions = u16(bytes, at + 4);
  const answers = u16(bytes, at + 6);
  if ((flags & RESPONSE_BIT) !== 0) return questions <= 1 && answers <= 100;
  return questions === 1 && answers === 0 && u16(bytes, at + 8) === 0;
}

/** Bytes of the message behind the length that precedes it in TCP (RFC 1035 §4.2.2); -1 while the length is not there. */
export function dnsTcpLength(bytes: Uint8Array, at: number, end: number): number {
  return end - at < TCP_LENGTH_BYTES ? -1 : u16(bytes, at);
}

function clear(out: DnsMessage): void {
  out.id = out.opcode = out.rcode = 0;
  out.isResponse = out.isAuthoritative = out.isTruncated = false;
  out.recursionDesired = out.recursionAvailable = out.authenticData = out.checkingDisabled = false;
  out.questions = out.answers = out.authorities = out.additionals = 0;
  out.hasQuestion = false;
  out.hasEdns = out.ednsDo = false;
  out.ednsVersion = out.ednsUdpBytes = 0;
  out.questionsLeft = 0;
}

function readHeader(bytes: Uint8Array, at: number, out: DnsMessage): void {
  out.id = u16(bytes, at);
  const flags = u16(bytes, at + 2);
  out.isResponse = (flags & RESPONSE_BIT) !== 0;
  out.opcode = (flags >> 11) & 15;
  out.isAuthoritative = (flags & 0x0400) !== 0;
  out.isTruncated = (flags & 0x0200) !== 0;
  out.recursionDesired = (flags & 0x0100) !== 0;
  out.recursionAvailable = (flags & 0x0080) !== 0;
  out.authenticData = (flags & 0x0020) !== 0;
  out.checkingDisabled = (flags & 0x0010) !== 0;
  out.rcode = flags & 15;
  out.questions = u16(bytes, at + 4);
  out.answers = u16(bytes, at + 6);
  out.authorities = u16(bytes, at + 8);
  out.additionals = u16(bytes, at + 10);
}

/** Steps over the other questions and all records in search of EDNS. Each step takes five bytes or more, so counts cannot make it long. */
function readRecords(bytes: Uint8Array, end: number, out: DnsMessage): DecodeStatus {
  let at = out.nextAt;
  for (let left = out.questionsLeft; left > 0; left -= 1) {
    at = skipName(bytes, at, end);
    if (at < 0) return DecodeStatus.malformed;
    at += QUESTION_TAIL_BYTES;
    if (at > end) return DecodeStatus.truncated;
  }
  const before = out.answers + out.authorities;
  const records = before + out.additionals;
  for (let record = 0; record < records; record += 1) {
    const nameAt = at;
    at = skipName(bytes, at, end);
    if (at < 0) return DecodeStatus.malformed;
    if (at + RECORD_TAIL_BYTES > end) return DecodeStatus.truncated;
    const isRoot = at === nameAt + 1;
    if (record >= before && isRoot && u16(bytes, at) === DnsType.opt && !out.hasEdns) readEdns(bytes, at, out);
    at += RECORD_TAIL_BYTES + u16(bytes, at + 8);
    if (at > end) return DecodeStatus.truncated;
  }
  return DecodeStatus.ok;
}

/** OPT has the UDP size for a class, and for a TTL the extended code, a version and flags (RFC 6891 §6.1.2, §6.1.3). */
function readEdns(bytes: Uint8Array, at: number, out: DnsMessage): void {
  out.hasEdns = true;
  out.ednsUdpBytes = u16(bytes, at + 2);
  out.rcode |= bytes[at + 4]! << 4;
  out.ednsVersion = bytes[at + 5]!;
  out.ednsDo = (u16(bytes, at + 6) & EDNS_DO) !== 0;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
