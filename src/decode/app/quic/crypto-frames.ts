/** CRYPTO frames among the frames that Initial packets may hold. RFC 9000 §12.4, §19. */
import { readVarint, varint } from './varint.js';

const PADDING = 0x00;
const PING = 0x01;
const ACK = 0x02;
const ACK_WITH_ECN = 0x03;

/** Goes through the frames of one packet; one instance is used again. */
export class CryptoFrames {
  /** Offset of the piece in the handshake stream. */
  offset = 0;
  /** Where the piece lies in the packet. */
  at = 0;
  end = 0;
  #next = 0;
  #frames: Uint8Array = new Uint8Array(0);
  #cryptoFrame = 0;

  /** `cryptoFrame`: its number in this version. */
  begin(frames: Uint8Array, cryptoFrame: number): void {
    this.#frames = frames;
    this.#cryptoFrame = cryptoFrame;
    this.#next = 0;
  }

  /** Moves on to the next CRYPTO frame; false when there is none, or a frame that cannot be read in front of it. */
  next(): boolean {
    const frames = this.#frames;
    let at = this.#next;
    while (at < frames.length) {
      const type = frames[at]!;
      at += 1;
      if (type === PADDING || type === PING) continue;
      varint.at = at;
      if (type === this.#cryptoFrame) return this.#readPiece();
      // CONNECTION_CLOSE ends the handshake, others are not allowed here.
      if ((type !== ACK && type !== ACK_WITH_ECN) || !passOverAck(frames, type === ACK_WITH_ECN)) return false;
      at = varint.at;
    }
    return false;
  }

  #readPiece(): boolean {
    const frames = this.#frames;
    if (!readVarint(frames, frames.length)) return false;
    this.offset = varint.value;
    if (!readVarint(frames, frames.length)) return false;
    this.at = varint.at;
    this.end = this.at + varint.value;
    this.#next = this.end;
    return this.end <= frames.length;
  }
}

/** RFC 9000 §19.3: largest number, delay, ranges, first range; two integers a range; three counts with ECN. */
function passOverAck(frames: Uint8Array, hasEcn: boolean): boolean {
  if (!passOver(frames, 2) || !readVarint(frames, frames.length)) return false;
  // A hostile number of ranges ends with the packet.
  return passOver(frames, 1 + 2 * varint.value + (hasEcn ? 3 : 0));
}

function passOver(frames: Uint8Array, integers: number): boolean {
  for (let i = 0; i < integers; i += 1) {
    if (!readVarint(frames, frames.length)) return false;
  }
  return true;
}
