/** What is wrong with zstd data, in our words. */
import { messageOf, UserError } from '../../../src/errors.js';
import { BrokenSource } from '../byte-source.js';

const FZSTD_UNEXPECTED_END = 5;
const HINT = 'What lies before was processed. Copy the file again, or try "zstd -dc FILE | ddostop -r -".';

/** Plain data: it crosses threads. */
export interface ZstdFault {
  /** The data stops where more must follow; else it is damaged. */
  readonly isCut: boolean;
  /** The decompressor's own words. */
  readonly reason: string;
}

/** What fzstd threw. */
export function brokenBy(error: unknown): ZstdFault {
  const isCut = error instanceof Error && 'code' in error && error.code === FZSTD_UNEXPECTED_END;
  return { isCut, reason: messageOf(error) };
}

export function zstdBroken({ isCut, reason }: ZstdFault, cause?: unknown): BrokenSource {
  if (isCut) {
    return new BrokenSource(
      'incomplete',
      new UserError('ZSTD_CUT', 'the zstd data stops before its end', HINT, { cause }),
    );
  }
  const what = `the zstd data cannot be read: ${reason}`;
  return new BrokenSource('damaged', new UserError('ZSTD_DAMAGED', what, HINT, { cause }));
}
