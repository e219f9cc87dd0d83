/** What the terminal program is given: feed, doors and the user's wishes. */
import { DARK_THEME } from '../../../components/theme/theme.js';
import type { DetectionConfig } from '../../config/threshold-config.js';
import type { MitigationDoor } from '../../mitigation/door.js';
import type { MitigationBackend } from '../../mitigation/types.js';
import type { AnalysisDoor } from '../analysis/analysis-door.js';
import type { ConfigFile } from '../config-file.js';
import type { EdgeDoor } from '../edge/edge-desk.js';
import type { CasesDoor } from '../incidents/cases-door.js';
import type { Feed } from '../ingest/feed.js';
import type { RulesDoor } from '../netfilter/rules-desk.js';

/** Why nothing can be done: with the firewall, and at the edge; null = actions are possible. */
export interface CannotAct {
  readonly firewall: string | null;
  readonly edge: string | null;
}

export interface TuiOptions {
  readonly feed: Feed;
  /** null = nothing can be done here; `cannotAct` says why. It may still be being opened. */
  readonly mitigation: MitigationDoor | null;
  /** null = no counters here, and why. */
  readonly rules: RulesDoor | null;
  /** Counters from the start, on their screen first. */
  readonly startsWithRules: boolean;
  /** No packets: the requests are what there is to see. */
  readonly startsWithEdge: boolean;
  /** null = no zone is watched. */
  readonly edge: EdgeDoor | null;
  /** null = incidents are not kept, and nobody is told of them. */
  readonly cases: CasesDoor | null;
  /** Ids of incidents of this run begin with it. */
  readonly idPrefix: string;
  /** null = no configuration file; a changed one is read again. */
  readonly config: ConfigFile | null;
  readonly setDetection: (detection: DetectionConfig) => void;
  /** null = no diffs here. */
  readonly analysis: AnalysisDoor | null;
  /** Why nothing can be done, once it is known; shown in the preview. null = actions are possible. Read-only has its own words. Never rejects. */
  readonly cannotAct: Promise<CannotAct>;
  readonly readOnly: boolean;
  readonly ascii: boolean;
  /** Frames per second, 1..10; null = 4, and 2 over SSH. */
  readonly fps: number | null;
  /** null = no limit. */
  readonly maxBytesPerSec: number | null;
  /** Name of a theme; an unknown one is the dark one. */
  readonly theme: string;
  /** Firewall of mitigations, and the host it is on; "" is this machine. */
  readonly backend: MitigationBackend;
  readonly actsOn: string;
  /** Of a mitigation, seconds. */
  readonly ttlSec: number;
  readonly confirmWindowSec: number;
  /** Prefixes never to be dropped. */
  readonly allow: readonly string[];
  /** Rows asked for per table, 1..500. */
  readonly tableRows: number;
  /** Gives the screen back with exit code 1: the source can never work. */
  readonly stop?: AbortSignal;
  /** The program was suspended for so long; what the feed brings next is behind a gap. */
  readonly onGap?: (seconds: number) => void;
}

export const TUI_DEFAULTS = {
  readOnly: false,
  ascii: false,
  fps: null,
  maxBytesPerSec: null,
  theme: DARK_THEME.name,
  backend: 'nft',
  actsOn: '',
  ttlSec: 600,
  confirmWindowSec: 30,
  allow: [],
  tableRows: 200,
  rules: null,
  edge: null,
  cases: null,
  idPrefix: 'i',
  config: null,
  setDetection: () => {},
  startsWithRules: false,
  startsWithEdge: false,
} as const;
