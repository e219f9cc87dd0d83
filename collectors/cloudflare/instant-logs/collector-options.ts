/** What a collector of a zone's log is told, and what it tells. */
import type { Clock } from '../../../src/platform/clock.js';
import type { CloudflareApi } from '../../../src/platform/cloudflare/api.js';
import type { Sleep } from '../../../src/platform/cloudflare/steady-time.js';
import type { Zone } from '../../../src/platform/cloudflare/zone-id.js';
import type { EdgeZone } from '../../../src/snapshot/edge-view.js';
import type { MessageSink } from './message-pump.js';

export interface InstantLogsOptions {
  readonly api: CloudflareApi;
  readonly zone: Pick<Zone, 'id' | 'name'>;
  /** Default: `DEFAULT_LOG_FIELDS`; those of Bot Management and WAF are left out where the zone has none. */
  readonly fields?: readonly string[];
  /** One in so many; 1: all. */
  readonly sample?: number;
  /** Made by `logFilter`; "": none. */
  readonly filter?: string;
  /** ws:// to this machine is taken: only where the API itself is on it (`isLoopbackUrl`). */
  readonly plainAllowed?: boolean;
  /** After so long without `touch()` the session is closed; null: never. */
  readonly idleMs?: number | null;
  readonly clock?: Clock;
  readonly sleep?: Sleep;
  /** 0 ≤ x < 1. */
  readonly random?: () => number;
}

export interface SessionSink extends MessageSink {
  /** Wall clock, epoch ms. Pieces of one gap adjoin, so their sum is what is missing. */
  gap(fromWallMs: number, toWallMs: number): void;
  /** Whenever it changes; countdowns in its text are of the moment, `status` has them at any time. */
  status(zone: EdgeZone): void;
}

export interface SessionCounts {
  readonly messages: number;
  readonly bytes: number;
  /** Lines taken off a full queue. */
  readonly shedRecords: number;
  readonly shedMessages: number;
  /** Messages beyond 2 MiB; how many records they had is not known. */
  readonly tooBig: number;
  /** Websockets that opened. */
  readonly connections: number;
  readonly gaps: number;
  readonly missingMs: number;
}
