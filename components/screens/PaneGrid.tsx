/** Rows of panes as the layout says: the body of the overview and of the talkers screen. */
import { Box } from 'ink';
import { IncidentsPanel } from '../panels/IncidentsPanel.js';
import { LogPanel } from '../panels/LogPanel.js';
import { MixPanel } from '../panels/MixPanel.js';
import { leadIncident } from '../panels/StatusLine.js';
import { TalkerPanel } from '../panels/TalkerPanel.js';
import { TrafficPanel } from '../panels/TrafficPanel.js';
import type { TableId, TalkerRow } from '../panels/talker-columns.js';
import type { LayoutPane, ScreenLayout } from './layout.js';
import type { ScreenProps } from './screen-props.js';
import { isShed, keyHead, TABLE_TABS, tableLabel, topOf, windowLabel } from './tables.js';

const NO_ROWS: readonly TalkerRow[] = [];

export type PaneGridProps = ScreenProps & { readonly layout: ScreenLayout };

export function PaneGrid(props: PaneGridProps) {
  return (
    <Box flexDirection="column" flexShrink={0}>
      {props.layout.rows.map((row, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a layout have no other name and never move
        <Box key={i} height={row.height} flexShrink={0}>
          {row.panes.map((pane) => (
            <PaneOf key={pane.kind} {...props} pane={pane} height={row.height} />
          ))}
        </Box>
      ))}
    </Box>
  );
}

function PaneOf(props: PaneGridProps & { readonly pane: LayoutPane; readonly height: number }) {
  const { pane, height, snapshot, theme, unit } = props;
  const size = { width: pane.width, height, theme };
  switch (pane.kind) {
    case 'traffic': {
      const onsetSec = leadIncident(props.incidents)?.openedAt ?? null;
      return (
        <TrafficPanel
          series={snapshot?.series ?? null}
          unit={unit}
          onsetSec={onsetSec}
          isAscii={props.isAscii}
          {...size}
        />
      );
    }
    case 'mix':
      return <MixPanel mix={snapshot?.mix ?? []} unit={unit} span={windowLabel(snapshot)} {...size} />;
    case 'incidents': {
      const { rows } = props.cases;
      const selected = Math.min(props.incidentIndex, rows.length - 1);
      const offset = Math.max(0, selected - (height - 4));
      const isFocused = props.focus === 'incidents';
      return (
        <IncidentsPanel
          rows={rows}
          nowSec={snapshot?.nowSec ?? Number.NaN}
          selected={isFocused ? selected : -1}
          offset={offset}
          isFocused={isFocused}
          {...size}
        />
      );
    }
    case 'log':
      return <LogPanel log={props.log} scroll={0} isFocused={false} {...size} />;
    case 'tabs':
      return <TableOf {...props} id={props.focus === 'incidents' ? 'sources' : props.focus} hasTabs />;
    default:
      return <TableOf {...props} id={pane.kind} hasTabs={false} />;
  }
}

function TableOf(
  props: PaneGridProps & {
    readonly pane: LayoutPane;
    readonly height: number;
    readonly id: TableId;
    readonly hasTabs: boolean;
  },
) {
  const { id, snapshot, theme } = props;
  const table = props.tables[id];
  const top = topOf(snapshot, id);
  const isFocused = props.focus === id;
  const isAbsent = isShed(snapshot, id);
  return (
    <TalkerPanel
      id={id}
      title={tableLabel(id)}
      tabs={props.hasTabs ? TABLE_TABS : []}
      head={keyHead(snapshot, id)}
      rows={isAbsent ? NO_ROWS : table.rows}
      span={windowLabel(snapshot)}
      empty={isAbsent ? 'overload: not counted until there is room again' : 'nothing seen yet'}
      distinct={top.distinct}
      isExact={top.exact}
      offset={table.offset}
      selected={isFocused && !isAbsent ? table.index : -1}
      isFocused={isFocused}
      marked={table.marked}
      sort={table.sort}
      isDescending={table.isDescending}
      unit={props.unit}
      totalPps={snapshot?.windowPps ?? Number.NaN}
      totalBps={snapshot?.windowBps ?? Number.NaN}
      width={props.pane.width}
      height={props.height}
      theme={theme}
    />
  );
}
