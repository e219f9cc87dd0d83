/** Behind the edge's worker: the log sessions of the zones, the data path they share, and what is told to the screen. */
import { InstantLogsCollector } from '../../../collectors/cloudflare/instant-logs/instant-logs-collector.js';
import { logFilter } from '../../../collectors/cloudflare/instant-logs/log-filter.js';
import { LogLineReader } from '../../../collectors/cloudflare/instant-logs/log-line-reader.js';
import { IntelDesk } from '../../enrich/intel.js';
import { intelWords } from '../../enrich/intel-answer.js';
import { messageOf, UserError } from '../../errors.js';
import { parsePrefix } from '../../format/address.js';
import { formatDateTime } from '../../format/time-format.js';
import { EdgePipeline } from '../../pipeline/edge-pipeline.js';
import { systemClock } from '../../platform/clock.js';
import type { CloudflareApi } from '../../platform/cloudflare/api.js';
import { openCloudflare } from '../../platform/cloudflare/cloudflare-client.js';
import { type Credentials, readCredentials } from '../../platform/cloudflare/credentials.js';
import { isLoopback } from '../../platform/cloudflare/loopback.js';
import { probePermissions, verifyToken } from '../../platform/cloudflare/token-check.js';
import { resolveZone, type Zone } from '../../platform/cloudflare/zone-id.js';
import { randomWord } from '../../platform/random-word.js';
import type { EdgeFilterPart } from '../../records/edge-role.js';
import type { SessionInput } from '../../signature/session.js';
import { withExcess } from '../../snapshot/edge-excess.js';
import type { EdgeView, EdgeZone } from '../../snapshot/edge-view.js';
import { packInput, transferOfInput } from '../analysis/analysis-protocol.js';
import { plainError } from '../plain-error.js';
import type { Reputation } from '../report/reputation-lists.js';
import { EdgeAnalytics } from './edge-analytics.js';
import type { EdgeDiffAsk, EdgeTarget, Post, ToEdgeWorker } from './edge-protocol.js';

/** Silence of a live session is a measurement, as old as the log usually is behind. */
const USUAL_LAG_SEC = 5;
/** A line of the widest screen. */
const INTEL_CELLS = 300;
/** A session that nobody has on the screen, and no key is pressed beside, is given back: others of the zone may want it. */
const IDLE_MS = 30 * 60_000;
/** Of a user's 1200 in five minutes: a start takes 30, analytics 30, notifications 5. The rest is for who acts. */
const WATCH_CALLS = 200;
const DAY_MS = 86_400_000;
/** A token that ends so soon is told. */
const SOON_DAYS = 7;

interface Session {
  readonly collector: InstantLogsCollector;
  readonly reader: LogLineReader;
}

export class EdgeStation {
  readonly #target: EdgeTarget;
  readonly #post: Post;
  readonly #pipeline = new EdgePipeline({ seed: randomWord() });
  readonly #stop = new AbortController();
  #sessions: Session[] = [];
  #analytics: EdgeAnalytics | null = null;
  #intel: IntelDesk | null = null;
  /** Null: there are no lists. */
  #reputation: Reputation | null = null;
  #tick = 0;

  constructor(target: EdgeTarget, post: Post) {
    this.#target = target;
    this.#post = post;
  }

