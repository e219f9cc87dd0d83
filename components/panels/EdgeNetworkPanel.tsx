/** What passed and what was dropped at the edge, by system; to whom, by what; and do the tunnels stand? */
import { memo } from 'react';
import { fitCells } from '../../src/format/cell-text.js';
import { cleanText } from '../../src/format/clean-text.js';
import { formatBps, formatPps, formatShare } from '../../src/format/number-format.js';
import type {
  EdgeNetworkView,
  EdgeSystemSeries,
  EdgeTopName,
  EdgeTopRow,
  EdgeTunnel,
} from '../../src/snapshot/edge-network-view.js';
import { fitLine, type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { trendText } from '../widgets/trend-line.js';
import { freshness, newestRates, SYSTEM_WORDS, TUNNEL_COLOR } from './edge-network-words.js';
import type { RateUnit } from './TrafficPanel.js';

export type EdgeNetworkPanelProps = {
  readonly view: EdgeNetworkView;
  readonly unit: RateUnit;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

const NAME_CELLS = 15;
/** Two columns of tables beside each other from here on. */
const WIDE = 110;
const GAP = '  ';
const MOST_REMARKS = 3;
/** All buckets there are. */
const TREND_CELLS = 90;
/** Lines a table gets before the others get more. */
const ROUND = 6;

export const EdgeNetworkPanel = memo(function EdgeNetworkPanel(props: EdgeNetworkPanelProps) {
  const { view, unit, width, height, theme } = props;
  const inner = width - 2;
  const rows = height - 2;
  const head = seriesLines(view, unit, inner);
  const remarks = remarkLines(view, inner).slice(0, Math.max(0, Math.min(MOST_REMARKS, rows - head.length - 3)));
  const left = rows - head.length - remarks.length;
  const body = left > 1 ? bodyLines(view, unit, inner, left) : [];
  const content = [...head, ...body, ...Array(Math.max(0, left - body.length)).fill([]), ...remarks];
  const nodes = view.series.map(({ system }) => `${system}Series`);
  const frame = {
    title: unit === 'pps' ? 'Edge network by packets' : 'Edge network by bits',
    note: freshness(view, nodes),
    footHead: view.detail === '' ? [] : [span(cleanText(view.detail, 60), 'dim')],
  };
  return <Block lines={paneLines(frame, content, width, height)} width={width} height={height} theme={theme} />;
});

/** A line a system: its name, what passed and was dropped in the newest bucket, both over time. */
function seriesLines({ series }: EdgeNetworkView, unit: RateUnit, width: number): Line[] {
  if (series.length === 0) return [[span(' no packets of networks: see the remarks below', 'dim')]];
  const trendCells = Math.max(0, Math.floor((width - NAME_CELLS - 31) / 2));
  const shown = Math.min(trendCells, TREND_CELLS);
  const caption = `${fitCells(' SYSTEM', NAME_CELLS + 1)} ${fitCells('PASSED', 7, 'right')} ${fitCells('', shown)} ${fitCells('DROPPED', 7, 'right')}`;
  return [[span(caption, 'dim')], ...series.map((one) => seriesLine(one, unit, shown))];
}

function seriesLine(series: EdgeSystemSeries, unit: RateUnit, trendCells: number): Line {
  const newest = newestRates(series);
  const isPackets = unit === 'pps';
  const passed = isPackets ? newest.passedPps : newest.passedBps;
  const dropped = isPackets ? newest.droppedPps : newest.droppedBps;
  const format = isPackets ? formatPps : formatBps;
  return [
    span(` ${fitCells(SYSTEM_WORDS[series.system], NAME_CELLS)} `, 'text'),
    span(`${fitCells(format(passed), 7, 'right')} `, 'title'),
    span(`${trendText(isPackets ? series.passedPps : series.passedBps, trendCells)} `, 'good'),
    span(`${fitCells(format(dropped), 7, 'right')} `, dropped > 0 ? 'attack' : 'dim', dropped > 0),
    span(trendText(isPackets ? series.droppedPps : series.droppedBps, trendCells), 'attack'),
    span(` ${formatShare(dropped / (passed + dropped)).padStart(5)}`, 'dim'),
  ];
}

function bodyLines(view: EdgeNetworkView, unit: RateUnit, width: number, height: number): Line[] {
  const isWide = width >= WIDE;
  const tables = tablesOf(view, unit, isWide ? Math.floor((width - GAP.length) / 2) : width);
  if (!isWide) return stacked(tables, height);
  const half = Math.floor((width - GAP.length) / 2);
  const left = stacked(
    tables.filter((_, i) => i % 2 === 0),
    height,
  );
  const right = stacked(
    tables.filter((_, i) => i % 2 === 1),
    height,
  );
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => [
    ...fitLine(left[i] ?? [], half),
    span(GAP),
    ...(right[i] ?? []),
  ]);
}

/** In the order of what is missed most where there is no room. */
function tablesOf(view: EdgeNetworkView, unit: RateUnit, width: number): Line[][] {
  const top = (name: EdgeTopName, title: string) => topLines(view.tops[name], title, unit, width);
  const tables = [
    top('targets', 'TARGETS'),
    top('vectors', 'VECTORS'),
    tunnelLines(view.tunnels, width),
    top('sources', 'SOURCES (may be forged)'),
    top('networks', 'NETWORKS'),
    top('countries', 'COUNTRIES'),
    top('rules', 'FIREWALL RULES'),
    top('colos', 'DATA CENTRES'),
  ];
  return tables.filter((lines) => lines.length > 1);
}

/** All tables get a part of the height: three lines at least, then what is left from the first on. */
function stacked(tables: readonly Line[][], height: number): Line[] {
  const least = 3;
  const shown = tables.slice(0, Math.max(1, Math.floor(height / least)));
  const heights = shown.map((lines) => Math.min(lines.length, least));
  let spare = height - heights.reduce((sum, lines) => sum + lines, 0);
  for (const most of [ROUND, height]) {
    for (const [i, lines] of shown.entries()) {
      const more = Math.max(0, Math.min(spare, lines.length - (heights[i] as number), most));
      heights[i] = (heights[i] as number) + more;
      spare -= more;
    }
  }
  return shown.flatMap((lines, i) => lines.slice(0, heights[i])).slice(0, Math.max(0, height));
}

function topLines(rows: readonly EdgeTopRow[], title: string, unit: RateUnit, width: number): Line[] {
  const keyCells = Math.max(10, Math.min(39, width - 24));
  const noteCells = Math.max(0, width - keyCells - 18);
  const head = `${fitCells(` ${title}`, keyCells + 1)} ${fitCells(unit === 'pps' ? 'PPS' : 'BPS', 6, 'right')} ${fitCells('DROP', 6, 'right')}`;
  return [
    [span(head, 'dim')],
    ...rows.map(
      ({ key, note, pps, bps, droppedShare }): Line => [
        span(` ${fitCells(cleanText(key, keyCells), keyCells)} `, 'text'),
        span(`${fitCells(unit === 'pps' ? formatPps(pps) : formatBps(bps), 6, 'right')} `, 'title'),
        span(`${fitCells(formatShare(droppedShare), 6, 'right')} `, droppedShare > 0 ? 'attack' : 'dim'),
        span(cleanText(note, noteCells), 'dim'),
      ],
    ),
  ];
}

const RANK = { down: 0, degraded: 1, unknown: 2, healthy: 3 } as const;

/** Those that are down first. */
function tunnelLines(tunnels: readonly EdgeTunnel[], width: number): Line[] {
  const nameCells = Math.max(10, Math.min(30, width - 40));
  const sorted = [...tunnels].sort((a, b) => RANK[a.state] - RANK[b.state]);
  const head = `${fitCells(' TUNNELS', nameCells + 1)} ${fitCells('STATE', 9)} ${fitCells('IN', 6, 'right')} ${fitCells('OUT', 6, 'right')} CENTRES`;
  return [
    [span(head, 'dim')],
    ...sorted.map(
      ({ name, state, ingressBps, egressBps, colos, colosDown }): Line => [
        span(` ${fitCells(cleanText(name, nameCells), nameCells)} `, 'text'),
        span(`${fitCells(state, 9)} `, TUNNEL_COLOR[state], state === 'down'),
        span(`${fitCells(formatBps(ingressBps), 6, 'right')} ${fitCells(formatBps(egressBps), 6, 'right')} `, 'text'),
        span(colos === 0 ? '' : colosDown === 0 ? `${colos}` : `${colosDown} of ${colos} down`, 'dim'),
      ],
    ),
  ];
}

function remarkLines({ remarks }: EdgeNetworkView, width: number): Line[] {
  return remarks.map((remark) => [span(` ${cleanText(remark, Math.max(1, width - 2))}`, 'suspect')]);
}
