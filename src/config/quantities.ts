/** Numbers, spans and hours as they stand in the configuration file. Each returns the words of what is wrong instead of throwing. */
import * as z from 'zod';
import { parsePrefix } from '../format/address.js';

const SCALE: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
const UNIT_SEC: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const MOST_RATE = 1e15;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** What was given, short enough for one line of an error. */
export function given(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** 20000, "20k", "1.5M", "200 Mbit/s": per second. "off" = no limit. */
export const rate = z.union([z.string(), z.number()]).transform((value, context) => {
  const parsed = parseRate(value);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: `expected a rate like 20000, 20k, 1.5M or off, got ${given(value)}` });
  return z.NEVER;
});

export function parseRate(value: string | number): number | null {
  if (typeof value === 'number') return value > 0 && value <= MOST_RATE ? value : null;
  if (value.trim().toLowerCase() === 'off') return Number.POSITIVE_INFINITY;
  const match = /^\s*(\d{1,15}(?:\.\d{1,6})?)\s*([kmgt]?)(?:pps|bit\/s|bps|\/s|rps)?\s*$/i.exec(value);
  if (match === null) return null;
  const [, digits, unit] = match as unknown as [string, string, string];
  const parsed = Number(digits) * (SCALE[unit.toLowerCase()] as number);
  return parsed > 0 && parsed <= MOST_RATE ? parsed : null;
}

/** "90s", "10m", "2h", "400d" -> seconds. */
export const span = z.union([z.string(), z.number()]).transform((value, context) => {
  const match = /^(\d{1,7})\s*([smhd]?)$/.exec(String(value).trim());
  if (match !== null) return Number(match[1]) * (match[2] === '' ? 1 : (UNIT_SEC[match[2] as string] as number));
  context.addIssue({ code: 'custom', message: `expected a time like 30s, 10m, 2h or 400d, got ${given(value)}` });
  return z.NEVER;
});

/** "198.51.100.0/24", an address alone is one of full length. */
export const prefix = z.string().transform((value, context) => {
  if (parsePrefix(value) !== null) return value;
  context.addIssue({
    code: 'custom',
    message: `expected an address or a prefix like 198.51.100.0/24, got ${given(value)}`,
  });
  return z.NEVER;
});

/** "08:30" -> minutes since midnight; "24:00" is the end of the day. YAML 1.1 readers take 08:30 for a number: it is to be quoted. */
export const hour = z.string().transform((value, context) => {
  const match = /^([01]?\d|2[0-4]):([0-5]\d)$/.exec(value);
  const minutes = match === null ? Number.NaN : Number(match[1]) * 60 + Number(match[2]);
  if (minutes <= 1440) return minutes;
  context.addIssue({ code: 'custom', message: `expected a time of day like "08:30", got ${given(value)}` });
  return z.NEVER;
});

/** "all", "mon-fri", "sat", or a list of these -> 0 = Sunday .. 6. */
export const days = z.union([z.string(), z.array(z.string())]).transform((value, context) => {
  const chosen = new Set<number>();
  for (const word of Array.isArray(value) ? value : [value]) {
    const some = daysOf(word.trim().toLowerCase());
    if (some === null) {
      context.addIssue({ code: 'custom', message: `expected days like mon-fri, sat or all, got ${given(word)}` });
      return z.NEVER;
    }
    for (const day of some) chosen.add(day);
  }
  return [...chosen].sort((a, b) => a - b);
});

function daysOf(word: string): number[] | null {
  if (word === 'all') return [0, 1, 2, 3, 4, 5, 6];
  const [first, last = first] = word.split('-').map((name) => DAYS.findIndex((day) => name.startsWith(day)));
  if (first === undefined || last === undefined || first < 0 || last < 0 || word.split('-').length > 2) return null;
  const count = ((last - first + 7) % 7) + 1;
  return Array.from({ length: count }, (_, i) => (first + i) % 7);
}
