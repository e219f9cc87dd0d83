/** Builds small captures for tests: pcap and pcapng of every variant, byte by byte. */

export interface TestFrame {
  readonly bytes: Uint8Array;
  /** Units of the file's resolution since the epoch, high and low word for pcapng; seconds and fraction for pcap. */
  readonly time: readonly [number, number];
  /** Defaults to bytes.length. */
  readonly wireLen?: number;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Bytes of hex text; spaces and line breaks are ignored. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/\s+/g, ''), 'hex'));
}

/** 16- and 32-bit numbers in one byte order: `[value, bytes]`. */
export function words(little: boolean, ...values: readonly (readonly [value: number, bytes: 2 | 4])[]): Uint8Array {
  const out = new DataView(new ArrayBuffer(values.reduce((sum, [, bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [value, bytes] of values) {
    if (bytes === 2) out.setUint16(at, value, little);
    else out.setUint32(at, value, little);
    at += bytes;
  }
  return new Uint8Array(out.buffer);
}

export interface PcapOptions {
  readonly little?: boolean;
  readonly magic?: number;
  readonly version?: readonly [number, number];
  readonly linkType?: number;
  /** Lengths of each record the other way round, as before 2.3. */
  readonly swapLengths?: boolean;
}

export function pcapHeader({
  little = true,
  magic = 0xa1b2c3d4,
  version = [2, 4],
  linkType = 1,
}: PcapOptions = {}): Uint8Array {
  return words(little, [magic, 4], [version[0], 2], [version[1], 2], [0, 4], [0, 4], [65535, 4], [linkType, 4]);
}

export function pcapRecord(
  frame: TestFrame,
  { little = true, magic = 0xa1b2c3d4, swapLengths = false }: PcapOptions = {},
): Uint8Array {
  const { bytes, time, wireLen = bytes.length } = frame;
  const [first, second] = swapLengths ? [wireLen, bytes.length] : [bytes.length, wireLen];
  const head = words(little, [time[0], 4], [time[1], 4], [first, 4], [second, 4]);
  const extra = magic === 0xa1b2cd34 ? words(little, [7, 4], [0x0800, 2], [0, 2]) : new Uint8Array(0);
  return concat(head, extra, bytes);
}

export function pcap(frames: readonly TestFrame[], options: PcapOptions = {}): Uint8Array {
  return concat(pcapHeader(options), ...frames.map((frame) => pcapRecord(frame, options)));
}

/** A pcapng block with its two lengths; the body is padded to four bytes. */
export function block(type: number, body: Uint8Array, little = true): Uint8Array {
  const padded = concat(body, new Uint8Array((4 - (body.length % 4)) % 4));
  const total = padded.length + 12;
  return concat(words(little, [type, 4], [total, 4]), padded, words(little, [total, 4]));
}

export function sectionHeader(little = true): Uint8Array {
  return block(0x0a0d0d0a, words(little, [0x1a2b3c4d, 4], [1, 2], [0, 2], [0xffffffff, 4], [0xffffffff, 4]), little);
}

export function option(code: number, value: Uint8Array, little = true): Uint8Array {
  return concat(words(little, [code, 2], [value.length, 2]), value, new Uint8Array((4 - (value.length % 4)) % 4));
}

export interface InterfaceOptions {
  readonly linkType?: number;
  readonly snapLen?: number;
  readonly resolution?: number;
  /** if_tsoffset, high and low word. */
  readonly offset?: readonly [number, number];
}

export function interfaceBlock(
  { linkType = 1, snapLen = 0, resolution, offset }: InterfaceOptions = {},
  little = true,
): Uint8Array {
  const options = [
    ...(resolution === undefined ? [] : [option(9, Uint8Array.of(resolution), little)]),
    ...(offset === undefined ? [] : [option(14, pair(offset, little), little)]),
  ];
  const closing = options.length > 0 ? [words(little, [0, 4])] : [];
  return block(1, concat(words(little, [linkType, 2], [0, 2], [snapLen, 4]), ...options, ...closing), little);
}

/** A 64-bit number of high and low word in the section's byte order. */
export function pair([high, low]: readonly [number, number], little = true): Uint8Array {
  return little ? words(true, [low, 4], [high, 4]) : words(false, [high, 4], [low, 4]);
}

export function enhancedPacket(frame: TestFrame, interfaceId = 0, little = true): Uint8Array {
  const { bytes, time, wireLen = bytes.length } = frame;
  const head = words(little, [interfaceId, 4], [time[0], 4], [time[1], 4], [bytes.length, 4], [wireLen, 4]);
  return block(6, concat(head, bytes), little);
}

export function obsoletePacket(frame: TestFrame, interfaceId = 0, little = true): Uint8Array {
  const { bytes, time, wireLen = bytes.length } = frame;
  const head = words(little, [interfaceId, 2], [0, 2], [time[0], 4], [time[1], 4], [bytes.length, 4], [wireLen, 4]);
  return block(2, concat(head, bytes), little);
}

export function simplePacket(bytes: Uint8Array, wireLen = bytes.length, little = true): Uint8Array {
  return block(3, concat(words(little, [wireLen, 4]), bytes), little);
}
