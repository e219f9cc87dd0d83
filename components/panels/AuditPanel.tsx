/** Who did what to the firewall, when, with which result? The newest record is at the bottom. */
import { memo } from 'react';
import { cleanText } from '../../src/format/clean-text.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Floating } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { wrapWords } from '../widgets/wrap.js';

export type AuditPanelProps = {
  readonly lines: readonly string[] | null /* null: being read */;
  readonly scroll: number /* lines up from the newest one */;
  readonly columns: number;
  readonly rows: number;
  readonly theme: Theme;
};

const MAX_RECORD = 1000;

export const AuditPanel = memo(function AuditPanel({ lines, scroll, columns, rows, theme }: AuditPanelProps) {
  const width = columns - 2;
  const height = rows - 2;
  const room = height - 2;
  const all = (lines ?? []).flatMap((line) =>
    wrapWords(cleanText(line, MAX_RECORD), width - 4).map(
      (part, i): Line => [span(` ${i > 0 ? '  ' : ''}${part}`, colorOf(line))],
    ),
  );
  const end = Math.max(Math.min(room, all.length), all.length - scroll);
  const content = all.slice(Math.max(0, end - room), end);
  if (content.length === 0)
    content.push([span(lines === null ? '  reading the log…' : '  nothing was done yet', 'dim')]);
  const foot: Line = [
    span(all.length > room ? `${end} of ${all.length}, j k scroll, Esc closes` : 'Esc closes', 'dim'),
  ];
  const frame = { title: 'Audit log', isFocused: true, foot };
  return (
    <Floating
      lines={paneLines(frame, content, width, height)}
      width={width}
      height={height}
      theme={theme}
      left={1}
      top={1}
    />
  );
});

function colorOf(line: string): 'critical' | 'ok' | 'text' {
  if (line.includes(': failed (')) return 'critical';
  return line.includes(': done') ? 'ok' : 'text';
}
