/** An HTTP flood as an edge logs it: visitors of a shop, from some second on a flood of one tool, and what a rule of the zone does about it. */
import { EdgeTraffic } from '../../../src/pipeline/edge-traffic.fixture.js';
import type { LogEdge } from './instant-logs-edge.js';
import type { StandIn } from './stand-in.js';

const STEP_MS = 50;
const VISITORS_RPS = 240;
/** Behind the wall clock, as an edge's log is. */
const LAG_SEC = 1;
const SEED = 7;

export interface EdgeFloodOptions {
  readonly floodRps: number;
  /** After the log was first read. */
  readonly beginsAfterSec: number;
}

export class EdgeFlood {
  readonly #traffic = new EdgeTraffic(SEED);
  readonly #timer: NodeJS.Timeout;
  #beganMs: number | null = null;
  /** Records that were sent. */
  sent = 0;

  constructor(
    readonly logs: LogEdge,
    readonly standIn: StandIn,
    readonly options: EdgeFloodOptions,
  ) {
    this.#timer = setInterval(() => this.#step(), STEP_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #step(): void {
    if (this.logs.sockets.length === 0) return;
    this.#beganMs ??= Date.now();
    const { floodRps, beginsAfterSec } = this.options;
    const sec = Date.now() / 1000 - LAG_SEC;
    const lines = Array.from({ length: perStep(VISITORS_RPS) }, () =>
      this.#traffic.normal({ sec, host: this.#host() }),
    );
    if (Date.now() - this.#beganMs > beginsAfterSec * 1000) {
      const ruleId = this.#ruleId();
      for (let i = 0; i < perStep(floodRps); i += 1) lines.push(this.#floodLine(sec, ruleId));
    }
    this.sent += lines.length;
    this.logs.send(`${lines.join('\n')}\n`);
  }

  #host(): string {
    return this.#traffic.random(10) === 0 ? 'api.shop.example' : 'www.shop.example';
  }

  #floodLine(sec: number, ruleId: string | null): string {
    if (ruleId === null) return this.#traffic.flood({ sec });
    const record = JSON.parse(this.#traffic.flood({ sec }, true)) as Record<string, unknown>;
    return JSON.stringify({ ...record, SecuritySources: ['firewallCustom'], SecurityRuleIDs: [ruleId] });
  }

  /** Of a custom rule that is in force; null: none. */
  #ruleId(): string | null {
    const ruleset = this.standIn.edge.zones[0]?.rulesets.find(({ phase }) => phase === 'http_request_firewall_custom');
    const id = ruleset?.rules.find(({ enabled }) => enabled)?.id;
    return typeof id === 'string' ? id : null;
  }
}

const perStep = (rps: number): number => Math.round((rps * STEP_MS) / 1000);
