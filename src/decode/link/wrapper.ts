/** Headers that only name the real link type behind them: PPI (CACE, "Per-Packet Information" §3.1) and Apple's PKTAP. */
import type { Cursor } from '../cursor.js';

const PPI_BYTES = 8;
const PPI_LENGTH_AT = 2;
const PPI_LINK_TYPE_AT = 4;
const PKTAP_MIN_BYTES = 12;
const PKTAP_RECORD_AT = 4;
/** The other kind of record holds no packet. */
const PKTAP_RECORD_PACKET = 1;
const PKTAP_LINK_TYPE_AT = 8;

/** Not a link type: what unwrap() answers when the header is cut or broken. */
export const NO_LINK_TYPE = -1;

/** Moves the cursor behind the PPI header; the link type behind it, or NO_LINK_TYPE. */
export function unwrapPpi(view: DataView, cursor: Cursor): number {
  const at = cursor.at;
  if (cursor.end - at < PPI_BYTES) return NO_LINK_TYPE;
  return unwrap(
    cursor,
    view.getUint16(at + PPI_LENGTH_AT, true),
    PPI_BYTES,
    view.getUint32(at + PPI_LINK_TYPE_AT, true),
  );
}

/** Moves the cursor behind the PKTAP header; the link type behind it, or NO_LINK_TYPE. */
export function unwrapPktap(view: DataView, cursor: Cursor): number {
  const at = cursor.at;
  if (cursor.end - at < PKTAP_MIN_BYTES || view.getUint32(at + PKTAP_RECORD_AT, true) !== PKTAP_RECORD_PACKET) {
    return NO_LINK_TYPE;
  }
  return unwrap(cursor, view.getUint32(at, true), PKTAP_MIN_BYTES, view.getUint32(at + PKTAP_LINK_TYPE_AT, true));
}

function unwrap(cursor: Cursor, bytes: number, minBytes: number, linkType: number): number {
  if (bytes < minBytes || cursor.end - cursor.at < bytes) return NO_LINK_TYPE;
  cursor.at += bytes;
  return linkType;
}
