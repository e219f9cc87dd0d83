/** A line of eight heights, one cell a value; a gap is a gap. */
const HEIGHTS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const GAP = ' ';
const NOTHING = '▁';

/** The newest `cells` of `values`, newest at the right, scaled to the largest of them. Exactly `cells` wide. */
export function trendText(values: readonly (number | null)[], cells: number): string {
  const shown = cells <= 0 ? [] : values.slice(-cells);
  const most = shown.reduce<number>((largest, value) => (isValue(value) ? Math.max(largest, value) : largest), 0);
  const text = shown.map((value) => {
    if (!isValue(value)) return GAP;
    if (most <= 0 || value <= 0) return NOTHING;
    return HEIGHTS[Math.min(7, Math.ceil((value / most) * 8) - 1)];
  });
  return text.join('').padStart(Math.max(0, cells), ' ');
}

function isValue(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}
