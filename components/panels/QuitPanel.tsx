/** Asked when leaving with a mitigation nobody has decided on. */
import { chip, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Floating } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';

export type QuitPanelProps = {
  readonly confirmInSec: number | null;
  readonly columns: number;
  readonly rows: number;
  readonly theme: Theme;
};

export function QuitPanel({ confirmInSec, columns, rows, theme }: QuitPanelProps) {
  const width = Math.min(columns - 2, 62);
  const height = Math.min(rows - 2, 8);
  const content = [
    [],
    [span('  A mitigation is applied but not confirmed.', 'text')],
    [span(`  The kernel ends it by itself in ${confirmInSec ?? 0} s.`, 'text')],
    [],
    [
      span('  '),
      chip('Esc stay', 'ok'),
      span('  '),
      span('c', 'accent', true),
      span(' confirm   ', 'text'),
      span('z', 'accent', true),
      span(' undo   ', 'text'),
      span('q', 'accent', true),
      span(' quit anyway', 'text'),
    ],
  ];
  const lines = paneLines({ title: 'Quit?', color: 'attack' }, content, width, height);
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
}
