/** Ids of incidents that have none of their own: eight characters of base32 (RFC 4648, lower case), some 10^12 of them. */
import { randomInt } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

export function newIncidentId(prefix: string): string {
  return `${prefix}-${Array.from({ length: 8 }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('')}`;
}
