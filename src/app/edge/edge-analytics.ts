/** Behind the edge's worker: its analytics as a view, news as sentences, and rows of a target for a diff. */
import { setTimeout } from 'node:timers/promises';
import { AnalyticsCollector } from '../../../collectors/cloudflare/analytics/analytics-collector.js';
import { edgeRowSides, packetRowsOf } from '../../aggregate/edge/edge-network-packets.js';
import { EdgeNetworkTally } from '../../aggregate/edge/edge-network-tally.js';
import { messageOf, UserError } from '../../errors.js';
import { systemClock } from '../../platform/clock.js';
import type { CloudflareApi } from '../../platform/cloudflare/api.js';
import type { Zone } from '../../platform/cloudflare/zone-id.js';
import type { EdgeNetworkRow } from '../../records/edge-network-rows.js';
import type { SessionInput } from '../../signature/session.js';
import { newsOf } from '../../snapshot/edge-network-news.js';
import { takeEdgeNetworkView } from '../../snapshot/edge-network-picture.js';
import type { EdgeNetworkView } from '../../snapshot/edge-network-view.js';
import type { Post } from './edge-protocol.js';

/** Groups of packets: fewer say nothing of what tells them apart. */
const LEAST_ROWS = 1;

export class EdgeAnalytics {
  readonly #tally = new EdgeNetworkTally();
  readonly #collector: AnalyticsCollector;
  readonly #zones: readonly Zone[];
  readonly #post: Post;
  #shown: EdgeNetworkView | null = null;

  constructor(api: CloudflareApi, zones: readonly Zone[], accountId: string | null, post: Post) {
    this.#zones = zones;
    this.#post = post;
    const sleep = (ms: number, signal?: AbortSignal) =>
      setTimeout(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    this.#collector = new AnalyticsCollector({ api, zones, accountId, clock: systemClock, sleep });
  }

  /** Never rejects: logs go on where analytics are not to be had. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#collector.run({ pushAnalytics: (batch) => this.#take(batch) }, signal);
    } catch (error) {
      this.#post({ type: 'remark', text: `analytics: ${messageOf(error)}`, isGood: false });
    }
  }

  #take(batch: Parameters<EdgeNetworkTally['take']>[0]): void {
    this.#tally.take(batch);
    const view = takeEdgeNetworkView(this.#tally, this.#zones, batch.atMs);
    for (const { kind, text } of newsOf(this.#shown, view))
      this.#post({ type: 'alert', text, isGood: kind === 'attack-ended' || kind === 'tunnel-up' });
    this.#shown = view;
    this.#post({ type: 'network', view });
  }

  /** What the edge dropped of a target's packets, or counts to an attack, against the rest of them. Throws UserError. */
  rowsFor(target: string): SessionInput {
    const all = [...this.#tally.rows.values()].flat().filter((row) => row.target === target);
    const { attack, rest } = edgeRowSides(all);
    if (attack.length < LEAST_ROWS)
      throw new UserError(
        'EDGE_NO_ROWS',
        `the analytics have no dropped packets to ${target}`,
        'Choose an attack that goes on; rows come a minute late.',
      );
    const side = (rows: readonly EdgeNetworkRow[]) => ({
      packets: packetRowsOf(rows),
      requests: null,
      hellos: null,
      fromSec: Math.min(...rows.map(({ sec }) => sec)),
      toSec: Math.max(...rows.map(({ sec }) => sec)),
    });
    return {
      target,
      attack: side(attack),
      good: { ...side(rest), is: rest.length > 0 ? 'rest' : 'none' },
      rates: null,
    };
  }
}
