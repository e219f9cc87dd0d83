/**
 * Any capture, in pieces of any size, to batches of frames. Pure: the driver reads bytes into `space()`, says how many with
 * `wrote()`, and drains `next()` until it is hungry again. One slab of two halves for the life of the reader; nothing grows
 * with the input. The next piece may be read while the frames of this one are counted (`spaceAhead`): it goes into the other half.
 *
 *   for (;;) {
 *     const got = readSync(fd, reader.space());  reader.wrote(got);
 *     if (got === 0) return reader.finish();
 *     while (reader.next(batch) === ReadState.frames) use(batch);   // frames lie in the slab until the next wrote()
 *     if (reader.end !== null) return reader.end;                   // damaged
 *   }
 */
import { UserError } from '../../src/errors.js';
import type { FrameMemory, SourceEnd } from '../../src/records/collector.js';
import type { FrameBatch } from '../../src/records/frame-batch.js';
import {
  type CaptureProblem,
  DAMAGE_HINT,
  MAX_BUFFERED_BLOCK_BYTES,
  ParseState,
  READ_BYTES,
  type RecordParser,
} from './capture-limits.js';
import { isPcapMagic, PcapParser } from './pcap-parser.js';
import { PcapngParser, SECTION_HEADER } from './pcapng-parser.js';

const MAGIC_BYTES = 4;
/** Room for the start of a record, then for what is read. */
const HALF_BYTES = MAX_BUFFERED_BLOCK_BYTES + READ_BYTES;
const SLAB_BYTES = 2 * HALF_BYTES;

export const ReadState = {
  /** The batch holds at least one frame. */
  frames: 0,
  /** Nothing more without more bytes. */
  hungry: 1,
  /** Broken structure; `end` says where. */
  damaged: 2,
} as const;
export type ReadState = (typeof ReadState)[keyof typeof ReadState];

export class CaptureReader {
  /** What is left of a record moves in front of the piece that ends it. */
  readonly #memory: FrameMemory | null;
  readonly #slab: Uint8Array;
  readonly #view: DataView;
  /** Where pieces go, one of each half. */
  readonly #spaces: readonly [Uint8Array, Uint8Array];
  #parser: RecordParser | null = null;
  #end: SourceEnd | null = null;
  /** Unparsed bytes: slab[from, fill). */
  #from = 0;
  #fill = 0;
  #skipBytes = 0;
  /** The half the next piece goes to. */
  #half: 0 | 1 = 0;
  /** Bytes of input before #from. */
  #position = 0;

  /** `memory`: where the slab lies; null = in memory of its own. */
  constructor(memory: FrameMemory | null = null) {
    this.#memory = memory;
    this.#slab = memory?.slab(SLAB_BYTES) ?? new Uint8Array(SLAB_BYTES);
    this.#view = new DataView(this.#slab.buffer, this.#slab.byteOffset, this.#slab.length);
    const spaceAt = (half: number) =>
      this.#slab.subarray(half + MAX_BUFFERED_BLOCK_BYTES, half + MAX_BUFFERED_BLOCK_BYTES + READ_BYTES);
    this.#spaces = [spaceAt(0), spaceAt(HALF_BYTES)];
  }

  get format(): 'pcap' | 'pcapng' | null {
    return this.#parser?.format ?? null;
  }

  /** Set once the structure broke or finish() was called. */
  get end(): SourceEnd | null {
    return this.#end;
  }

  /** Frames lost before they reached the file, as far as it says (pcapng interface statistics). */
  get droppedFrames(): number {
    return this.#parser?.droppedFrames ?? 0;
  }

  /** Bytes of input consumed so far. */
  get position(): number {
    return this.#position;
  }

  /** Where the next READ_BYTES go. Call when all frames lent before were used. */
  space(): Uint8Array {
    this.#moveLeft();
    return this.#spaces[this.#half];
  }

  /** The same, while frames lent before are still in use: they stay valid until wrote(). */
  spaceAhead(): Uint8Array {
    this.#half = this.#half === 0 ? 1 : 0;
    return this.#spaces[this.#half];
  }

