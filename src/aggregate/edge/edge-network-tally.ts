/**
 * What is known of an edge's network by its analytics. Answers replace what was known of their span, so late data is never counted twice; what no answer
 * covered stays a gap. Bounded: rows by number and age, attacks and notifications by number.
 */
import type {
  EdgeAnalyticsBatch,
  EdgeAttackRow,
  EdgeFirewallRow,
  EdgeFlowRow,
  EdgeHttpRow,
  EdgeNetworkRow,
  EdgeNodeAnswer,
  EdgeNotification,
  EdgePoint,
  EdgeSystem,
  EdgeTunnelCheck,
  EdgeTunnelRow,
} from '../../records/edge-network-rows.js';
import { Coverage } from './edge-network-coverage.js';

const MINUTE = 60;
/** 90 buckets of 10 s, two outcomes. */
export const SERIES_SEC = 15 * MINUTE;
const ROWS_SEC = 15 * MINUTE;
/** Of each system and kind: 5 × 6000 rows × some 400 B = 12 MB at most. */
const MOST_ROWS = 6000;
const MOST_ATTACKS = 500;
const MOST_NOTIFICATIONS = 100;

export interface NodeNews {
  readonly newestSec: number;
  readonly isCut: boolean;
  readonly unreadable: number;
  readonly bucketSec: number;
}

interface Timed {
  readonly sec: number;
}

export class EdgeNetworkTally {
  readonly points = new Map<EdgeSystem, readonly EdgePoint[]>();
  readonly covered = new Map<EdgeSystem, Coverage>();
  readonly rows = new Map<EdgeSystem, readonly EdgeNetworkRow[]>();
  /** By id, the oldest told first. */
  readonly attacks = new Map<string, EdgeAttackRow>();
  readonly nodes = new Map<string, NodeNews>();
  tunnels: readonly EdgeTunnelRow[] = [];
  checks: readonly EdgeTunnelCheck[] = [];
  flows: readonly EdgeFlowRow[] = [];
  firewall: readonly EdgeFirewallRow[] = [];
  /** By node: two groupings of the same requests. */
  readonly http = new Map<string, readonly EdgeHttpRow[]>();
  notifications: readonly EdgeNotification[] = [];
  last: Pick<EdgeAnalyticsBatch, 'atMs' | 'state' | 'detail' | 'remarks'> | null = null;

  take(batch: EdgeAnalyticsBatch): void {
    const { atMs, state, detail, remarks } = batch;
    this.last = { atMs, state, detail, remarks };
    for (const answer of batch.answers) this.#takeAnswer(answer);
    if (batch.notifications.length > 0) {
      this.notifications = [...this.notifications, ...batch.notifications].slice(-MOST_NOTIFICATIONS);
    }
  }

  #takeAnswer(answer: EdgeNodeAnswer): void {
    this.#note(answer);
    switch (answer.kind) {
      case 'points':
        if (answer.system !== null) this.#takePoints(answer.system, answer, answer.rows);
        break;
      case 'rows':
        if (answer.system !== null)
          this.rows.set(answer.system, replaced(this.rows.get(answer.system) ?? [], answer.rows, answer));
        break;
      case 'attacks':
        this.#takeAttacks(answer.rows);
        break;
      case 'tunnels':
        this.tunnels = replaced(this.tunnels, answer.rows, answer);
        break;
      case 'checks':
        this.checks = replaced(this.checks, answer.rows, answer);
        break;
      case 'flows':
        this.flows = replaced(this.flows, answer.rows, answer);
        break;
      case 'http':
        this.http.set(answer.node, replaced(this.http.get(answer.node) ?? [], answer.rows, answer));
        break;
      case 'firewall':
        this.firewall = replaced(this.firewall, answer.rows, answer);
        break;
    }
  }

  #note(answer: EdgeNodeAnswer): void {
    let newestSec = this.nodes.get(answer.node)?.newestSec ?? Number.NaN;
    for (const row of answer.rows) {
      const sec = 'startSec' in row ? row.startSec : row.sec;
      if (!(sec <= newestSec)) newestSec = sec;
    }
    const { isCut, unreadable, bucketSec } = answer;
    this.nodes.set(answer.node, { newestSec, isCut, unreadable, bucketSec });
  }

  #takePoints(system: EdgeSystem, answer: EdgeNodeAnswer, rows: readonly EdgePoint[]): void {
    this.points.set(system, replaced(this.points.get(system) ?? [], rows, answer));
    const covered = this.covered.get(system) ?? new Coverage();
    covered.add(answer.fromSec, answer.toSec, answer.toSec - SERIES_SEC);
    this.covered.set(system, covered);
  }

  #takeAttacks(rows: readonly EdgeAttackRow[]): void {
    for (const row of [...rows].sort((a, b) => a.startSec - b.startSec)) this.attacks.set(row.id, row);
    for (const id of this.attacks.keys()) {
      if (this.attacks.size <= MOST_ATTACKS) return;
      this.attacks.delete(id);
    }
  }
}

/** The newest ones where there are too many. */
function replaced<Row extends Timed>(known: readonly Row[], rows: readonly Row[], answer: EdgeNodeAnswer): Row[] {
  const oldestSec = answer.toSec - ROWS_SEC;
  const kept = known.filter(({ sec }) => sec < answer.fromSec && sec >= oldestSec);
  return [...kept, ...rows].slice(-MOST_ROWS);
}
