/** What the configuration says about detection, read and checked: numbers in base units. Absent = the default. */

/** Any part of the floors; rates per second, bits per second. Names are those of the file. */
export interface FloorSettings {
  readonly pps?: number;
  readonly bps?: number;
  readonly synPps?: number;
  readonly reflectionPps?: number;
  readonly icmpPps?: number;
  readonly illegalPps?: number;
  readonly udpPps?: number;
  readonly tcpPps?: number;
  readonly requestsPerSec?: number;
  readonly requestsOverUsual?: number;
  readonly requestsPerSecLeast?: number;
}

/** Floors that hold in some hours of the week instead of the group's. UTC. */
export interface FloorSchedule {
  /** 0 = Sunday .. 6. */
  readonly days: readonly number[];
  /** Minutes since midnight; `to` is not in it and may lie before `from`: then it goes over midnight. */
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly floors: FloorSettings;
}

export interface TargetGroup {
  readonly name: string;
  /** Prefixes; the longest one that holds an address decides its group. */
  readonly targets: readonly string[];
  readonly floors: FloorSettings;
  readonly schedules: readonly FloorSchedule[];
  /** False: no incident is opened for it (a scanner, a backup target). */
  readonly isWatched: boolean;
}

/** floor: a fixed limit. baseline: against what is usual at this hour. ramp: a slow rise. shape: what the traffic looks like. */
export type TriggerName = 'floor' | 'baseline' | 'ramp' | 'shape';

export interface DetectionConfig {
  readonly floors: FloorSettings;
  readonly groups: readonly TargetGroup[];
  /** Our own networks: prefixes as announced. Tells incoming from outgoing, and bounds carpet bombing. */
  readonly networks: readonly string[];
  readonly triggers: Readonly<Record<TriggerName, boolean>>;
}

export const DEFAULT_DETECTION: DetectionConfig = {
  floors: {},
  groups: [],
  networks: [],
  triggers: { floor: true, baseline: true, ramp: true, shape: true },
};
