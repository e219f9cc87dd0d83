/** Every key that works, from the one table of keys. */
import { memo } from 'react';
import type { KeyHelp } from '../screens/screen-props.js';
import { fitLine, type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Floating } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';

export type HelpPanelProps = {
  readonly keys: readonly KeyHelp[];
  readonly scroll: number;
  readonly columns: number;
  readonly rows: number;
  readonly theme: Theme;
};

const ONE_COLUMN = 74;

export const HelpPanel = memo(function HelpPanel({ keys, scroll, columns, rows, theme }: HelpPanelProps) {
  const isTwoColumns = columns >= ONE_COLUMN * 2 + 6;
  const width = Math.min(columns - 2, isTwoColumns ? ONE_COLUMN * 2 + 4 : ONE_COLUMN);
  const all = groupLines(keys);
  const half = Math.ceil(all.length / 2);
  const content: Line[] = isTwoColumns
    ? Array.from({ length: half }, (_, i) => [
        ...fitLine(all[i] ?? [], ONE_COLUMN),
        ...fitLine(all[half + i] ?? [], ONE_COLUMN),
      ])
    : all;
  const height = Math.min(rows - 2, content.length + 2);
  const offset = Math.min(scroll, Math.max(0, content.length - (height - 2)));
  const foot = content.length > height - 2 ? [span('j k scroll, Esc closes', 'dim')] : [span('Esc closes', 'dim')];
  const lines = paneLines({ title: 'Keys', isFocused: true, foot }, content.slice(offset), width, height);
  return (
    <Floating
      lines={lines}
      width={width}
      height={height}
      theme={theme}
      left={Math.floor((columns - width) / 2)}
      top={Math.floor((rows - height) / 2)}
    />
  );
});

function groupLines(keys: readonly KeyHelp[]): Line[] {
  const lines: Line[] = [];
  let group = '';
  for (const key of keys) {
    const isFirst = key.group !== group;
    group = key.group;
    lines.push([
      span(` ${(isFirst ? group : '').padEnd(9)}`, 'dim'),
      span(key.label.padEnd(10), 'accent', true),
      span(key.help, 'text'),
    ]);
  }
  return lines;
}
