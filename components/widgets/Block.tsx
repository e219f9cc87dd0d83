/** A rectangle of finished lines as one text node: frames cost by the number of nodes and styled spans, not by cells. */
import { Box, Text } from 'ink';
import { fitLine, type Line, paintLines, span } from '../theme/paint.js';
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
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Text wrap="truncate">{paintLines(shown, theme)}</Text>
    </Box>
  );
}

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
