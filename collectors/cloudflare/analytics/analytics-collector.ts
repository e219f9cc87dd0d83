/**
 * What the edge's own analytics say: packets, attacks, tunnels, requests (GraphQL) and notifications, a tick of 10 s. One document a tick. What is asked
 * begins with what is known already, so whatever fails is asked for again with the next tick; nothing is told of what was not answered.
 */
import type { Clock } from '../../../src/platform/clock.js';
import type { CloudflareApi } from '../../../src/platform/cloudflare/api.js';
import { ApiFailure } from '../../../src/platform/cloudflare/api-failure.js';
import type { Sleep } from '../../../src/platform/cloudflare/steady-time.js';
import type {
  EdgeAnalyticsBatch,
  EdgeAnalyticsSink,
  EdgeNodeAnswer,
  EdgeNotification,
} from '../../../src/records/edge-network-rows.js';
import { BackOff } from '../instant-logs/back-off.js';
import { type AnalyticsPlaces, findAccess } from './analytics-access.js';
import { type AnalyticsDocument, type AskedNode, analyticsDocument } from './analytics-document.js';
import { AnalyticsPace } from './analytics-pace.js';
import { NodeWatch } from './node-watch.js';
import { Notifications } from './notifications.js';
import { failedNodes, isForbidden } from './query-failure.js';
import { newestOf, readAnswer } from './read-answers.js';

const ACCESS_EVERY_SEC = 3600;
/** Where something is forbidden: somebody may be about to change that. */
const ACCESS_AGAIN_SEC = 600;
const HISTORY_EVERY_SEC = 60;
/** A tick comes a little early or late. */
const EARLY_SEC = 1;

export interface AnalyticsOptions extends AnalyticsPlaces {
  readonly api: CloudflareApi;
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** 0 ≤ x < 1. */
  readonly random?: () => number;
}

export class AnalyticsCollector {
  readonly name = 'edge analytics';
  readonly #backOff: BackOff;
  readonly #history: Notifications | null;
  #watches: readonly NodeWatch[] = [];
  #pace = new AnalyticsPace(0);
  #accessRemarks: readonly string[] = [];
  #accessDueSec = 0;
  #historyDueSec = 0;
  #historyRemark: string | null = null;
  #isFirst = true;

  constructor(readonly options: AnalyticsOptions) {
    const { api, accountId, random = Math.random } = options;
    this.#backOff = new BackOff(random);
    this.#history = accountId === null ? null : new Notifications(api, accountId);
  }

  /** Until the signal aborts. Rejects with ApiFailure when the token is not valid: it never can work. */
  async run(sink: EdgeAnalyticsSink, signal: AbortSignal): Promise<void> {
    const { api, clock, sleep } = this.options;
    while (!signal.aborted) {
      const beganMs = clock.nowMs();
      const waitMs = await this.#tick(sink, signal);
      if (signal.aborted) return;
      const pausedMs = (api.budget.pausedUntilMs ?? 0) - clock.nowMs();
      await sleep(Math.max(waitMs - (clock.nowMs() - beganMs), pausedMs, 1000), signal);
    }
  }

