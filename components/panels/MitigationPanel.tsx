/** What would be dropped, with which commands, and what would it hit? Then: does it work, and how long to decide? */
import { memo } from 'react';
import { cleanText } from '../../src/format/clean-text.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Floating } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { mitigationButtons, mitigationLines, mitigationTitle } from './mitigation-lines.js';
import type { MitigationView } from './mitigation-view.js';

export type MitigationPanelProps = {
  readonly view: MitigationView;
  readonly nowMs: number /* wall clock, epoch ms */;
  readonly actsOn: string /* host; "" is this machine */;
  readonly columns: number;
  readonly rows: number;
  readonly theme: Theme;
};

export const MitigationPanel = memo(function MitigationPanel({
  view,
  nowMs,
  actsOn,
  columns,
  rows,
  theme,
}: MitigationPanelProps) {
  const width = Math.min(columns - 2, 110);
  const content = mitigationLines(view, nowMs, width - 4);
  const height = Math.min(rows - 2, Math.max(14, content.length + 4));
  const room = height - 4; // borders, a blank line and the buttons
  const offset = Math.min(view.scroll, Math.max(0, content.length - room));
  const shown: Line[] = content.slice(offset, offset + room).map((line) => [span(' '), ...line]);
  while (shown.length < room) shown.push([]);
  const below = content.length - offset - room;
  shown.push(below > 0 ? [span(` ▼ ${below} more lines: j`, 'dim')] : [], mitigationButtons(view, nowMs));
  const { text, color } = mitigationTitle(view);
  const note: Line = [
    ...(offset > 0 ? [span(`▲ ${offset} above: k  `, 'dim')] : []),
    ...(actsOn === '' ? [] : [span(`on ${cleanText(actsOn, 40)}`, 'critical', true)]),
  ];
  const lines = paneLines({ title: text, color, isFocused: true, note }, shown, width, height);
  return (
    <Floating
      lines={lines}
      width={width}
      height={height}
      theme={theme}
      left={Math.floor((columns - width) / 2)}
      top={Math.max(0, Math.floor((rows - height) / 2))}
    />
  );
});
