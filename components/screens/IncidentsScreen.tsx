/** Screen 6: incidents, and the evidence of the one under the cursor. */
import { Box } from 'ink';
import { IncidentDetail } from '../panels/IncidentDetail.js';
import { IncidentsPanel } from '../panels/IncidentsPanel.js';
import { listLayout } from './layout.js';
import type { ScreenProps } from './screen-props.js';

export function IncidentsScreen(props: ScreenProps & { readonly height: number }) {
  const { incidents, snapshot, columns, rows, theme } = props;
  const { listHeight } = listLayout(columns, rows, (snapshot?.view.filter.length ?? 0) > 0, incidents.length);
  const nowSec = snapshot?.nowSec ?? Number.NaN;
  const selected = Math.min(props.incidentIndex, incidents.length - 1);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <IncidentsPanel
        incidents={incidents}
        nowSec={nowSec}
        selected={selected}
        offset={Math.max(0, selected - (listHeight - 4))}
        isFocused
        width={columns}
        height={listHeight}
        theme={theme}
      />
      <IncidentDetail
        incident={incidents[selected] ?? null}
        nowSec={nowSec}
        width={columns}
        height={props.height - listHeight}
        theme={theme}
      />
    </Box>
  );
}
