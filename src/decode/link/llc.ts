/** IEEE 802.2 LLC, RFC 1042: IP behind SNAP with the EtherType, behind service access point 0x06, or behind 0xfe and an NLPID. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { takeNlpid } from './nlpid.js';
import { takeSnap } from './snap.js';

const LLC_BYTES = 3;
const CONTROL_AT = 2;
const SAP_SNAP = 0xaa;
const SAP_IP = 0x06;
/** ISO network layer (RFC 2684 §5.1). */
const SAP_OSI = 0xfe;
const UNNUMBERED_INFORMATION = 0x03;
/** Information frames have a zero here, and two control bytes. */
const NO_INFORMATION_BIT = 1;
/** RFC 2684 §5.2; also where bridged frames are not on ATM, as tshark reads them. */
const BRIDGED_PAD_BYTES = 2;

export function decodeLlc(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < LLC_BYTES) return missing(cursor, LLC_BYTES);
  const control = view.getUint8(at + CONTROL_AT);
  // Others are commands (XID, TEST, supervision), which carry no packet.
  if (control !== UNNUMBERED_INFORMATION && (control & NO_INFORMATION_BIT) !== 0) return DecodeStatus.ok;
  const bytes = control === UNNUMBERED_INFORMATION ? LLC_BYTES : LLC_BYTES + 1;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  const target = view.getUint8(at);
  if (target === SAP_SNAP && view.getUint8(at + 1) === SAP_SNAP) return takeSnap(view, cursor, BRIDGED_PAD_BYTES);
  if (target === SAP_OSI) return takeNlpid(view, cursor);
  if (target === SAP_IP) cursor.etherType = EtherType.ipv4;
  return DecodeStatus.ok;
}
