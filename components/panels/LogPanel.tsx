/** What was said while the screen was ours: warnings, errors, notes of the session. */
import { memo } from 'react';
import { cleanText } from '../../src/format/clean-text.js';
import { formatClock } from '../../src/format/time-format.js';
import { span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';

export type LogPanelProps = {
  readonly log: readonly {
    readonly atMs: number;
    readonly text: string;
    readonly repeats: number;
  }[] /* oldest first; atMs = epoch ms */;
  readonly scroll: number /* lines up from the newest one */;
  readonly isFocused: boolean;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

export const LogPanel = memo(function LogPanel({ log, scroll, isFocused, width, height, theme }: LogPanelProps) {
  const room = height - 2;
  const end = Math.max(Math.min(room, log.length), log.length - scroll);
  const shown = log.slice(Math.max(0, end - room), end);
  const content = shown.map((line) => [
    span(` ${formatClock(line.atMs / 1000)} `, 'dim'),
    span(cleanText(line.text, Math.max(0, width - 20)), 'text'),
    span(line.repeats > 1 ? ` ×${line.repeats}` : '', 'suspect'),
  ]);
  if (content.length === 0) content.push([span('  nothing was logged', 'dim')]);
  const foot = log.length > room ? [span(`${end} of ${log.length}`, 'dim')] : [];
  const lines = paneLines({ title: 'Log', hotKey: '8', isFocused, foot }, content, width, height);
  return <Block lines={lines} width={width} height={height} theme={theme} />;
});
