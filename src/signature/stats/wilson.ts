/** Bounds of a share that was counted: Wilson's score interval (1927), which keeps its promise at 0 and 1 and with few rows. */
import type { Interval } from '../rule.js';

/** Two-sided 95 %. */
export const Z95 = 1.959964;

/**
 * `share` of `size` rows; both may be broken numbers, because rows weigh and hang together. Without rows nothing is known: 0 to 1.
 * At share 0 the upper bound is 3.84 / (size + 3.84): above the rule of three, 3 / size (Hanley and Lippman-Hand 1983), from 14 rows on.
 */
export function wilson(share: number, size: number, z: number = Z95): Interval {
  const estimate = Math.min(1, Math.max(0, share));
  if (!(size > 0)) return { estimate, low: 0, high: 1 };
  const z2 = z * z;
  const middle = estimate + z2 / (2 * size);
  const spread = z * Math.sqrt((estimate * (1 - estimate)) / size + z2 / (4 * size * size));
  const by = 1 + z2 / size;
  // At 0 and 1 the outer bound is the share itself; the terms cancel but for their last digits.
  const low = estimate === 0 ? 0 : Math.max(0, (middle - spread) / by);
  return { estimate, low, high: estimate === 1 ? 1 : Math.min(1, (middle + spread) / by) };
}
