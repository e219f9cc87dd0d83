/** Network layer protocol identifiers (ISO/IEC TR 9577) that lead to IP: RFC 2427 §5 for Frame Relay, RFC 2684 for ATM. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodePppProtocol } from './ppp.js';

const IPV6 = 0x8e;
const IPV4 = 0xcc;
/** RFC 1973 §3: without the address and control bytes. */
const PPP = 0xcf;

/** The identifier at `cursor.at`, and the cursor behind it. */
export function takeNlpid(view: DataView, cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < 1) return missing(cursor, 1);
  const nlpid = view.getUint8(cursor.at);
  cursor.at += 1;
  if (nlpid === PPP) return decodePppProtocol(view, cursor);
  if (nlpid === IPV4) cursor.etherType = EtherType.ipv4;
  else if (nlpid === IPV6) cursor.etherType = EtherType.ipv6;
  return DecodeStatus.ok;
}
