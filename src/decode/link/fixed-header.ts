/**
 * Headers of one length with an EtherType in them: Apple's IP over IEEE 1394 (LINKTYPE_APPLE_IP_OVER_IEEE1394: two addresses of
 * eight bytes), IP over InfiniBand (LINKTYPE_IPOIB: 40 bytes of global route, RFC 4391 §6); and IP over Fibre Channel
 * (LINKTYPE_IP_OVER_FC: two addresses of eight bytes, RFC 4338), where LLC follows.
 */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';

const IEEE_1394_BYTES = 18;
const IEEE_1394_TYPE_AT = 16;
const INFINIBAND_BYTES = 44;
const INFINIBAND_TYPE_AT = 40;
const FIBRE_CHANNEL_BYTES = 16;

export function decodeIeee1394(view: DataView, cursor: Cursor): DecodeStatus {
  return take(view, cursor, IEEE_1394_BYTES, IEEE_1394_TYPE_AT);
}

export function decodeIpOverInfiniband(view: DataView, cursor: Cursor): DecodeStatus {
  return take(view, cursor, INFINIBAND_BYTES, INFINIBAND_TYPE_AT);
}

export function decodeIpOverFibreChannel(cursor: Cursor): DecodeStatus {
  return skipTo(cursor, FIBRE_CHANNEL_BYTES, EtherType.llc);
}

/** Leaves out `bytes`; `etherType` names what follows. */
export function skipTo(cursor: Cursor, bytes: number, etherType: number): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < bytes) return missing(cursor, bytes);
  cursor.at += bytes;
  cursor.etherType = etherType;
  return DecodeStatus.ok;
}

function take(view: DataView, cursor: Cursor, bytes: number, typeAt: number): DecodeStatus {
  const at = cursor.at;
  const status = skipTo(cursor, bytes, EtherType.other);
  if (status === DecodeStatus.ok) cursor.etherType = view.getUint16(at + typeAt, false);
  return status;
}
