/** What a screen is given: one frozen picture of traffic, incidents and of where the user is. No functions, no clocks. */
import type { Incident } from '../../src/incident/incident.js';
import type { LiveMitigation } from '../../src/mitigation/types.js';
import type { ShownRole } from '../../src/snapshot/shown-role.js';
import type { Snapshot } from '../../src/snapshot/snapshot.js';
import type { KeyHint, Notice } from '../panels/BottomLines.js';
import type { DiffView } from '../panels/diff-view.js';
import type { EdgeUi } from '../panels/edge-props.js';
import type { CasesUi } from '../panels/incidents-props.js';
import type { MitigationView } from '../panels/mitigation-view.js';
import type { RulesUi } from '../panels/rules-props.js';
import type { RecordingBadge } from '../panels/StatusLine.js';
import type { RateUnit } from '../panels/TrafficPanel.js';
import type { SortId, TableId, TalkerRow } from '../panels/talker-columns.js';
import type { Theme } from '../theme/theme.js';

export type ScreenId = 'overview' | 'talkers' | 'diff' | 'requests' | 'rules' | 'incidents' | 'actions' | 'log';

export interface TableProps {
  readonly sort: SortId;
  readonly isDescending: boolean;
  readonly rows: readonly TalkerRow[];
  readonly index: number;
  readonly offset: number;
  readonly marked: ReadonlySet<string>;
}

export interface LogRow {
  readonly atMs: number /* epoch ms, wall clock */;
  readonly text: string /* not cleaned */;
  readonly repeats: number;
}

export interface KeyHelp {
  readonly group: string;
  readonly label: string;
  readonly help: string;
}

export type Overlay =
  | { readonly kind: 'help'; readonly scroll: number }
  | { readonly kind: 'quit' }
  /** Null: being read. Scrolled up from the newest. */
  | { readonly kind: 'audit'; readonly lines: readonly string[] | null; readonly scroll: number }
  | { readonly kind: 'triage'; readonly incidentId: string }
  | { readonly kind: 'hooks'; readonly incidentId: string | null }
  | { readonly kind: 'mitigation' };

export interface ScreenProps {
  readonly columns: number;
  readonly rows: number;
  readonly theme: Theme;
  readonly isAscii: boolean;
  readonly isReadOnly: boolean;
  readonly screen: ScreenId;
  readonly snapshot: Snapshot | null;
  readonly incidents: readonly Incident[];
  readonly cases: CasesUi;
  readonly tables: Readonly<Record<TableId, TableProps>>;
  /** Table or list that has the cursor. */
  readonly focus: TableId | 'incidents';
  readonly texts: Readonly<Record<ShownRole, TableProps>>;
  /** Table of texts that has the cursor; null: none was seen. */
  readonly textFocus: ShownRole | null;
  readonly edge: EdgeUi;
  readonly diff: DiffView;
  readonly rules: RulesUi;
  readonly unit: RateUnit;
  readonly incidentIndex: number;
  readonly actions: readonly LiveMitigation[];
  /** Ids that are extended while they match. */
  readonly kept: ReadonlySet<string>;
  /** Why the actions cannot be listed; null = they can. */
  readonly actionsError: string | null;
  readonly actionIndex: number;
  readonly log: readonly LogRow[];
  /** Lines scrolled up from the newest one. */
  readonly logScroll: number;
  readonly detailScroll: number;
  readonly overlay: Overlay | null;
  readonly mitigation: MitigationView | null;
  /** Host that mitigations act on; "" is this machine. */
  readonly actsOn: string;
  /** Wall clock, epoch ms: for countdowns only. */
  readonly nowMs: number;
  readonly frozenSec: number | null;
  readonly confirmInSec: number | null;
  readonly feedGapSec: number | null;
  /** Null when nothing is recorded. */
  readonly recording: RecordingBadge | null;
  readonly hints: readonly KeyHint[];
  readonly notice: Notice | null;
  readonly keyHelp: readonly KeyHelp[];
}
