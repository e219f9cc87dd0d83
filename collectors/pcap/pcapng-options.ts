/** pcapng option lists (draft-ietf-opsawg-pcapng §3.5) of the blocks we read: interface description and statistics. */
import { TimestampScale } from './timestamp-scale.js';

const OPTION_HEADER_BYTES = 4;
const OPTION_END = 0;
const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;
const ISB_IFDROP = 5;
const ISB_OSDROP = 7;
const TWO_32 = 4_294_967_296;

/** Offset of the value of option `code` with exactly `length` bytes in `view[at, end)`, or -1. Stops quietly at a broken list: options are hints. */
function findOption(view: DataView, at: number, end: number, little: boolean, code: number, length: number): number {
  let optionAt = at;
  while (optionAt + OPTION_HEADER_BYTES <= end) {
    const found = view.getUint16(optionAt, little);
    const size = view.getUint16(optionAt + 2, little);
    const valueAt = optionAt + OPTION_HEADER_BYTES;
    if (found === OPTION_END || valueAt + size > end) return -1;
    if (found === code && size === length) return valueAt;
    optionAt = valueAt + size + ((4 - (size & 3)) & 3);
  }
  return -1;
}

/** The timestamp scale an interface description asks for (if_tsresol, if_tsoffset). */
export function readTimestampScale(view: DataView, at: number, end: number, little: boolean): TimestampScale {
  const resolutionAt = findOption(view, at, end, little, IF_TSRESOL, 1);
  const offsetAt = findOption(view, at, end, little, IF_TSOFFSET, 8);
  const resolution = resolutionAt < 0 ? undefined : view.getUint8(resolutionAt);
  if (offsetAt < 0) return new TimestampScale(resolution);
  const high = view.getInt32(little ? offsetAt + 4 : offsetAt, little);
  const low = view.getUint32(little ? offsetAt : offsetAt + 4, little);
  return new TimestampScale(resolution, high * TWO_32 + low);
}

/** Frames the interface and the system lost so far (isb_ifdrop + isb_osdrop), or -1 when the block does not say. */
export function readDroppedFrames(view: DataView, at: number, end: number, little: boolean): number {
  const byInterface = readCount(view, findOption(view, at, end, little, ISB_IFDROP, 8), little);
  const bySystem = readCount(view, findOption(view, at, end, little, ISB_OSDROP, 8), little);
  return byInterface < 0 && bySystem < 0 ? -1 : Math.max(byInterface, 0) + Math.max(bySystem, 0);
}

function readCount(view: DataView, at: number, little: boolean): number {
  if (at < 0) return -1;
  const first = view.getUint32(at, little);
  const second = view.getUint32(at + 4, little);
  return little ? second * TWO_32 + first : first * TWO_32 + second;
}
