/** What the attacks of an edge get of the screen: as much as they need, and no more than leaves room for the rest. */

/** Head, three rows, borders. */
const LEAST = 6;
const FRAME_ROWS = 3;
const MOST_SHARE = 0.45;

export function attacksHeight(attacks: number, body: number): number {
  return Math.max(LEAST, Math.min(attacks + FRAME_ROWS, Math.floor(body * MOST_SHARE)));
}

/** Rows of attacks it shows. */
export const visibleAttacks = (attacks: number, body: number): number =>
  Math.max(1, attacksHeight(attacks, body) - FRAME_ROWS);
