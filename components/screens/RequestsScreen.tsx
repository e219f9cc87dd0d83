/** Screen 4: what the payloads say. */
import { Box } from 'ink';
import type { TalkerTop } from '../../src/snapshot/snapshot.js';
import { RequestsHead } from '../panels/RequestsHead.js';
import { TextDetail } from '../panels/TextDetail.js';
import { TextPanel } from '../panels/TextPanel.js';
import { messagesOf, TEXT_WORDS } from '../panels/text-roles.js';
import { span } from '../theme/paint.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import type { RequestsLayout, TextSlot } from './requests-layout.js';
import type { ScreenProps } from './screen-props.js';
import { windowLabel } from './tables.js';

export type RequestsScreenProps = ScreenProps & { readonly layout: RequestsLayout; readonly height: number };

const NOTHING: TalkerTop = { rows: [], distinct: 0, exact: true };

export function RequestsScreen(props: RequestsScreenProps) {
  const { layout, snapshot, columns, height, theme, textFocus } = props;
  const texts = snapshot?.texts ?? null;
  const table = textFocus === null ? null : props.texts[textFocus];
  return (
    <Box flexDirection="column" flexShrink={0}>
      <RequestsHead texts={texts} isFiltered={(snapshot?.view.filter.length ?? 0) > 0} width={columns} theme={theme} />
      {layout.grid.length === 0 && <NothingSeen {...props} height={height - 1} />}
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
          row={table?.rows[table.index] ?? null}
          width={columns}
          height={layout.detailHeight}
          theme={theme}
        />
      )}
    </Box>
  );
}

function NothingSeen({ snapshot, frozenSec, columns, height, theme }: RequestsScreenProps) {
  const words =
    snapshot?.texts == null && frozenSec !== null
      ? 'the frozen picture does not have this: p goes on'
      : 'no HTTP request, DNS message, TLS or QUIC hello, or SYN seen yet';
  const lines = paneLines({ title: 'Requests' }, [[], [span(`  ${words}`, 'dim')]], columns, height);
  return <Block lines={lines} width={columns} height={height} theme={theme} />;
}

function TextPane(props: RequestsScreenProps & { readonly pane: TextSlot; readonly height: number }) {
  const { pane, layout, snapshot, theme, height } = props;
  const { role, width } = pane;
  const { rows, offset, index, marked, sort, isDescending } = props.texts[role];
  const texts = snapshot?.texts ?? null;
  const { distinct, exact } = texts?.tops[role] ?? NOTHING;
  const isFocused = props.textFocus === role;
  const place = layout.next.length > 0 ? `${layout.order.indexOf(role) + 1}/${layout.order.length}` : '';
  return (
    <TextPanel
      role={role}
      place={place}
      rows={rows}
      span={windowLabel(snapshot, texts?.windowSec)}
      distinct={distinct}
      isExact={exact}
      offset={offset}
      selected={isFocused ? index : -1}
      isFocused={isFocused}
      marked={marked}
      sort={sort}
      isDescending={isDescending}
      unit={props.unit}
      totalPerSec={texts === null ? Number.NaN : messagesOf(TEXT_WORDS[role].kind, texts.perSec)}
      width={width}
      height={height}
      theme={theme}
    />
  );
}
