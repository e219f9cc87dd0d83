/** What was this incident? Asked once it has been acknowledged. */
import { cleanText } from '../../src/format/clean-text.js';
import { type QueueRow, vectorNames } from '../../src/incident/queue.js';
import { chip, type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Floating } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';

export type TriagePanelProps = {
  readonly row: QueueRow | null;
  /** Id of the incident it would be a duplicate of; null: no other has its target. */
  readonly duplicateOf: string | null;
  readonly columns: number;
  readonly rows: number;
  readonly theme: Theme;
};

export function TriagePanel({ row, duplicateOf, columns, rows, theme }: TriagePanelProps) {
  const width = Math.min(columns - 2, 66);
  const height = Math.min(rows - 2, 12);
  const choice = (key: string, text: string): Line => [span(`   ${key}  `, 'accent', true), span(text, 'text')];
  const name = row === null ? '' : cleanText(`${vectorNames(row)} → ${row.target}`, width - 6);
  const content: Line[] = [
    [span(`  ${name}`, 'title', true)],
    [span('  Acknowledged. Say what it was, now or later:', 'text')],
    [],
    choice('t', 'true: an attack'),
    choice('f', 'false: no attack at all'),
    choice('d', duplicateOf === null ? 'duplicate: no other incident has this target' : `duplicate of ${duplicateOf}`),
    choice('s', 'test: somebody tried something'),
    choice('u', row?.mark ? `take off: it is called ${row.mark.mark}` : 'take off what it was called'),
    [],
    [span('  '), chip('Esc close', 'ok')],
  ];
  const lines = paneLines({ title: 'Incident', color: 'accent' }, content, width, height);
  return (
    <Floating lines={lines} width={width} height={height} theme={theme} {...middle(columns, rows, width, height)} />
  );
}

function middle(columns: number, rows: number, width: number, height: number) {
  return { left: Math.floor((columns - width) / 2), top: Math.max(0, Math.floor((rows - height) / 2)) };
}
