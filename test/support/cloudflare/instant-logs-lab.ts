/** A collector with all it needs, on a driven clock: the stand-in's API, a log edge, the real reader behind it, and what was told. */

import type { InstantLogsOptions } from '../../../collectors/cloudflare/instant-logs/collector-options.js';
import { InstantLogsCollector } from '../../../collectors/cloudflare/instant-logs/instant-logs-collector.js';
import { LogLineReader } from '../../../collectors/cloudflare/instant-logs/log-line-reader.js';
import { openCloudflare } from '../../../src/platform/cloudflare/cloudflare-client.js';
import { Secret } from '../../../src/platform/cloudflare/secret.js';
import type { EdgeZone } from '../../../src/snapshot/edge-view.js';
import { DrivenClock } from './instant-logs-clock.js';
import { LogEdge } from './instant-logs-edge.js';
import { StandIn, ZONE_ID } from './stand-in.js';

const TOKEN = 'tok_0123456789abcdefghijABCDEFGHIJ0123456789';

export class LogLab {
  readonly clock = new DrivenClock();
  readonly edge = new LogEdge();
  readonly gaps: (readonly [fromMs: number, toMs: number])[] = [];
  readonly told: EdgeZone[] = [];
  readonly rows: number[] = [];
  /** Everything anybody could read: statuses, errors. */
  readonly words: string[] = [];
  readonly reader = new LogLineReader({
    pushLogs: (batch) => {
      for (let row = 0; row < batch.count; row += 1) this.rows.push(batch.status[row] as number);
    },
  });
  /** The API cannot be reached. */
  isGone = false;
  /** What the reader is slowed down by. */
  readerWaits: (() => Promise<void>) | null = null;
  /** 0 ≤ x < 1: 1 is the bound itself. */
  jitter = 0.5;
  readonly #stop = new AbortController();
  collector!: InstantLogsCollector;
  standIn!: StandIn;
  running!: Promise<void>;

  static async start(
    options: Partial<InstantLogsOptions> = {},
    prepare: (edge: LogEdge) => void = () => {},
    checksContract = false,
  ): Promise<LogLab> {
    const lab = new LogLab();
    prepare(lab.edge);
    await lab.edge.start();
    lab.standIn = await StandIn.start({
      token: TOKEN,
      clock: lab.clock,
      resources: [lab.edge.resource],
      checksContract,
      checksAnswers: checksContract,
    });
    const { clock } = lab;
    const api = openCloudflare({
      token: new Secret(TOKEN),
      baseUrl: lab.standIn.baseUrl,
      clock,
      sleep: clock.sleep,
      random: () => lab.jitter,
      fetch: (url, init) =>
        lab.isGone ? Promise.reject(Object.assign(new Error('down'), { code: 'ECONNREFUSED' })) : fetch(url, init),
    });
    const { sleep } = clock;
    const zone = { id: ZONE_ID, name: 'example.com' };
    const random = () => lab.jitter;
    lab.collector = new InstantLogsCollector({
      api,
      zone,
      plainAllowed: true,
      idleMs: null,
      clock,
      sleep,
      random,
      ...options,
    });
    lab.running = lab.collector.run(lab.#sink(), lab.#stop.signal);
    lab.running.catch((error: unknown) => lab.words.push(String(error), String((error as Error).stack)));
    return lab;
  }

  get state(): string {
    return this.collector.status.state;
  }

  get detail(): string {
    return this.collector.status.detail;
  }

  /** Ends everything; then records + unparsable + shed. */
  async stop(): Promise<number> {
    this.#stop.abort();
    await this.running.catch(() => {}); // kept in `words`
    this.reader.flush();
    await this.edge.stop();
    await this.standIn.close();
    const { records, unparsable } = this.reader.counts;
    return records + unparsable + this.collector.counts.shedRecords;
  }

  /** Everything that could be printed. */
  printed(): string {
    return JSON.stringify([this.told, this.words, this.collector.status, this.collector.counts]);
  }

  missingMs(): number {
    return this.gaps.reduce((sum, [fromMs, toMs]) => sum + toMs - fromMs, 0);
  }

  #sink() {
    return {
      message: (bytes: Uint8Array) => {
        this.reader.push(bytes);
        return this.readerWaits?.();
      },
      cut: () => this.reader.flush(),
      gap: (fromMs: number, toMs: number) => this.gaps.push([fromMs, toMs]),
      status: (zone: EdgeZone) => this.told.push(zone),
    };
  }
}
