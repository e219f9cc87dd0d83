/**
 * A file of prefixes to be blocked: what `enrich/ip-lists` reads. Other than in a list that is only looked at, every line must be right, and ranges
 * are refused: what is blocked stands there, to be read.
 */
import { eachLine } from '../../enrich/ip-lists/bounded-lines.js';
import { ListLineReader } from '../../enrich/ip-lists/list-line.js';
import { UserError } from '../../errors.js';
import { MAX_PLAN_PREFIXES } from '../../mitigation/plan/plan-limits.js';

const MAX_BYTES = 8 * 1024 * 1024;
/** Remarks behind a prefix may be long. */
const MAX_LINE_LENGTH = 65_536;

/** Texts as they stand there; what is no prefix is told by its line. Throws UserError. */
export async function readPrefixFile(path: string): Promise<string[]> {
  const reader = new ListLineReader();
  const prefixes: string[] = [];
  await eachLine(path, { maxBytes: MAX_BYTES, maxLineLength: MAX_LINE_LENGTH }, (line, number, isCut) => {
    const entry = isCut ? 'damaged' : reader.read(line);
    if (entry === 'nothing') return;
    if (entry === 'damaged' || entry.text === null) throw noPrefix(path, line, number);
    prefixes.push(entry.text);
    if (prefixes.length > MAX_PLAN_PREFIXES) {
      throw new UserError(
        'TOO_MANY_PREFIXES',
        `${path}: expected at most ${MAX_PLAN_PREFIXES} prefixes`,
        'Block wider prefixes.',
      );
    }
  });
  return prefixes;
}

function noPrefix(path: string, line: string, number: number): UserError {
  return new UserError(
    'BAD_PREFIX',
    `${path}, line ${number}: expected an address or prefix, got ${JSON.stringify(line.trim().slice(0, 64))}`,
    'One a line; "#" begins a comment. Names are not resolved.',
  );
}
