/** A collector of analytics before the stand-in for Cloudflare, with a clock that a test drives. In front of it a server that can refuse a query. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'graphql';
import { AnalyticsCollector } from '../../../collectors/cloudflare/analytics/analytics-collector.js';
import { EdgeNetworkTally } from '../../../src/aggregate/edge/edge-network-tally.js';
import { openCloudflare } from '../../../src/platform/cloudflare/cloudflare-client.js';
import { Secret } from '../../../src/platform/cloudflare/secret.js';
import type { EdgeAnalyticsBatch } from '../../../src/records/edge-network-rows.js';
import { takeEdgeNetworkView } from '../../../src/snapshot/edge-network-picture.js';
import type { EdgeNetworkView } from '../../../src/snapshot/edge-network-view.js';
import { type AnswererPlace, answerData } from './analytics-answerer.js';
import { DrivenClock, until } from './instant-logs-clock.js';
import { ACCOUNT_ID, StandIn, type StandInOptions, ZONE_ID } from './stand-in.js';

const TOKEN = 'analytics-test-token-0123456789abcdef';

export interface Refusal {
  readonly message: string;
  readonly path: readonly (string | number)[] | null;
}

export interface AskedQuery {
  readonly atMs: number;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const place = (id: string): AnswererPlace => ({ id, rows: {}, settings: {} });

export class AnalyticsLab {
  readonly clock = new DrivenClock();
  readonly account = place(ACCOUNT_ID);
  readonly zone = place(ZONE_ID);
  readonly batches: EdgeAnalyticsBatch[] = [];
  readonly queries: AskedQuery[] = [];
  readonly tally = new EdgeNetworkTally();
  /** Of a query that asks for data; empty: it is answered. A path means that another document would be. */
  refuses: (query: string) => readonly Refusal[] = () => [];
  /** What stands in place of an answer. */
  breaks: ((query: string) => string) | null = null;
  failure: unknown = null;
  readonly #over = new AbortController();
  readonly #front = createServer((incoming, outgoing) => void this.#serve(incoming, outgoing));
  #standIn: StandIn | null = null;
  #done: Promise<void> = Promise.resolve();

  static async start(
    options: Partial<StandInOptions> = {},
    prepare?: (lab: AnalyticsLab) => void,
  ): Promise<AnalyticsLab> {
    const lab = new AnalyticsLab();
    prepare?.(lab);
    lab.#standIn = await StandIn.start({
      token: TOKEN,
      clock: lab.clock,
      checksContract: false,
      graphql: (query, variables) => answerData(query, variables, lab.account, [lab.zone]),
      ...options,
    });
    await new Promise<void>((resolve) => lab.#front.listen(0, '127.0.0.1', resolve));
    lab.#run();
    await lab.rest();
    return lab;
  }

  get standIn(): StandIn {
    return this.#standIn as StandIn;
  }

  get nowSec(): number {
    return this.clock.nowMs() / 1000;
  }

  get view(): EdgeNetworkView {
    return takeEdgeNetworkView(this.tally, [{ id: ZONE_ID, name: 'example.com' }], this.clock.nowMs());
  }

  get last(): EdgeAnalyticsBatch {
    return this.batches.at(-1) as EdgeAnalyticsBatch;
  }

  /** Queries that asked for data. */
  get documents(): AskedQuery[] {
    return this.queries.filter(({ query }) => !query.includes('settings {'));
  }

  /** Until the collector waits for its next tick. */
  async rest(): Promise<void> {
    await until('the collector rests', () => this.clock.waits > 0 || this.failure !== null);
  }

  async ticks(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      await this.clock.step();
      await this.rest();
    }
  }

  async close(): Promise<void> {
    this.#over.abort();
    await this.#done;
    this.#front.closeAllConnections();
    await new Promise((resolve) => this.#front.close(resolve));
    await this.standIn.close();
  }

  #run(): void {
    const { port } = this.#front.address() as AddressInfo;
    const { clock } = this;
    const api = openCloudflare({
      token: new Secret(TOKEN),
      baseUrl: `http://127.0.0.1:${port}/client/v4`,
      clock,
      sleep: clock.sleep,
      random: () => 0,
    });
    const collector = new AnalyticsCollector({
      api,
      zones: [{ id: ZONE_ID, name: 'example.com' }],
      accountId: ACCOUNT_ID,
      clock,
      sleep: clock.sleep,
      random: () => 0,
    });
    const sink = {
      pushAnalytics: (batch: EdgeAnalyticsBatch) => {
        this.batches.push(batch);
        this.tally.take(batch);
      },
    };
    this.#done = collector.run(sink, this.#over.signal).catch((error: unknown) => {
      this.failure = error;
    });
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces).toString('utf8');
    if (incoming.url === '/client/v4/graphql') {
      const { query, variables } = JSON.parse(body) as Omit<AskedQuery, 'atMs'>;
      parse(query);
      this.queries.push({ atMs: this.clock.nowMs(), query, variables });
      const errors = this.refuses(query);
      if (errors.length > 0) return answer(outgoing, JSON.stringify({ data: null, errors }));
      if (this.breaks !== null) return answer(outgoing, this.breaks(query));
    }
    const { port } = new URL(this.standIn.baseUrl);
    const response = await fetch(`http://127.0.0.1:${port}${incoming.url}`, {
      method: incoming.method ?? 'GET',
      headers: { authorization: incoming.headers.authorization ?? '', 'content-type': 'application/json' },
      ...(body === '' ? {} : { body }),
    }).catch(() => null);
    if (response === null) {
      incoming.socket.destroy();
      return;
    }
    const wait = response.headers.get('retry-after');
    outgoing.writeHead(response.status, {
      'content-type': 'application/json',
      ...(wait === null ? {} : { 'retry-after': wait }),
    });
    outgoing.end(await response.text());
  }
}

function answer(outgoing: ServerResponse, text: string): void {
  outgoing.writeHead(200, { 'content-type': 'application/json' });
  outgoing.end(text);
}
