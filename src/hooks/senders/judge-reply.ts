/** What a status means for a message: there, worth another try, or refused for good. */
import type { IncomingHttpHeaders } from 'node:http';
import { cleanText } from '../../format/clean-text.js';
import type { Concealer } from '../secrets.js';
import type { HttpReply } from './http-call.js';
import type { Outcome } from './outcome.js';

/** Asked for more than this, we come back after it all the same. */
const MOST_WAIT_MS = 3_600_000;
const MOST_QUOTED = 200;
/** 408 Request Timeout, 409 Conflict, 425 Too Early, 429 Too Many Requests (RFC 9110, 8470, 6585) pass by themselves. */
const PASSING = new Set([408, 409, 425, 429]);

/** Null: 2xx. */
export function failureOf(reply: HttpReply, nowMs: number, conceal: Concealer): Outcome | null {
  const { status, headers } = reply;
  if (status >= 200 && status < 300) return null;
  const words = `HTTP ${status}${quoted(reply, conceal)}`;
  if (status >= 300 && status < 400) {
    // Not followed: what is sent, and its secrets, are for the host that was named. It may be a page of somebody's maintenance.
    return { kind: 'again', message: `${words}: redirects are not followed`, waitMs: null };
  }
  if (status >= 400 && status < 500 && !PASSING.has(status)) return { kind: 'refused', message: words };
  return { kind: 'again', message: words, waitMs: retryAfterMs(headers, nowMs) };
}

/** Seconds or a date (RFC 9110 §10.2.3), at most an hour; null: none that can be read. */
export function retryAfterMs(headers: IncomingHttpHeaders, nowMs: number): number | null {
  const text = headers['retry-after'];
  if (text === undefined) return null;
  const ms = /^\d{1,12}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), MOST_WAIT_MS);
}

/** The beginning of what the other side said, without our secrets. */
export function quoted({ text, headers }: HttpReply, conceal: Concealer): string {
  const type = headers['content-type'] ?? '';
  if (text.trim() === '' || /html/i.test(type)) return '';
  return `: ${cleanText(conceal(text.slice(0, 65_536)).trim(), MOST_QUOTED)}`;
}

export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the caller says what is missing
  }
}

export function fieldOf(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

/** Texts of others become part of URLs and records only in the shape they must have. */
export function shaped(value: unknown, shape: RegExp): string | null {
  return typeof value === 'string' && shape.test(value) ? value : null;
}
