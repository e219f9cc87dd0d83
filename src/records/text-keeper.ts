/** Texts of sampled rows: rows hold 32-bit hashes, the strings lie elsewhere. 0 is no text; an empty text has a hash. */

export interface TextKeeper {
  /** The hash of `bytes[at, end)`, whose text is kept. */
  keep(bytes: Uint8Array, at: number, end: number): number;
  /** The same of a string of Latin-1 characters. */
  keepText(text: string): number;
}

export interface TextLookup {
  /** Latin-1 characters, as they were sent; null when it is not kept any more. */
  textOf(hash: number): string | null;
}
