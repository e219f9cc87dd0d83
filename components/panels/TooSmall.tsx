/** Below the least size only what must be known: state, rate, and what size would do. */
import { cleanText } from '../../src/format/clean-text.js';
import { formatPpsUnit } from '../../src/format/number-format.js';
import type { Incident } from '../../src/incident/incident.js';
import { chip, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';

export type TooSmallProps = {
  readonly columns: number;
  readonly rows: number;
  readonly incident: Incident | null;
  readonly pps: number;
  readonly theme: Theme;
};

export function TooSmall({ columns, rows, incident, pps, theme }: TooSmallProps) {
  const lines = [
    [incident ? chip(incident.state === 'attack' ? 'ATTACK' : 'SUSPECT', 'critical') : chip('NORMAL', 'ok')],
    [span(incident ? cleanText(incident.target, columns) : '', 'attack', true)],
    [span(formatPpsUnit(pps), 'title')],
    [span(`${columns}x${rows} is too small,`, 'dim')],
    [span('40x10 shows more', 'dim')],
  ];
  return <Block lines={lines} width={columns} height={rows} theme={theme} />;
}
