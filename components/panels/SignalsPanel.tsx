/** What does the host's own network stack say about being flooded? */
import { memo } from 'react';
import { fitCells } from '../../src/format/cell-text.js';
import { cleanText } from '../../src/format/clean-text.js';
import { formatCount, formatPps, formatShare, NO_DATA } from '../../src/format/number-format.js';
import type { SignalRow } from '../../src/snapshot/rules-view.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { wrapWords } from '../widgets/wrap.js';

export type SignalsPanelProps = {
  readonly signals: readonly SignalRow[];
  readonly notes: readonly string[] /* newest first */;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

const VALUE_CELLS = 8;

export const SignalsPanel = memo(function SignalsPanel({ signals, notes, width, height, theme }: SignalsPanelProps) {
  const inner = width - 2;
  const alarms = signals.filter(({ isAlarming }) => isAlarming);
  const rest = signals.filter(({ isAlarming }) => !isAlarming);
  const content: Line[] = [
    ...alarms.flatMap((signal) => [signalLine(signal, inner), ...meaningLines(signal, inner)]),
    ...notes.flatMap((note) =>
      wrapWords(cleanText(note, 400), inner - 2).map((line): Line => [span(` ${line}`, 'suspect')]),
    ),
    ...rest.map((signal) => signalLine(signal, inner)),
  ];
  const note: Line = alarms.length > 0 ? [span(`${alarms.length} alarming`, 'critical', true)] : [];
  const frame = { title: 'Stack', note };
  return <Block lines={paneLines(frame, content, width, height)} width={width} height={height} theme={theme} />;
});

function signalLine({ label, rate, fill, value, isAlarming }: SignalRow, cells: number): Line {
  const text =
    fill !== null
      ? formatShare(fill)
      : rate !== null
        ? `${formatPps(rate)}/s`
        : value === null
          ? NO_DATA
          : formatCount(value);
  const name = fitCells(` ${cleanText(label, 60)}`, Math.max(1, cells - VALUE_CELLS - 1));
  return [
    span(name, isAlarming ? 'critical' : 'dim', isAlarming),
    span(fitCells(text, VALUE_CELLS, 'right'), isAlarming ? 'critical' : 'text', isAlarming),
  ];
}

function meaningLines({ meaning }: SignalRow, cells: number): Line[] {
  return wrapWords(cleanText(meaning, 200), cells - 4).map((line) => [span(`   ${line}`, 'suspect')]);
}