  /** The first `bytes` of the last space now hold input. Call when all frames lent before were used. */
  wrote(bytes: number): void {
    this.#moveLeft();
    this.#fill += bytes;
    const skipped = Math.min(this.#skipBytes, this.#fill - this.#from);
    this.#consume(skipped);
    this.#skipBytes -= skipped;
  }

  /** Puts what is left of a record in front of the next piece. */
  #moveLeft(): void {
    const at = this.#half * HALF_BYTES + MAX_BUFFERED_BLOCK_BYTES;
    if (this.#fill === at) return;
    const left = this.#fill - this.#from;
    this.#slab.copyWithin(at - left, this.#from, this.#fill);
    this.#from = at - left;
    this.#fill = at;
  }

  #consume(bytes: number): void {
    this.#from += bytes;
    this.#position += bytes;
  }

  /** Fills `batch` from the start with the next frames. */
  next(batch: FrameBatch): ReadState {
    batch.count = 0;
    if (this.#end !== null) return ReadState.damaged;
    if (this.#skipBytes > 0) return ReadState.hungry;
    if (this.#parser === null && !this.#recognise()) return this.#end === null ? ReadState.hungry : ReadState.damaged;
    const parser = this.#parser as RecordParser;
    if (batch.bytes !== this.#slab) batch.setSlab(this.#slab);
    const state = parser.parse(this.#view, this.#from, this.#fill, batch);
    this.#consume(parser.at - this.#from);
    if (state === ParseState.hungry) this.#skipBytes = parser.skipBytes;
    // Frames in front of the damage go out first; the next call reports it.
    if (batch.count > 0) return ReadState.frames;
    if (state !== ParseState.damaged) return ReadState.hungry;
    this.#end = damagedAt(this.position, parser.problem as CaptureProblem);
    return ReadState.damaged;
  }

  /** The input is over: clean end, cut inside a record, or the damage found before. */
  finish(): SourceEnd {
    this.#end ??= this.#closingState();
    return this.#end;
  }

  #recognise(): boolean {
    if (this.#fill - this.#from < MAGIC_BYTES) return false;
    if (this.#view.getUint32(this.#from, false) === SECTION_HEADER) this.#parser = new PcapngParser();
    else if (isPcapMagic(this.#view, this.#from)) this.#parser = new PcapParser(this.#memory);
    else {
      const magic = this.#view.getUint32(this.#from, false).toString(16).padStart(8, '0');
      this.#end = damagedAt(this.position, {
        code: 'CAPTURE_FORMAT',
        what: `the first bytes are 0x${magic}, expected the magic number of pcap or pcapng`,
        hint: 'Give a capture as written by tcpdump -w, dumpcap or Wireshark; other formats: "editcap -F pcapng IN OUT".',
      });
    }
    return this.#parser !== null;
  }

  #closingState(): SourceEnd {
    const rest = this.#fill - this.#from;
    const atByte = this.position;
    if (atByte + rest === 0) {
      const what = 'the capture is empty: got 0 bytes, expected at least a file header';
      return {
        kind: 'incomplete',
        atByte,
        error: new UserError('CAPTURE_EMPTY', what, 'Check the command that wrote it.'),
      };
    }
    if (rest === 0 && this.#skipBytes === 0 && this.#parser?.isInsideRecord === false) return { kind: 'end' };
    const want = (this.#parser?.wantBytes ?? MAGIC_BYTES) + this.#skipBytes;
    const what = `the capture stops inside a record at byte ${atByte}: got ${rest} bytes, expected at least ${want}`;
    return { kind: 'incomplete', atByte, error: new UserError('CAPTURE_CUT', what, DAMAGE_HINT) };
  }
}

function damagedAt(atByte: number, problem: CaptureProblem): SourceEnd {
  const what = `${problem.what}, at byte ${atByte}`;
  return { kind: 'damaged', atByte, error: new UserError(problem.code, what, problem.hint) };
}
