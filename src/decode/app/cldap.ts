/** LDAP without connections, as Active Directory answers it: RFC 4511 §4 in a datagram each (RFC 1798), MS-ADTS §6.3.3 (LDAP ping). */
import { DecodeStatus } from '../../records/decode-status.js';
import { BerReader, BerTag } from './ber.js';
import { asciiBytes, ByteRange, equalsIgnoreCase } from './byte-range.js';

export const CLDAP_PORT = 389;

/** Application tags of RFC 4511 §4.2 to §4.12. */
export const LdapOperation = {
  bindRequest: 0x60,
  bindResponse: 0x61,
  unbindRequest: 0x42,
  searchRequest: 0x63,
  searchResultEntry: 0x64,
  searchResultDone: 0x65,
  searchResultReference: 0x73,
  abandonRequest: 0x50,
  extendedRequest: 0x77,
  extendedResponse: 0x78,
} as const;

const NETLOGON = asciiBytes('netlogon');
const KNOWN: readonly number[] = Object.values(LdapOperation);

/** One message, reused. */
export class CldapMessage {
  messageId = 0;
  /** `LdapOperation`; 0 until it is read. */
  operation = 0;
  /** A search from the root of the directory, or an entry of it: the root DSE. */
  isRootDse = false;
  /** The first attribute that a search asks for or an entry holds; not set when there is none. */
  readonly firstAttribute = new ByteRange();
  /** That attribute is "netlogon": an LDAP ping. */
  isNetlogon = false;

  get isResponse(): boolean {
    return (
      this.operation === LdapOperation.searchResultEntry ||
      this.operation === LdapOperation.searchResultDone ||
      this.operation === LdapOperation.searchResultReference ||
      this.operation === LdapOperation.bindResponse ||
      this.operation === LdapOperation.extendedResponse
    );
  }
}

const reader = new BerReader();

/** Payload of UDP: the first message of it. With `truncated` the fields in front of the cut are set. */
export function decodeCldap(bytes: Uint8Array, at: number, end: number, out: CldapMessage): DecodeStatus {
  clear(out);
  reader.begin(bytes, at, end);
  const isRead = readMessage(out);
  const { isCut } = reader;
  reader.release();
  if (out.firstAttribute.isSet) {
    out.isNetlogon = equalsIgnoreCase(bytes, out.firstAttribute.at, out.firstAttribute.end, NETLOGON);
  }
  return isCut ? DecodeStatus.truncated : isRead ? DecodeStatus.ok : DecodeStatus.malformed;
}

function readMessage(out: CldapMessage): boolean {
  if (!reader.take(BerTag.sequence)) return false;
  reader.enter();
  if (!reader.take(BerTag.integer)) return false;
  const messageId = reader.integer();
  if (!reader.next()) return false;
  // CLDAP of RFC 1798 §2 has a user name here.
  if (reader.tag === BerTag.octetString && !reader.next()) return false;
  if (!KNOWN.includes(reader.tag)) return reader.refuse();
  out.messageId = messageId;
  out.operation = reader.tag;
  reader.enter();
  if (out.operation === LdapOperation.searchRequest) return readSearch(out);
  return out.operation === LdapOperation.searchResultEntry ? readEntry(out) : true;
}

/** Base, scope, aliases, two limits, types only, filter, attributes (§4.5.1). */
function readSearch(out: CldapMessage): boolean {
  if (!reader.take(BerTag.octetString)) return false;
  const isRoot = reader.valueAt === reader.valueEnd;
  const isHead =
    reader.take(BerTag.enumerated) &&
    reader.take(BerTag.enumerated) &&
    reader.take(BerTag.integer) &&
    reader.take(BerTag.integer) &&
    reader.take(BerTag.boolean);
  if (!isHead) return false;
  out.isRootDse = isRoot;
  if (!reader.next() || !reader.take(BerTag.sequence)) return false;
  reader.enter();
  return readFirstAttribute(out);
}

/** Name, then attributes, each a type and a set of values (§4.5.2). */
function readEntry(out: CldapMessage): boolean {
  if (!reader.take(BerTag.octetString)) return false;
  out.isRootDse = reader.valueAt === reader.valueEnd;
  if (!reader.take(BerTag.sequence)) return false;
  reader.enter();
  if (reader.isAtEnd) return true;
  if (!reader.take(BerTag.sequence)) return false;
  reader.enter();
  return readFirstAttribute(out);
}

function readFirstAttribute(out: CldapMessage): boolean {
  if (reader.isAtEnd) return true;
  if (!reader.take(BerTag.octetString)) return false;
  out.firstAttribute.set(reader.valueAt, reader.valueEnd);
  return true;
}

function clear(out: CldapMessage): void {
  out.messageId = out.operation = 0;
  out.isRootDse = out.isNetlogon = false;
  out.firstAttribute.clear();
}
