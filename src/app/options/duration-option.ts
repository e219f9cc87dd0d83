/** Times as they are typed. */
import { UserError } from '../../errors.js';

const UNIT_SEC = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** "90", "90s", "10m", "2h", "1d" -> seconds. */
export function parseDuration(option: string, text: string): number {
  const match = /^([0-9]{1,7})([smhd]?)$/.exec(text);
  if (match === null) {
    throw new UserError(
      'BAD_DURATION',
      `${option}: expected a whole number with s, m, h or d, got ${JSON.stringify(text.slice(0, 40))}`,
      'E.g. 30s, 10m, 2h.',
    );
  }
  const [, digits, unit] = match as unknown as [string, string, keyof typeof UNIT_SEC | ''];
  return Number(digits) * (unit === '' ? 1 : UNIT_SEC[unit]);
}
