/** How long to wait after the nth failure: 2 s doubled up to 10 min, give or take a quarter, so that many programs do not come back together. */

const FIRST_MS = 2000;
const MOST_MS = 600_000;

/** `failures` from 1 on; `random` 0..1; `askedMs`: what the other side, or the sender, wants at least. */
export function backoffMs(failures: number, random: number, askedMs: number | null): number {
  const plain = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  return Math.max(Math.round(plain * (0.75 + random / 2)), askedMs ?? 0);
}
