/** What became of a frame in the decoder. `ok` also when a layer above the last one we know is opaque. */
export const DecodeStatus = {
  ok: 0,
  /** The snap length cut a header; the sender may be fine. */
  truncated: 1,
  /** Breaks its own RFC (length fields, versions). */
  malformed: 2,
  /** Valid as far as we can say, but a link type or layer we do not read. */
  unsupported: 3,
} as const;
export type DecodeStatus = (typeof DecodeStatus)[keyof typeof DecodeStatus];
