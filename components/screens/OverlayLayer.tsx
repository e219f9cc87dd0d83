/** What lies above the screen: help, the mitigation panel, the question before quitting. */

import { duplicateOf } from '../../src/incident/queue.js';
import { AuditPanel } from '../panels/AuditPanel.js';
import { HelpPanel } from '../panels/HelpPanel.js';
import { HooksPanel } from '../panels/HooksPanel.js';
import { MitigationPanel } from '../panels/MitigationPanel.js';
import { QuitPanel } from '../panels/QuitPanel.js';
import { TriagePanel } from '../panels/TriagePanel.js';
import type { ScreenProps } from './screen-props.js';

export function OverlayLayer(props: ScreenProps) {
  const { overlay, columns, rows, theme } = props;
  const screen = { columns, rows, theme };
  if (overlay?.kind === 'help') return <HelpPanel keys={props.keyHelp} scroll={overlay.scroll} {...screen} />;
  if (overlay?.kind === 'audit') return <AuditPanel lines={overlay.lines} scroll={overlay.scroll} {...screen} />;
  if (overlay?.kind === 'triage') {
    const row = props.cases.rows.find(({ id }) => id === overlay.incidentId) ?? null;
    return (
      <TriagePanel row={row} duplicateOf={duplicateOf(props.cases.rows, overlay.incidentId)?.id ?? null} {...screen} />
    );
  }
  if (overlay?.kind === 'hooks') {
    const row = props.cases.rows.find(({ id }) => id === overlay.incidentId) ?? null;
    return <HooksPanel hooks={props.cases.hooks} index={props.cases.hookIndex} row={row} {...screen} />;
  }
  if (overlay?.kind === 'quit') return <QuitPanel confirmInSec={props.confirmInSec} {...screen} />;
  if (overlay?.kind === 'mitigation' && props.mitigation)
    return <MitigationPanel view={props.mitigation} nowMs={props.nowMs} actsOn={props.actsOn} {...screen} />;
  return null;
}