  /** Until `stop`. Rejects with UserError when no zone can ever work. */
  async run(): Promise<void> {
    const credentials = await readCredentials();
    await this.#readLists();
    const api = openCloudflare({ ...credentials, callLimit: WATCH_CALLS });
    const { signal } = this.#stop;
    api.onBudget(({ pausedUntilMs, why }) => this.#post({ type: 'paused', untilMs: pausedUntilMs, why }));
    const zones = await resolveAll(api, this.#target.zones, signal);
    void this.#checkToken(api, zones[0] as Zone);
    this.#sessions = zones.map((zone) => this.#sessionOf(api, zone, credentials));
    const account = this.#target.account ?? zones[0]?.accountId ?? null;
    if (account !== null) this.#intel = new IntelDesk({ api, accountId: account, clock: systemClock });
    this.#analytics = new EdgeAnalytics(api, zones, account, this.#post);
    await Promise.all([...this.#sessions.map((session) => this.#runSession(session)), this.#analytics.run(signal)]);
  }

  answer(message: ToEdgeWorker): void {
    switch (message.type) {
      case 'view':
        this.#setView(message);
        return;
      case 'filter':
        this.#narrow(message.filter);
        return;
      case 'rows':
        this.#answerRows(message.id, message.request);
        return;
      case 'intel':
        void this.#askIntel(message.address);
        return;
      case 'touch':
        for (const { collector } of this.#sessions) collector.touch();
        return;
      case 'stop':
        this.#stop.abort();
    }
  }

  /** Called four times a second; `nowMs`: wall clock. */
  tick(nowMs: number): void {
    const nowSec = nowMs / 1000;
    const zones = this.#sessions.map(({ collector }) => collector.status);
    if (zones.length === 0) return;
    if (zones.every(({ state }) => state === 'live')) this.#pipeline.passTime(nowSec - USUAL_LAG_SEC);
    const view = this.#viewOf(zones, nowSec);
    this.#post({ type: 'view', view: this.#reputation?.edge(view) ?? view });
  }

  #viewOf(zones: readonly EdgeZone[], nowSec: number): EdgeView {
    const figures = this.#pipeline.view();
    const onsets = this.#pipeline.onsets();
    const sum = (of: (session: Session) => number) => this.#sessions.reduce((total, each) => total + of(each), 0);
    this.#tick += 1;
    return {
      ...figures,
      series: withExcess(figures.series, onsets),
      onsets,
      tick: this.#tick,
      zones,
      lagSec: nowSec - figures.nowSec,
      counts: {
        ...figures.counts,
        unparsable: sum(({ reader }) => reader.counts.unparsable),
        shed: sum(({ collector }) => collector.counts.shedRecords),
      },
    };
  }

  async #readLists(): Promise<void> {
    const { reputation = [] } = this.#target;
    if (reputation.length === 0) return;
    const { Reputation } = await import('../report/reputation-lists.js');
    this.#reputation = await Reputation.load(reputation);
    for (const text of this.#reputation.remarks) this.#remark(text, false);
  }

  #sessionOf(api: CloudflareApi, zone: Zone, { baseUrl }: Credentials): Session {
    const { sample } = this.#target;
    const plainAllowed = isLoopback(new URL(baseUrl).hostname);
    return {
      collector: new InstantLogsCollector({ api, zone, sample, plainAllowed, idleMs: IDLE_MS }),
      reader: new LogLineReader(this.#pipeline),
    };
  }

  async #runSession({ collector, reader }: Session): Promise<void> {
    let last = '';
    const sink = {
      message: (bytes: Uint8Array) => reader.push(bytes),
      cut: () => reader.flush(),
      gap: (fromMs: number, toMs: number) => this.#pipeline.markGap(fromMs / 1000, toMs / 1000),
      status: ({ zone, state, detail }: EdgeZone) => {
        const words = `edge ${zone}: ${state}${detail === '' ? '' : `, ${detail}`}`;
        if (words !== last) this.#remark(words, true); // the screen shows the zone's state itself
        last = words;
      },
    };
    try {
      await collector.run(sink, this.#stop.signal);
    } catch (error) {
      if (this.#sessions.length === 1 || !(error instanceof UserError)) throw error;
      this.#remark(messageOf(error), false);
    }
  }

  #setView({ view }: ToEdgeWorker & { readonly type: 'view' }): void {
    try {
      this.#pipeline.setView(view);
    } catch (error) {
      this.#remark(messageOf(error), false);
    }
  }

  #narrow(filter: readonly EdgeFilterPart[] | null): void {
    try {
      const text = filter === null ? '' : logFilter(filter);
      for (const { collector } of this.#sessions) collector.narrow(text);
    } catch (error) {
      this.#remark(messageOf(error), false);
    }
  }

  #answerRows(id: number, request: EdgeDiffAsk): void {
    try {
      const rows = this.#rowsFor(request);
      const input = packInput(this.#reputation?.sides(rows) ?? rows);
      this.#post({ type: 'rows', id, input, error: null }, transferOfInput(input));
    } catch (error) {
      this.#post({ type: 'rows', id, input: null, error: plainError(error) });
    }
  }

  async #askIntel(address: string): Promise<void> {
    const words = await (this.#intel?.of(address) ?? Promise.reject(new Error('no account is known'))).then(
      (intel) => intelWords(intel, INTEL_CELLS),
      (error) => messageOf(error),
    );
    this.#post({ type: 'intel', address, words });
  }

  #rowsFor(request: EdgeDiffAsk): SessionInput {
    const isAddress = parsePrefix(request.target) !== null;
    return isAddress && this.#analytics !== null
      ? this.#analytics.rowsFor(request.target)
      : this.#pipeline.rowsFor(request);
  }

  /** What the token cannot do is said once, before somebody needs it. */
  async #checkToken(api: CloudflareApi, { id, accountId }: Zone): Promise<void> {
    const account = this.#target.account ?? accountId;
    const { signal } = this.#stop;
    try {
      const { status, expiresAtMs } = await verifyToken(api, account ?? undefined, signal);
      if (status !== 'active') this.#remark(`the API token is ${status}`, false);
      if (expiresAtMs !== null && expiresAtMs - Date.now() < SOON_DAYS * DAY_MS)
        this.#remark(`the API token ends at ${formatDateTime(expiresAtMs / 1000)}`, false);
      const states = await probePermissions(api, { zoneId: id, accountId: account }, signal);
      this.#post({ type: 'permissions', states });
      const missing = states.filter(({ allowed }) => allowed === false).map(({ permission }) => permission);
      if (missing.length > 0) this.#remark(`the token may not: ${[...new Set(missing)].join(', ')}`, false);
    } catch (error) {
      if (!signal.aborted) this.#remark(messageOf(error), false);
    }
  }

  #remark(text: string, isGood: boolean): void {
    this.#post({ type: 'remark', text, isGood });
  }
}

/** All of them, or the first one that is none. */
async function resolveAll(api: CloudflareApi, names: readonly string[], signal: AbortSignal): Promise<Zone[]> {
  const zones: Zone[] = [];
  for (const name of names) {
    const zone = await resolveZone(api, name, signal);
    if (!zones.some(({ id }) => id === zone.id)) zones.push(zone);
  }
  return zones;
}
