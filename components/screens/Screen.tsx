/** The whole screen: status on top, the screen's body, hint line at the bottom, overlays above all. Never taller than `rows`. */
import { Box } from 'ink';
import { FilterLine, filterWords, HintLine } from '../panels/BottomLines.js';
import { leadIncident, StatusLine } from '../panels/StatusLine.js';
import { TooSmall } from '../panels/TooSmall.js';
import { edgeFilterWords } from '../panels/text-roles.js';
import { quietTheme, type Theme } from '../theme/theme.js';
import { ActionsScreen } from './ActionsScreen.js';
import { DiffScreen } from './DiffScreen.js';
import { diffLayout } from './diff-layout.js';
import { EdgeNetworkScreen } from './EdgeNetworkScreen.js';
import { IncidentsScreen } from './IncidentsScreen.js';
import { LogScreen } from './LogScreen.js';
import { isTooSmall, listLayout, overviewLayout, talkersLayout } from './layout.js';
import { OverlayLayer } from './OverlayLayer.js';
import { PaneGrid } from './PaneGrid.js';
import { RequestsScreen } from './RequestsScreen.js';
import { RulesScreen } from './RulesScreen.js';
import { requestsLayout } from './requests-layout.js';
import { rulesLayout } from './rules-layout.js';
import type { ScreenProps } from './screen-props.js';

const QUIET = new WeakMap<Theme, Theme>(); // one object per theme, so that panels stay memoized

function quietOf(theme: Theme): Theme {
  const quiet = QUIET.get(theme) ?? quietTheme(theme);
  QUIET.set(theme, quiet);
  return quiet;
}

export function Screen(props: ScreenProps) {
  const { columns, rows, theme, snapshot } = props;
  const body = { ...props, theme: props.overlay ? quietOf(theme) : theme };
  if (isTooSmall(columns, rows))
    return (
      <TooSmall
        columns={columns}
        rows={rows}
        theme={theme}
        incident={leadIncident(props.incidents)}
        pps={snapshot?.pps ?? Number.NaN}
      />
    );
  const filter = snapshot?.view.filter ?? [];
  const hasFilter = filter.length > 0;
  const { edge } = props;
  const isNetwork = edge.isShown && edge.isNetwork && edge.network !== null;
  const hasEdgeFilter = props.screen === 'requests' && edge.isShown && edge.filter.length > 0;
  const requests = requestsLayout({
    columns,
    rows,
    hasFilter: edge.isShown ? hasEdgeFilter : hasFilter,
    seen: edge.isShown ? (edge.view?.seen ?? []) : (snapshot?.texts?.seen ?? []),
    focus: props.textFocus,
    isEdge: edge.isShown,
  });
  const diff = diffLayout(columns, rows, hasFilter);
  const rules = rulesLayout(columns, rows, hasFilter);
  const layout =
    props.screen === 'overview'
      ? overviewLayout(columns, rows, hasFilter)
      : props.screen === 'talkers'
        ? talkersLayout(columns, rows, hasFilter)
        : props.screen === 'requests'
          ? requests
          : props.screen === 'diff'
            ? diff
            : props.screen === 'rules'
              ? rules
              : listLayout(columns, rows, hasFilter, props.cases.rows.length);
  return (
    <Box width={columns} height={rows} flexDirection="column">
      <StatusLine
        snapshot={snapshot}
        incidents={props.incidents}
        isReadOnly={props.isReadOnly}
        frozenSec={props.frozenSec}
        confirmInSec={props.confirmInSec}
        feedGapSec={props.feedGapSec}
        recording={props.recording}
        edge={edge}
        width={columns}
        rows={layout.statusRows}
        theme={theme}
      />
      {(props.screen === 'overview' || props.screen === 'talkers') && <PaneGrid {...body} layout={layout} />}
      {props.screen === 'diff' && <DiffScreen {...body} layout={diff} />}
      {props.screen === 'rules' && <RulesScreen {...body} layout={rules} />}
      {props.screen === 'requests' && isNetwork && <EdgeNetworkScreen {...body} height={bodyHeight(rows, layout)} />}
      {props.screen === 'requests' && !isNetwork && (
        <RequestsScreen {...body} layout={requests} height={bodyHeight(rows, layout)} />
      )}
      {props.screen === 'incidents' && <IncidentsScreen {...body} height={bodyHeight(rows, layout)} />}
      {props.screen === 'actions' && <ActionsScreen {...body} height={bodyHeight(rows, layout)} />}
      {props.screen === 'log' && <LogScreen {...body} height={bodyHeight(rows, layout)} />}
      {layout.hasFilterLine && (
        <FilterLine
          parts={hasEdgeFilter ? edge.filter.map(edgeFilterWords) : filter.map(filterWords)}
          isSampled={(hasEdgeFilter ? edge.view?.sampled : snapshot?.sampled) ?? false}
          width={columns}
          theme={theme}
        />
      )}
      <HintLine hints={props.hints} notice={props.notice} width={columns} theme={theme} />
      <OverlayLayer {...props} />
    </Box>
  );
}

function bodyHeight(rows: number, layout: { readonly statusRows: number; readonly hasFilterLine: boolean }): number {
  return rows - layout.statusRows - 1 - (layout.hasFilterLine ? 1 : 0);
}