  get #nowSec(): number {
    return this.options.clock.nowMs() / 1000;
  }

  /** → how long until the next, ms. */
  async #tick(sink: EdgeAnalyticsSink, signal: AbortSignal): Promise<number> {
    const { api } = this.options;
    try {
      if (this.#nowSec >= this.#accessDueSec) await this.#findAccess(signal);
      const answers = await this.#askNodes(signal);
      const notifications = await this.#askHistory(signal);
      this.#backOff.reset();
      sink.pushAnalytics(this.#batch('live', this.#liveWords(), answers, notifications));
      return this.#pace.tickMs(api.budget.remaining);
    } catch (error) {
      if (signal.aborted) return 0;
      if (!(error instanceof ApiFailure) || error.code === 'CLOUDFLARE_TOKEN') throw error;
      const isLimited = error.kind === 'limited';
      if (isLimited) this.#pace.limited();
      sink.pushAnalytics(this.#batch(isLimited ? 'paused' : 'retrying', error.what, [], []));
      const waitMs = this.#pace.tickMs(api.budget.remaining);
      return isLimited ? waitMs : Math.max(waitMs, this.#backOff.nextMs());
    }
  }

  async #findAccess(signal: AbortSignal): Promise<void> {
    const { nodes, remarks } = await findAccess(this.options.api, this.options, signal);
    const known = new Map(this.#watches.map((watch) => [watch.id, watch]));
    const isSame = (watch: NodeWatch | undefined, planned: unknown) =>
      watch !== undefined && JSON.stringify(watch.planned) === JSON.stringify(planned);
    this.#watches = nodes.map((planned) => {
      const watch = known.get(planned.node.id);
      return isSame(watch, planned) ? (watch as NodeWatch) : new NodeWatch(planned);
    });
    if (this.#isFirst || this.#pace.nodes !== nodes.length) this.#pace = new AnalyticsPace(nodes.length);
    this.#isFirst = false;
    this.#accessRemarks = remarks;
    this.#accessDueSec = this.#nowSec + (remarks.length > 0 ? ACCESS_AGAIN_SEC : ACCESS_EVERY_SEC);
  }

  /** One document of what is due, those that wait longest first. */
  async #askNodes(signal: AbortSignal): Promise<EdgeNodeAnswer[]> {
    const nowSec = this.#nowSec;
    const due = this.#watches.filter(({ dueSec }) => dueSec <= nowSec + EARLY_SEC).sort((a, b) => a.dueSec - b.dueSec);
    const chosen = due.slice(0, this.#pace.most);
    if (chosen.length === 0) return [];
    const asked = new Map(chosen.map((watch) => [watch.ask(nowSec), watch]));
    const document = analyticsDocument([...asked.keys()], this.options.accountId);
    try {
      const data = await this.options.api.graphql<unknown>(document.query, document.variables, signal);
      this.#pace.answered();
      return this.#readAll(data, asked, document, nowSec);
    } catch (error) {
      if (!(error instanceof ApiFailure) || error.kind !== 'refused' || error.code === 'CLOUDFLARE_TOKEN') throw error;
      this.#restFailed(error, asked, document);
      return [];
    }
  }

  #readAll(
    data: unknown,
    asked: ReadonlyMap<AskedNode, NodeWatch>,
    document: AnalyticsDocument,
    askedSec: number,
  ): EdgeNodeAnswer[] {
    const answers: EdgeNodeAnswer[] = [];
    for (const [one, watch] of asked) {
      const answer = readAnswer(data, one, document);
      if (answer === null) watch.rest(this.#nowSec, 'the answer has no rows where they should be', false);
      else {
        watch.answered(askedSec, newestOf(answer));
        answers.push(answer);
      }
    }
    return answers;
  }

  /** Those that the errors name rest. Where none is named, fewer at once show who it is. */
  #restFailed(failure: ApiFailure, asked: ReadonlyMap<AskedNode, NodeWatch>, document: AnalyticsDocument): void {
    const failed = failedNodes(failure, document);
    for (const one of failed) asked.get(one.asked)?.rest(this.#nowSec, one.why, one.isForbidden);
    if (failed.length > 0) return;
    if (asked.size > 1) this.#pace.refused(asked.size);
    else for (const watch of asked.values()) watch.rest(this.#nowSec, failure.what, isForbidden(failure));
  }

  async #askHistory(signal: AbortSignal): Promise<EdgeNotification[]> {
    if (this.#history === null || this.#nowSec + EARLY_SEC < this.#historyDueSec) return [];
    this.#historyDueSec = this.#nowSec + HISTORY_EVERY_SEC;
    try {
      const news = await this.#history.news(this.#nowSec, signal);
      this.#historyRemark = null;
      return news;
    } catch (error) {
      if (!(error instanceof ApiFailure) || signal.aborted) throw error;
      if (error.code === 'CLOUDFLARE_FORBIDDEN') this.#historyDueSec = this.#nowSec + ACCESS_AGAIN_SEC;
      this.#historyRemark = `notifications: ${error.what}. ${error.hint}`;
      return [];
    }
  }

  #liveWords(): string {
    if (this.#watches.length === 0) return 'nothing to ask: see the remarks';
    const { isSlow, most } = this.#pace;
    const parts = most < this.#watches.length ? [`${most} of ${this.#watches.length} queries at once`] : [];
    return [...(isSlow ? ['slower, the budget was spent'] : []), ...parts].join(', ');
  }

  #batch(
    state: EdgeAnalyticsBatch['state'],
    detail: string,
    answers: readonly EdgeNodeAnswer[],
    notifications: readonly EdgeNotification[],
  ): EdgeAnalyticsBatch {
    const resting = this.#watches.map((watch) => watch.remark(this.#nowSec)).filter((remark) => remark !== null);
    const history = this.#historyRemark === null ? [] : [this.#historyRemark];
    const remarks = [...this.#accessRemarks, ...resting, ...history];
    return { atMs: this.options.clock.nowMs(), state, detail, remarks, answers, notifications };
  }
}
