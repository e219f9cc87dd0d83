/** What Juniper's ATM and multilink cards write in front of a packet; where no cookie says what follows, the first bytes are looked at. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { JuniperProtocol, takeJuniperProtocol } from './juniper-protocol.js';
import { isIpVersion, takeVersion } from './raw.js';

const ATM1_COOKIE_BYTES = 4;
const ATM2_COOKIE_BYTES = 8;
const ATM1_OAM = 0x80;
const ATM2_OAM_AT = 7;
const ATM2_OAM_MASK = 0x70;
const ATM2_GAP_COUNT_MASK = 0x3f_c000;
const LLC_OSI = 0xfefe03;
const LLC_SNAP = 0xaaaa03;
const UNNUMBERED_INFORMATION = 0x03;

const COOKIE_LS = 0x54;
const COOKIE_APOLLO = 0x40;
const COOKIE_LSQ = 0x47;
const LS_COOKIE_BYTES = 4;
const AS_COOKIE_BYTES = 8;
const ML_COOKIE_BYTES = 2;
const LSQ_DIRECTION_AT = 4;
const LSQ_DIRECTION_MASK = 0x03;
const LSQ_PROTOCOL_AT = 5;
const LSQ_PROTOCOL_MASK = 0xf0;
const HDLC_ADDRESS_CONTROL = 0xff03;

export function skipAtmCookie(view: DataView, cursor: Cursor, isAtm2: boolean, isIncoming: boolean): DecodeStatus {
  const at = cursor.at;
  const bytes = isAtm2 ? ATM2_COOKIE_BYTES : ATM1_COOKIE_BYTES;
  if (cursor.end - at < bytes + 3) return missing(cursor, bytes + 3);
  cursor.at = at + bytes;
  const isOam = isAtm2 ? (view.getUint8(at + ATM2_OAM_AT) & ATM2_OAM_MASK) !== 0 : view.getUint8(at) === ATM1_OAM;
  if (isOam) return DecodeStatus.ok;
  const start = (view.getUint16(cursor.at, false) << 8) | view.getUint8(cursor.at + 2);
  if (start === LLC_OSI || start === LLC_SNAP) {
    cursor.etherType = EtherType.llc;
    return DecodeStatus.ok;
  }
  if (isAtm2 && !isIncoming && (view.getUint32(at, false) & ATM2_GAP_COUNT_MASK) !== 0) {
    cursor.etherType = EtherType.transparentBridging;
    return DecodeStatus.ok;
  }
  if (isAtm2 && isPppProtocol(start >>> 8)) return takeJuniperProtocol(view, cursor, JuniperProtocol.ppp);
  if (start >>> 16 === UNNUMBERED_INFORMATION) {
    cursor.at += 1;
    return takeJuniperProtocol(view, cursor, JuniperProtocol.iso);
  }
  if (isIpVersion(view, cursor)) takeVersion(view, cursor);
  return DecodeStatus.ok;
}

/** Multilink PPP, or multilink Frame Relay, where only what a cookie names is opened. */
export function decodeMultilinkCookie(
  view: DataView,
  cursor: Cursor,
  isPpp: boolean,
  isIncoming: boolean,
): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < AS_COOKIE_BYTES) return missing(cursor, AS_COOKIE_BYTES);
  switch (view.getUint8(at)) {
    case COOKIE_LS:
      cursor.at = at + LS_COOKIE_BYTES;
      return isPpp ? takeJuniperProtocol(view, cursor, JuniperProtocol.ppp) : decodeFrameRelayBundle(view, cursor);
    case COOKIE_APOLLO:
    case COOKIE_LSQ:
      cursor.at = at + AS_COOKIE_BYTES;
      return takeJuniperProtocol(view, cursor, protocolOfCookie(view, at, isPpp, isIncoming));
    default:
      return isPpp ? guessPpp(view, cursor) : guessIso(view, cursor);
  }
}

/** IS-IS over PPP comes without the direction bits of IPv4. */
function protocolOfCookie(view: DataView, at: number, isPpp: boolean, isIncoming: boolean): number {
  const isFromEngine = (view.getUint8(at + LSQ_DIRECTION_AT) & LSQ_DIRECTION_MASK) === LSQ_DIRECTION_MASK;
  switch (view.getUint8(at + LSQ_PROTOCOL_AT) & LSQ_PROTOCOL_MASK) {
    case 0x00:
      if (isPpp) return isIncoming && !isFromEngine ? JuniperProtocol.ppp : JuniperProtocol.ipv4;
      return isFromEngine ? JuniperProtocol.unknown : JuniperProtocol.ipv4;
    case 0x10:
      return JuniperProtocol.ipv6;
    case 0x20:
      return JuniperProtocol.mpls;
    case 0x30:
      return JuniperProtocol.iso;
    default:
      return JuniperProtocol.unknown;
  }
}

/** Control bytes, with or without padding, then an NLPID. */
function decodeFrameRelayBundle(view: DataView, cursor: Cursor): DecodeStatus {
  if (cursor.end - cursor.at < 2) return missing(cursor, 2);
  const start = view.getUint16(cursor.at, false);
  if (start === UNNUMBERED_INFORMATION || start === UNNUMBERED_INFORMATION << 8) cursor.at += 2;
  if (cursor.at < cursor.end && view.getUint8(cursor.at) === UNNUMBERED_INFORMATION) cursor.at += 1;
  return takeJuniperProtocol(view, cursor, JuniperProtocol.iso);
}

/** With the bytes of HDLC, or behind a cookie of two bytes, or bare. */
function guessPpp(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (view.getUint16(at, false) === HDLC_ADDRESS_CONTROL) cursor.at = at + 2;
  else if (isPppProtocol(view.getUint16(at + ML_COOKIE_BYTES, false))) cursor.at = at + ML_COOKIE_BYTES;
  else if (!isPppProtocol(view.getUint16(at, false))) return DecodeStatus.ok;
  return takeJuniperProtocol(view, cursor, JuniperProtocol.ppp);
}

function guessIso(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at + ML_COOKIE_BYTES;
  const start = view.getUint16(at, false);
  if (start === UNNUMBERED_INFORMATION || start === UNNUMBERED_INFORMATION << 8) cursor.at = at + 2;
  else if (start >>> 8 === UNNUMBERED_INFORMATION) cursor.at = at + 1;
  else return DecodeStatus.ok;
  return takeJuniperProtocol(view, cursor, JuniperProtocol.iso);
}

/** Protocols these routers speak over PPP. */
function isPppProtocol(number: number): boolean {
  switch (number) {
    case 0x0021:
    case 0x0023:
    case 0x003d:
    case 0x0057:
    case 0x0281:
    case 0x0283:
    case 0x8021:
    case 0x8023:
    case 0x8057:
    case 0x8281:
    case 0xc021:
    case 0xc023:
    case 0xc223:
      return true;
    default:
      return false;
  }
}
