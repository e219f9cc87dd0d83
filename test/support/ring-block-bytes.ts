/** A TPACKET_V3 block as the kernel lays it out (linux/if_packet.h), built by hand: for the tests of its reader. */
import { endianness } from 'node:os';

const LE = endianness() === 'LE';
const BLOCK_HEADER = 48;
/** Where the kernel puts the link header of Ethernet with PACKET_RESERVE 4: ALIGN16(68 + 16) + 4 - 14. */
export const MAC_AT = 86;

export interface RingFrame {
  readonly bytes: Uint8Array;
  readonly sec?: number;
  readonly nsec?: number;
  /** Default: all of it was captured. */
  readonly wireLen?: number;
  readonly status?: number;
  readonly vlanTci?: number;
  readonly vlanTpid?: number;
  readonly macAt?: number;
}

/** `length`: of the block; the frames must fit. */
export function blockOf(frames: readonly RingFrame[], length = 65_536): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = BLOCK_HEADER;
  frames.forEach((frame, i) => {
    const { bytes: frameBytes, macAt = MAC_AT } = frame;
    const end = (at + macAt + frameBytes.length + 15) & ~15;
    view.setUint32(at, i === frames.length - 1 ? 0 : end - at, LE); // tp_next_offset
    view.setUint32(at + 4, frame.sec ?? 0, LE);
    view.setUint32(at + 8, frame.nsec ?? 0, LE);
    view.setUint32(at + 12, frameBytes.length, LE); // tp_snaplen
    view.setUint32(at + 16, frame.wireLen ?? frameBytes.length, LE);
    view.setUint32(at + 20, (frame.status ?? 0) | 1, LE);
    view.setUint16(at + 24, macAt, LE);
    view.setUint16(at + 26, macAt + 14, LE);
    view.setUint32(at + 32, frame.vlanTci ?? 0, LE);
    view.setUint16(at + 36, frame.vlanTpid ?? 0, LE);
    bytes.set(frameBytes, at + macAt);
    at = end;
  });
  view.setUint32(0, 1, LE); // version
  view.setUint32(8, 1, LE); // block_status: ours
  view.setUint32(12, frames.length, LE);
  view.setUint32(16, BLOCK_HEADER, LE);
  view.setUint32(20, at, LE); // blk_len
  return bytes;
}
