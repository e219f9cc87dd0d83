/**
 * One block of a TPACKET_V3 ring → rows of a FrameBatch. Pure: works on our own copy of the block, so that neither a row that is
 * kept too long nor a ring that is gone can touch unmapped memory. Nothing of the block is trusted: what its structure
 * does not yield is counted as lost. linux/if_packet.h; Documentation/networking/packet_mmap.rst.
 *
 *   block   version 4, offset_to_priv 4, status 4, num_pkts 4, offset_to_first_pkt 4, blk_len 4, seq_num 8, times 16
 *   frame   tpacket3_hdr 48, sockaddr_ll 20, gap, link header at tp_mac, network header at tp_net
 */
import type { FrameBatch } from '../../src/records/frame-batch.js';
import { IS_LITTLE_ENDIAN as LE, viewOf } from './host-order.js';

/** Offsets in the block descriptor. */
export const Block = { statusAt: 8, countAt: 12, firstAt: 16, lengthAt: 20, headerLen: 48 } as const;

/** Offsets in tpacket3_hdr. `headerLen` is TPACKET3_HDRLEN: with the sockaddr_ll behind it. */
export const Frame = {
  nextAt: 0,
  secAt: 4,
  nsecAt: 8,
  snapLenAt: 12,
  lenAt: 16,
  statusAt: 20,
  macAt: 24,
  vlanTciAt: 32,
  vlanTpidAt: 36,
  headerLen: 68,
} as const;

/** TP_STATUS_ bits of a frame. */
export const Status = { vlanValid: 1 << 4, vlanTpidValid: 1 << 6 } as const;

/** Both hardware addresses, ahead of the place of a VLAN tag. */
const ADDRESSES_LEN = 12;
export const VLAN_TAG_LEN = 4;
const ETHERTYPE_VLAN = 0x8100;

const LINKTYPE_ETHERNET = 1;

export class RingBlock {
  /** The copy; fill it with one block of the ring, then call `begin`. */
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #linkType: number;
  #at = 0;
  #end = 0;
  #left = 0;

  /** `bytes`: memory of ours, of the length of a block. */
  constructor(bytes: Uint8Array, linkType: number) {
    this.bytes = bytes;
    this.#view = viewOf(bytes);
    this.#linkType = linkType;
  }

  /** Starts on the block now in `bytes`. Returns the frames the kernel says it holds. */
  begin(): number {
    this.#left = this.#view.getUint32(Block.countAt, LE);
    this.#at = this.#view.getUint32(Block.firstAt, LE);
    this.#end = Math.min(this.#view.getUint32(Block.lengthAt, LE), this.bytes.length);
    return this.#left;
  }

  /** Frames claimed by the block and not yet read; what is left after `next` gave 0 rows is lost to a broken structure. */
  get left(): number {
    return this.#left;
  }

  /** Fills `batch` from the front; returns its rows, 0 = no frame is left. Rows lie in `bytes` until the next block. */
  next(batch: FrameBatch): number {
    const view = this.#view;
    if (batch.bytes !== this.bytes) batch.setSlab(this.bytes);
    let at = this.#at;
    let row = 0;
    while (row < batch.rows && this.#left > 0) {
      if (at < Block.headerLen || at + Frame.headerLen > this.#end) break;
      const nextLen = view.getUint32(at + Frame.nextAt, LE);
      const frameEnd = nextLen === 0 ? this.#end : at + nextLen; // 0: the last of the block
      const macLen = view.getUint16(at + Frame.macAt, LE);
      const capLen = view.getUint32(at + Frame.snapLenAt, LE);
      if (frameEnd > this.#end || macLen < Frame.headerLen || at + macLen + capLen > frameEnd) break;
      const tagLen = this.#restoreTag(at, macLen, capLen);
      batch.at[row] = at + macLen - tagLen;
      batch.capLen[row] = capLen + tagLen;
      batch.wireLen[row] = Math.max(view.getUint32(at + Frame.lenAt, LE), capLen) + tagLen;
      batch.sec[row] = view.getUint32(at + Frame.secAt, LE);
      batch.nsec[row] = view.getUint32(at + Frame.nsecAt, LE);
      batch.linkType[row] = this.#linkType;
      row += 1;
      this.#left -= 1;
      at = frameEnd;
    }
    this.#at = at;
    batch.count = row;
    return row;
  }

  /**
   * The kernel takes the outer VLAN tag off the frame and puts it into the header; the decoder wants it back. The addresses
   * move into the gap that PACKET_RESERVE leaves ahead of them. Returns the bytes added, 0 or 4.
   */
  #restoreTag(at: number, macLen: number, capLen: number): number {
    const status = this.#view.getUint32(at + Frame.statusAt, LE);
    const tci = this.#view.getUint32(at + Frame.vlanTciAt, LE);
    if ((status & Status.vlanValid) === 0 && tci === 0) return 0;
    const fits = macLen >= Frame.headerLen + VLAN_TAG_LEN && capLen >= ADDRESSES_LEN;
    if (!fits || this.#linkType !== LINKTYPE_ETHERNET) return 0;
    const tpid = this.#view.getUint16(at + Frame.vlanTpidAt, LE);
    const from = at + macLen;
    this.bytes.copyWithin(from - VLAN_TAG_LEN, from, from + ADDRESSES_LEN);
    const tagAt = from - VLAN_TAG_LEN + ADDRESSES_LEN;
    this.#view.setUint16(tagAt, (status & Status.vlanTpidValid) !== 0 || tpid !== 0 ? tpid : ETHERTYPE_VLAN);
    this.#view.setUint16(tagAt + 2, tci);
    return VLAN_TAG_LEN;
  }
}
