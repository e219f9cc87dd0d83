/** ATM: LLC (LINKTYPE_ATM_RFC1483, RFC 2684), classical IP of Linux (LINKTYPE_ATM_CLIP, RFC 2225), and what SunATM writes (LINKTYPE_SUNATM). */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeLlc } from './llc.js';
import { decodeRaw, isIpVersion } from './raw.js';

const LLC_SNAP_START = 0xaaaa;
const SUN_BYTES = 4;
const SUN_KIND_MASK = 0x0f;
const SUN_LANE = 0x01;
const SUN_ILMI = 0x05;
const SUN_SIGNALLING = 0x06;
/** LAN emulation: two bytes in front of the frame; control frames say 0xff00 there (ATM Forum, af-lane-0021). */
const LANE_BYTES = 2;
const LANE_CONTROL = 0xff00;

/** Where the link is classical IP only, there is no LLC header. */
export function decodeAtmClip(view: DataView, cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < 2) return missing(cursor, 2);
  return view.getUint16(cursor.at, false) === LLC_SNAP_START ? decodeLlc(view, cursor) : decodeRaw(view, cursor);
}

export function decodeSunAtm(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < SUN_BYTES) return missing(cursor, SUN_BYTES);
  const kind = view.getUint8(at) & SUN_KIND_MASK;
  cursor.at = at + SUN_BYTES;
  if (kind === SUN_ILMI || kind === SUN_SIGNALLING) return DecodeStatus.ok;
  if (kind === SUN_LANE) return skipLane(view, cursor);
  return isIpVersion(view, cursor) ? decodeRaw(view, cursor) : decodeLlc(view, cursor);
}

function skipLane(view: DataView, cursor: Cursor): DecodeStatus {
  if (cursor.end - cursor.at < LANE_BYTES) return missing(cursor, LANE_BYTES);
  if (view.getUint16(cursor.at, false) !== LANE_CONTROL) cursor.etherType = EtherType.transparentBridging;
  cursor.at += LANE_BYTES;
  return DecodeStatus.ok;
}
