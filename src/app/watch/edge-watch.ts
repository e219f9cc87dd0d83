/** Zones that `watch` looks at, beside packets or instead of them: hosts that get far more requests than before, and what Cloudflare tells of attacks. */
import type { Incident } from '../../incident/incident.js';
import { siteIncidentsOf, VOTE_ROLES } from '../../incident/site-incident.js';
import type { EdgeNetworkView } from '../../snapshot/edge-network-view.js';
import type { EdgeDoor, EdgeNews } from '../edge/edge-desk.js';
import type { Tick } from '../ingest/feed.js';
import type { PlainError } from '../ingest/ingest-protocol.js';

/** Rows of a table: votes need the largest, an incident names ten senders. */
const TABLE_ROWS = 20;
/** A log session nobody wants is given back after half an hour; this program wants it for as long as it runs. */
const TOUCH_MS = 60_000;

export interface EdgeWatchListener {
  readonly say: (text: string) => void;
  readonly alerted: (view: EdgeNetworkView) => void;
  /** It can never work; nothing follows. */
  readonly failed: (error: PlainError) => void;
}

export class EdgeWatch {
  readonly #door: EdgeDoor;
  readonly #idPrefix: string;
  readonly #listener: EdgeWatchListener;
  #sites: readonly Incident[] = [];
  #timer: NodeJS.Timeout | null = null;

  /** `idPrefix`: of incidents of this run. */
  constructor(door: EdgeDoor, idPrefix: string, listener: EdgeWatchListener) {
    this.#door = door;
    this.#idPrefix = idPrefix;
    this.#listener = listener;
  }

  start(): void {
    this.#door.watch((news) => this.#take(news));
    this.#door.setView({ window: 'auto', rows: TABLE_ROWS, roles: VOTE_ROLES, filter: [] });
    this.#timer = setInterval(() => this.#door.touch(), TOUCH_MS);
  }

  /** The tick with what is known of hosts at the edge. */
  joined(tick: Tick): Tick {
    return this.#sites.length === 0 ? tick : { ...tick, incidents: [...tick.incidents, ...this.#sites] };
  }

  #take(news: EdgeNews): void {
    switch (news.type) {
      case 'view':
        this.#sites = siteIncidentsOf(news.view, this.#idPrefix, this.#sites);
        return;
      case 'network':
        this.#listener.alerted(news.view);
        return;
      case 'alert':
      case 'remark':
        this.#listener.say(news.text);
        return;
      case 'paused':
        this.#listener.say(
          news.untilMs === null ? 'Calls to Cloudflare go on.' : `Calls to Cloudflare wait: ${news.why}`,
        );
        return;
      case 'failed':
        this.#listener.failed(news.error);
        return;
      case 'permissions':
      case 'intel':
        return; // for screens
    }
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#door.close();
  }
}
