/** What a pipeline is made with. */
import type { DetectionConfig } from '../config/threshold-config.js';
import type { Floors } from '../detect/floors.js';
import type { Trigger } from '../detect/trigger.js';
import type { ReadingMode } from '../layer7/layer7-reader.js';
import type { ViewRequest } from '../records/view-request.js';
import type { LiveRows } from './live-rows.js';
import type { LoadGovernor } from './load-governor.js';

export interface PipelineOptions {
  readonly exact?: boolean;
  /** Rates over the last seconds as well as totals; a report needs totals only. */
  readonly windows?: boolean;
  /** Prefix levels kept, 1..4. */
  readonly levels?: number;
  readonly floors?: Floors;
  /** Floors of target groups, our networks, which triggers; `setDetection` changes it later. */
  readonly detection?: DetectionConfig;
  /** Triggers besides floors and shapes. */
  readonly triggers?: readonly Trigger[];
  /** Ticks in which targets are counted and judged; default 10 with windows, 2 of totals only: a file is triaged as fast as it can be read. */
  readonly ticksPerSecond?: number;
  /** Ids of incidents are this and a number; default "i". */
  readonly idPrefix?: string;
  /** Keep a table of flows, besides counting how many there are; default true. */
  readonly ranksFlows?: boolean;
  /** False: everything in TypeScript, the reference of the tests. */
  readonly kernel?: boolean;
  /** Says at the end of each second how much is left out; takes windows. None: everything is counted, however long it takes. */
  readonly governor?: LoadGovernor | null;
  /** Rows for impacts and diffs, of this pipeline alone. None: nobody asks. */
  readonly rows?: LiveRows | null;
  /** How much of the payloads is read; default as against the clock. With `exact` everything is. */
  readonly reading?: ReadingMode;
  /** JA4 of an ALPN that is not ASCII as tools before 2025 have it. */
  readonly ja4Compat?: boolean;
  /** Fixed only in tests. */
  readonly seed?: number;
}

export const DEFAULT_VIEW: ViewRequest = {
  window: 'auto',
  sourceLevel: 0,
  targetLevel: 0,
  layer: 'outer',
  rows: 100,
  filter: [],
  texts: [],
};
