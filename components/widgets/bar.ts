/** Horizontal bars with eighths of a cell. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** `share` 0..1 of `cells`, exactly `cells` wide. Something that is there never shows as nothing. */
export function barText(share: number, cells: number): string {
  if (!Number.isFinite(share) || share <= 0 || cells <= 0) return ' '.repeat(Math.max(0, cells));
  const eighths = Math.max(1, Math.min(cells * 8, Math.round(share * cells * 8)));
  const full = Math.floor(eighths / 8);
  return `${'█'.repeat(full)}${EIGHTHS[eighths % 8]}`.padEnd(cells, ' ');
}
