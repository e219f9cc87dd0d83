/**
 * A rectangle of finished lines as one text node. Ink is given a placeholder of the right height and gets the lines at the
 * last moment, through Transform: it would measure every styled text and keep it for ever (measure-text.js of 6.8 caches by
 * text without a bound: about 140 MB an hour at 2 frames a second).
 */
import { Box, Transform } from 'ink';
import { fitLine, type Line, paintLine, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';

export type BlockProps = {
  readonly lines: readonly Line[];
  readonly width: number /* cells */;
  readonly height: number /* rows */;
  readonly theme: Theme;
};

export function Block({ lines, width, height, theme }: BlockProps) {
  if (width < 1 || height < 1) return null;
  const shown = lines.slice(0, height).map((line) => fitLine(line, width));
  while (shown.length < height) shown.push(fitLine([], width));
  const painted = shown.map((line) => paintLine(line, theme));
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Transform transform={(_, row) => painted[row] ?? ''}>{placeholder(height)}</Transform>
    </Box>
  );
}

/** As many lines as the block has; the same few texts come again and again. */
const placeholder = (height: number): string => `${'.\n'.repeat(height - 1)}.`;

/** A block on top of what is drawn already, with a blank column at either side. */
export function Floating({
  left,
  top,
  lines,
  width,
  ...rest
}: BlockProps & { readonly left: number; readonly top: number }) {
  const margin = left > 0 ? 1 : 0;
  const padded = margin ? lines.map((line) => [span(' '), ...fitLine(line, width)]) : lines;
  return (
    <Box position="absolute" marginLeft={left - margin} marginTop={top}>
      <Block lines={padded} width={width + margin * 2} {...rest} />
    </Box>
  );
}
