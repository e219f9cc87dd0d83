/**
 * Numbers as text: the one place for screens and reports. Magnitudes are decimal (1 k = 1000) and never wider than five
 * cells ("1.23M", "45.6k", "  789"), so a column keeps its width whatever the traffic does. NaN = no data = "-".
 */

const SUFFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/** Width in cells no compact figure exceeds. */
export const COMPACT_CELLS = 5;
export const NO_DATA = '-';

interface Scaled {
  readonly digits: string;
  readonly suffix: string;
}

/** Three significant digits and a suffix; a value that rounds up to 1000 takes the next suffix. */
function scale(value: number): Scaled {
  let power = 0;
  let scaled = value;
  while (scaled >= 999.5 && power < SUFFIXES.length - 1) {
    scaled /= 1000;
    power += 1;
  }
  const suffix = SUFFIXES[power] as string;
  if (power === 0) return { digits: String(Math.round(scaled)), suffix };
  const decimals = scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return { digits: scaled.toFixed(decimals), suffix };
}

/** "0", "789", "45.6k", "1.23M". At most five cells; not padded. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return NO_DATA;
  const { digits, suffix } = scale(Math.abs(count));
  return `${count < 0 && digits !== '0' ? '-' : ''}${digits}${suffix}`;
}

/** "12 340": every digit, in groups of three. */
export function formatExact(count: number): string {
  if (!Number.isFinite(count)) return NO_DATA;
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** Packets per second without the unit: as formatCount, with one decimal below ten ("0.4", "9.9"). */
export function formatPps(pps: number): string {
  return formatRate(pps);
}

/** Bit/s without the unit: "8.31G". Show the unit ("bit/s") in the column head, or use formatBpsUnit. */
export function formatBps(bps: number): string {
  return formatRate(bps);
}

/** "1.23M pps". */
export function formatPpsUnit(pps: number): string {
  return `${formatRate(pps)} pps`;
}

/** "8.31 Gbit/s", "980 bit/s". At most eleven cells. */
export function formatBpsUnit(bps: number): string {
  return withUnit(bps, 'bit/s');
}

/** "1.06 MB", "789 B": decimal bytes. At most seven cells. */
export function formatBytes(bytes: number): string {
  return withUnit(bytes, 'B');
}

function withUnit(value: number, unit: string): string {
  if (!Number.isFinite(value)) return NO_DATA;
  const { digits, suffix } = scale(Math.abs(value));
  return `${value < 0 && digits !== '0' ? '-' : ''}${digits} ${suffix}${unit}`;
}

function formatRate(rate: number): string {
  if (!Number.isFinite(rate)) return NO_DATA;
  if (rate <= 0 || rate >= 9.95) return formatCount(rate);
  if (rate < 0.05) return '<0.1';
  return Number.isInteger(rate) ? String(rate) : rate.toFixed(1);
}

/** Share 0..1 as "61.2%". Never says 0 for something or 100 for not everything: "<0.1%", "99.9%". At most five cells. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return NO_DATA;
  if (share <= 0) return '0%';
  if (share >= 1) return '100%';
  const percent = share * 100;
  if (percent < 0.05) return '<0.1%';
  return `${Math.min(percent, 99.9).toFixed(1)}%`;
}

/** A share whose smallness matters, as harm: "0.04%", "1.2%", "0%". */
export function formatFineShare(share: number): string {
  if (!Number.isFinite(share)) return NO_DATA;
  if (share <= 0) return '0%';
  const percent = share * 100;
  if (percent >= 99.95) return percent >= 100 ? '100%' : '99.9%';
  return `${percent >= 9.95 ? percent.toFixed(1) : Number(percent.toPrecision(percent < 0.1 ? 1 : 2))}%`;
}
