/** Screen 4: what the payloads say, or what an edge logged. */
import { Box } from 'ink';
import type { ShownRole } from '../../src/snapshot/shown-role.js';
import { isEdgeRole } from '../../src/snapshot/shown-role.js';
import type { TalkerTop } from '../../src/snapshot/snapshot.js';
import { EdgeHead } from '../panels/EdgeHead.js';
import { EdgeTrend } from '../panels/EdgeTrend.js';
import { RequestsHead } from '../panels/RequestsHead.js';
import { ScoresPanel } from '../panels/ScoresPanel.js';
import { TextDetail } from '../panels/TextDetail.js';
import { TextPanel } from '../panels/TextPanel.js';
import { messagesOf, TEXT_WORDS } from '../panels/text-roles.js';
import { span } from '../theme/paint.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import type { RequestsLayout, TextSlot } from './requests-layout.js';
import type { ScreenProps } from './screen-props.js';
import { edgeWindowLabel, windowLabel } from './tables.js';

export type RequestsScreenProps = ScreenProps & { readonly layout: RequestsLayout; readonly height: number };

const NOTHING: TalkerTop = { rows: [], distinct: 0, exact: true };

export function RequestsScreen(props: RequestsScreenProps) {
  const { layout, columns, height, theme, textFocus, edge } = props;
  const table = textFocus === null ? null : props.texts[textFocus];
  const row = table?.rows[table.index] ?? null;
  const above = layout.headRows + layout.strip.height;
  return (
    <Box flexDirection="column" flexShrink={0}>
      {edge.isShown ? <EdgeTop {...props} /> : <PayloadTop {...props} />}
      {layout.grid.length === 0 && <NothingSeen {...props} height={height - above} />}
      {layout.grid.map(({ height: paneHeight, panes }) => (
        <Box key={panes[0]?.role} height={paneHeight} flexShrink={0}>
          {panes.map((pane) => (
            <TextPane key={pane.role} {...props} pane={pane} height={paneHeight} />
          ))}
        </Box>
      ))}
      {layout.grid.length > 0 && layout.detailHeight > 0 && textFocus !== null && (
        <TextDetail
          role={textFocus}
          row={row}
          about={textFocus === 'edgeClients' && edge.intel?.address === row?.key ? (edge.intel?.words ?? '') : ''}
          width={columns}
          height={layout.detailHeight}
          theme={theme}
        />
      )}
    </Box>
  );
}

function PayloadTop({ snapshot, columns, theme }: RequestsScreenProps) {
  return (
    <RequestsHead
      texts={snapshot?.texts ?? null}
      isFiltered={(snapshot?.view.filter.length ?? 0) > 0}
      width={columns}
      theme={theme}
    />
  );
}

function EdgeTop({ edge, snapshot, layout, columns, nowMs, isAscii, theme }: RequestsScreenProps) {
  const { height, trendWidth, scoresWidth } = layout.strip;
  const { view } = edge;
  return (
    <>
      <EdgeHead edge={edge} nowMs={nowMs} width={columns} height={layout.headRows} theme={theme} />
      {height > 0 && (
        <Box height={height} flexShrink={0}>
          <EdgeTrend
            series={view?.series ?? null}
            packets={snapshot?.series ?? null}
            drops={edge.drops}
            isAscii={isAscii}
            width={trendWidth}
            height={height}
            theme={theme}
          />
          {scoresWidth > 0 && (
            <ScoresPanel
              bot={view?.botScores ?? null}
              waf={view?.wafScores ?? null}
              width={scoresWidth}
              height={height}
              theme={theme}
            />
          )}
        </Box>
      )}
    </>
  );
}

function NothingSeen({ snapshot, edge, frozenSec, columns, height, theme }: RequestsScreenProps) {
  const words = edge.isShown
    ? 'no request logged yet'
    : snapshot?.texts == null && frozenSec !== null
      ? 'the frozen picture does not have this: p goes on'
      : 'no HTTP request, DNS message, TLS or QUIC hello, or SYN seen yet';
  const lines = paneLines({ title: 'Requests' }, [[], [span(`  ${words}`, 'dim')]], columns, height);
  return <Block lines={lines} width={columns} height={height} theme={theme} />;
}

function TextPane(props: RequestsScreenProps & { readonly pane: TextSlot; readonly height: number }) {
  const { pane, layout, theme, height } = props;
  const { role, width } = pane;
  const { rows, offset, index, marked, sort, isDescending } = props.texts[role];
  const { top, totalPerSec, span: covered } = figuresOf(props, role);
  const isFocused = props.textFocus === role;
  const place = layout.next.length > 0 ? `${layout.order.indexOf(role) + 1}/${layout.order.length}` : '';
  return (
    <TextPanel
      role={role}
      place={place}
      rows={rows}
      span={covered}
      distinct={top.distinct}
      isExact={top.exact}
      offset={offset}
      selected={isFocused ? index : -1}
      isFocused={isFocused}
      marked={marked}
      sort={sort}
      isDescending={isDescending}
      unit={props.unit}
      totalPerSec={totalPerSec}
      width={width}
      height={height}
      theme={theme}
    />
  );
}

/** Where the figures of a table come from. */
function figuresOf({ snapshot, edge }: RequestsScreenProps, role: ShownRole) {
  const { kind } = TEXT_WORDS[role];
  if (isEdgeRole(role) || kind === 'edge') {
    const top = isEdgeRole(role) ? (edge.view?.tops[role] ?? NOTHING) : NOTHING;
    return { top, totalPerSec: edge.view?.rates.requests ?? Number.NaN, span: edgeWindowLabel(edge.view) };
  }
  const texts = snapshot?.texts ?? null;
  return {
    top: texts?.tops[role] ?? NOTHING,
    totalPerSec: texts === null ? Number.NaN : messagesOf(kind, texts.perSec),
    span: windowLabel(snapshot, texts?.windowSec),
  };
}
