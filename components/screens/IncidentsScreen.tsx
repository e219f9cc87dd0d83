/** Screen 6: incidents by urgency, and what is known of the one under the cursor; its second page: how the team does. */
import { Box } from 'ink';
import { IncidentDetail } from '../panels/IncidentDetail.js';
import { IncidentsPanel } from '../panels/IncidentsPanel.js';
import { TeamPanel } from '../panels/TeamPanel.js';
import { listLayout } from './layout.js';
import type { ScreenProps } from './screen-props.js';

export function IncidentsScreen(props: ScreenProps & { readonly height: number }) {
  const { incidents, cases, snapshot, columns, rows, theme, height } = props;
  if (cases.page === 'team')
    return <TeamPanel team={cases.team} why={cases.why} width={columns} height={height} theme={theme} />;
  const { listHeight } = listLayout(columns, rows, (snapshot?.view.filter.length ?? 0) > 0, cases.rows.length);
  const nowSec = snapshot?.nowSec ?? Number.NaN;
  const selected = Math.min(props.incidentIndex, cases.rows.length - 1);
  const id = cases.rows[selected]?.id;
  const stored = cases.opened?.incident.id === id ? cases.opened : null;
  return (
    <Box flexDirection="column" flexShrink={0}>
      <IncidentsPanel
        rows={cases.rows}
        nowSec={nowSec}
        selected={selected}
        offset={Math.max(0, selected - (listHeight - 4))}
        isFocused
        width={columns}
        height={listHeight}
        theme={theme}
      />
      <IncidentDetail
        incident={incidents.find((incident) => incident.id === id) ?? stored?.incident ?? null}
        stored={stored}
        nowSec={nowSec}
        width={columns}
        height={height - listHeight}
        theme={theme}
      />
    </Box>
  );
}
