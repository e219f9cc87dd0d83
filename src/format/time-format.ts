/** Spans and instants as text. Instants are UTC, always: two people on a call read the same clock. */
import { NO_DATA } from './number-format.js';

/** "0.4s", "12s", "3m12s", "1h02m", "3d04h". At most six cells below a hundred days. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return NO_DATA;
  const sign = seconds < 0 ? '-' : '';
  const span = Math.abs(seconds);
  if (span < 1 && span > 0) return `${sign}${Math.max(0.1, Math.floor(span * 10) / 10)}s`;
  const whole = Math.floor(span);
  if (whole < 60) return `${sign}${whole}s`;
  if (whole < 3600) return `${sign}${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  if (whole < 86_400) return `${sign}${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
  return `${sign}${Math.floor(whole / 86_400)}d${two(Math.floor((whole % 86_400) / 3600))}h`;
}

/** Epoch seconds as "12:04:31" UTC; eight cells. */
export function formatClock(epochSec: number): string {
  const iso = isoOf(epochSec);
  return iso === null ? '--:--:--' : iso.slice(11, 19);
}

/** Epoch seconds as "2026-11-22 12:04:31Z". */
export function formatDateTime(epochSec: number): string {
  const iso = isoOf(epochSec);
  return iso === null ? NO_DATA : `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;
}

function isoOf(epochSec: number): string | null {
  const date = new Date(Math.floor(epochSec) * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
