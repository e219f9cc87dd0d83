/** Names of mitigations: five characters of base32 (RFC 4648, lower case), enough to type and to tell apart in one table. */
import { randomInt } from 'node:crypto';
import { UserError } from '../errors.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_LENGTH = 5; // 2^25 names; a table holds a few dozen

/** The group of elements in our table that carry no readable id. Longer than an id, so it can never be one. */
export const ORPHAN_ID = 'orphan';

const ID_PATTERN = /^[a-z2-7]{5}$/;

export function isMitigationId(text: string): boolean {
  return ID_PATTERN.test(text);
}

/** A fresh id that is none of `taken`. */
export function newMitigationId(taken: ReadonlySet<string>): string {
  for (;;) {
    let id = '';
    for (let i = 0; i < ID_LENGTH; i += 1) id += ALPHABET.charAt(randomInt(ALPHABET.length));
    if (!taken.has(id)) return id;
  }
}

export function requireMitigationId(text: string): string {
  if (isMitigationId(text) || text === ORPHAN_ID) return text;
  throw new UserError(
    'BAD_ID',
    `expected a mitigation id of 5 characters a-z and 2-7, got ${JSON.stringify(text.slice(0, 40))}`,
    'See the ids with "ddostop mitigate list".',
  );
}
