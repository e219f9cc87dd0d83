/** The configuration as the program uses it: read, checked, in base units, with its defaults. */
import type { HookConfig } from './hook-config.js';
import { DEFAULT_DETECTION, type DetectionConfig } from './threshold-config.js';

export interface Config {
  readonly detection: DetectionConfig;
  readonly hooks: readonly HookConfig[];
  readonly store: {
    /** Null: $XDG_STATE_HOME/ddostop/incidents. */
    readonly folder: string | null;
    readonly keepSec: number;
    readonly keepIncidents: number;
  };
  readonly baselines: {
    /** Null: $XDG_STATE_HOME/ddostop/baselines.json. */
    readonly file: string | null;
    /** False: what is known is used, nothing is learned. */
    readonly learns: boolean;
  };
  /** Databases of networks and countries (.mmdb); the first that knows an address is believed. */
  readonly geo: readonly string[];
  /** "127.0.0.1:9209"; null: no metrics. */
  readonly metrics: string | null;
  /** "udp://192.0.2.1:514", "unix:/dev/log"; null: none. */
  readonly syslog: string | null;
  /** Name of this program in incidents, tickets and messages; null: the host's. */
  readonly sensor: string | null;
}

export const DEFAULT_CONFIG: Config = {
  detection: DEFAULT_DETECTION,
  hooks: [],
  store: { folder: null, keepSec: 400 * 86_400, keepIncidents: 10_000 },
  baselines: { file: null, learns: true },
  geo: [],
  metrics: null,
  syslog: null,
  sensor: null,
};
