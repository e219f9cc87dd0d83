/** The text under the cursor in full, as far as it fits: what a table had to cut. */
import { memo } from 'react';
import { cutCells } from '../../src/format/cell-text.js';
import { cleanText } from '../../src/format/clean-text.js';
import { formatBytes, formatExact } from '../../src/format/number-format.js';
import type { ShownRole } from '../../src/snapshot/shown-role.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { wrapWords } from '../widgets/wrap.js';
import type { TalkerRow } from './talker-columns.js';
import { shownText, TEXT_WORDS } from './text-roles.js';

export type TextDetailProps = {
  readonly role: ShownRole;
  readonly row: TalkerRow | null;
  readonly about: string /* what else is known of it, not cleaned; "" = nothing was asked */;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

export const TextDetail = memo(function TextDetail({ role, row, about, width, height, theme }: TextDetailProps) {
  const cells = width - 4;
  const known = about === '' ? [] : [[span(` ${cleanText(about, cells)}`, 'accent')]];
  const content =
    row === null
      ? []
      : [...textLines(shownText(role, row.key, cells * height), cells, height - 2 - known.length), ...known];
  const note: Line = row === null ? [] : [span(`${formatExact(row.packets)} in all, ${formatBytes(row.bytes)}`, 'dim')];
  const lines = paneLines({ title: TEXT_WORDS[role].one, note }, content, width, height);
  return <Block lines={lines} width={width} height={height} theme={theme} />;
});

/** At most `most` lines; where there is more, the last one says so. */
function textLines(text: string, cells: number, most: number): Line[] {
  const lines = wrapWords(text, cells);
  const shown = lines.slice(0, most);
  if (lines.length > most) shown[most - 1] = cutCells(`${lines.slice(most - 1).join(' ')}`, cells);
  return shown.map((line) => [span(` ${line}`, 'title')]);
}
