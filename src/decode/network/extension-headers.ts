/**
 * IPv6 extension headers and the IP authentication header, up to the transport header. RFC 8200 §4, RFC 4302, RFC 5533 (shim6).
 * Behind IPv4 as well: the numbers are protocol numbers there, and such packets are only ever crafted.
 */
import { DecodeStatus } from '../../records/decode-status.js';
import { Has, type HeaderColumns } from '../../records/packet-batch.js';
import { type Cursor, IpProtocol, missing } from '../cursor.js';

/** RFC 8200 §4.1 names eight at most; more is an attempt to burn time. */
const MAX_EXTENSION_HEADERS = 16;
const UNIT_BYTES = 8;
const LENGTH_AT = 1;
const FRAGMENT_OFFSET_AT = 2;
const FRAGMENT_ID_AT = 4;
const FRAGMENT_OFFSET_MASK = 0xfff8;
const MORE_FRAGMENTS = 1;

export function isExtensionHeader(protocol: number): boolean {
  switch (protocol) {
    case IpProtocol.hopByHop:
    case IpProtocol.routing:
    case IpProtocol.fragment:
    case IpProtocol.authentication:
    case IpProtocol.destinationOptions:
    case IpProtocol.shim6:
      return true;
    default:
      return false;
  }
}

/** Moves the cursor behind all extension headers, or to its end when nothing readable follows (a later fragment). */
export function skipExtensionHeaders(view: DataView, cursor: Cursor, header: HeaderColumns, row: number): DecodeStatus {
  for (let headers = 0; isExtensionHeader(cursor.protocol); headers += 1) {
    if (headers === MAX_EXTENSION_HEADERS) return DecodeStatus.unsupported;
    const at = cursor.at;
    if (cursor.end - at < UNIT_BYTES) return missing(cursor, UNIT_BYTES);
    const kind = cursor.protocol;
    const length = view.getUint8(at + LENGTH_AT);
    let bytes = (length + 1) * UNIT_BYTES;
    cursor.protocol = view.getUint8(at);
    if (kind === IpProtocol.authentication) bytes = (length + 2) * 4;
    else if (kind === IpProtocol.fragment) {
      bytes = UNIT_BYTES;
      cursor.fragmentId = view.getInt32(at + FRAGMENT_ID_AT, false);
      if (noteFragment(header, row, view.getUint16(at + FRAGMENT_OFFSET_AT, false))) {
        cursor.at = cursor.end;
        return DecodeStatus.ok;
      }
    }
    if (cursor.end - at < bytes) return missing(cursor, bytes);
    cursor.at = at + bytes;
  }
  return DecodeStatus.ok;
}

/** True when it is a later fragment, behind which no header follows. */
function noteFragment(header: HeaderColumns, row: number, field: number): boolean {
  const isLater = (field & FRAGMENT_OFFSET_MASK) !== 0;
  const kind = isLater ? Has.laterFragment : (field & MORE_FRAGMENTS) !== 0 ? Has.firstFragment : Has.atomicFragment;
  header.has[row] = (header.has[row]! & ~(Has.laterFragment | Has.firstFragment | Has.atomicFragment)) | kind;
  return isLater;
}
