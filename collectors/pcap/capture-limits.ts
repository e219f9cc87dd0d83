/** Bounds every capture parser shares, each with its reason, and the small vocabulary parsers answer in. */
import type { FrameBatch } from '../../src/records/frame-batch.js';

/**
 * Largest captured length believed: MAXIMUM_SNAPLEN of libpcap and WTAP_MAX_PACKET_SIZE_STANDARD of Wireshark.
 * No IP packet comes near it, so more is a damaged length, and memory stays bounded.
 */
export const MAX_CAPTURED_BYTES = 256 * 1024;

/** Longest pcapng block read as a whole (frame + 64 KiB of options); the tail of a longer one is skipped unseen. */
export const MAX_BUFFERED_BLOCK_BYTES = MAX_CAPTURED_BYTES + 64 * 1024;

/** Longest pcapng block believed at all: the initial block limit of libpcap and Wireshark (16 MiB). */
export const MAX_BLOCK_BYTES = 16 * 1024 * 1024;

/** Interfaces of one pcapng section: 65 536 × about 100 B = 6.5 MB, and the obsolete packet block counts them in 16 bits. */
export const MAX_INTERFACES = 65_536;

/** Wanted size of one read: 256 KiB stays in L2 together with decoding (measured best of 64 KiB..4 MiB). */
export const READ_BYTES = 256 * 1024;

/** What a parser answers after looking at the bytes it was lent. */
export const ParseState = {
  /** All complete records were taken; more bytes are needed. */
  hungry: 0,
  /** The batch has no free row; call again with an empty one. */
  full: 1,
  /** The structure is broken at `at`; `problem` says how. Nothing more will come. */
  damaged: 2,
} as const;
export type ParseState = (typeof ParseState)[keyof typeof ParseState];

/** What is wrong with a capture; the reader adds the byte offset. */
export interface CaptureProblem {
  readonly code: string;
  /** Got and expected, without the place. */
  readonly what: string;
  readonly hint: string;
}

/** One file format: bytes in, rows out, no I/O. */
export interface RecordParser {
  readonly format: 'pcap' | 'pcapng';
  /** After parse(): first byte not taken. The caller passes it (or what moved there) as `at` next time. */
  at: number;
  /** After `hungry`: bytes to drop unseen, beyond those lent. */
  skipBytes: number;
  /** After `hungry`: bytes the record at `at` has in all, as far as known. */
  wantBytes: number;
  /** True while the tail of a skipped record is still due, though no byte of it is buffered. */
  readonly isInsideRecord: boolean;
  problem: CaptureProblem | null;
  /** Frames lost as the capture itself says (pcapng interface statistics); 0 when it says nothing. */
  readonly droppedFrames: number;
  /** Takes records from `view[at, end)` into the free rows of `batch`. Offsets in the batch count from the start of `view`. */
  parse(view: DataView, at: number, end: number, batch: FrameBatch): ParseState;
}

export const DAMAGE_HINT =
  'Everything before that place was processed. Copy the capture again, or repair it with "pcapfix" or "editcap".';
