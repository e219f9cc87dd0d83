/** `ddostop watch`: the monitor without a screen. One JSON line an event on stdout; incidents go into the store and to the hooks. */
import { hostname } from 'node:os';
import type { Config } from '../../config/config.js';
import { ExitCode, messageOf, UserError } from '../../errors.js';
import { visibleJson } from '../../format/clean-text.js';
import type { Incident } from '../../incident/incident.js';
import type { IncidentChange } from '../../incident/incident-changes.js';
import { defaultAuditPath } from '../../mitigation/audit-log.js';
import { AuditTail } from '../../mitigation/audit-tail.js';
import { type Clock, systemClock } from '../../platform/clock.js';
import type { RecordOptions } from '../../recording/rolling-record.js';
import { prometheusText } from '../../report/prometheus-text.js';
import { sentence, syslogMessage } from '../../report/syslog-message.js';
import {
  headOf,
  incidentEvent,
  mitigationEvent,
  sourceEvent,
  type WatchEvent,
  type WatchHead,
} from '../../report/watch-event.js';
import { AnalysisDesk } from '../analysis/analysis-desk.js';
import { UnaskedAnalysis } from '../analysis/unasked-analysis.js';
import { baselinesFor } from '../baselines/baseline-path.js';
import { type ConfigFile, configChanges, openConfig } from '../config-file.js';
import { EdgeDesk } from '../edge/edge-desk.js';
import type { EdgeTarget } from '../edge/edge-protocol.js';
import { EdgeAlerts } from '../incidents/edge-alerts.js';
import { incidentEvidence } from '../incidents/incident-evidence.js';
import { type Incidents, openIncidents } from '../incidents/open-incidents.js';
import type { Tick } from '../ingest/feed.js';
import type { SourceSpec } from '../ingest/ingest-protocol.js';
import { WorkerFeed } from '../ingest/worker-feed.js';
import { userError } from '../plain-error.js';
import { runPrefix } from '../run-prefix.js';
import { sayError } from '../standard-error.js';
import { writeOut } from '../standard-output.js';
import { VERSION } from '../version.js';
import { EdgeWatch } from './edge-watch.js';
import { MetricsServer, parseMetricsAddress } from './metrics-server.js';
import { openSyslog, type SyslogSender } from './syslog-sender.js';

export interface WatchOptions {
  readonly config: string | null;
  /** Folder; null: the usual one, or none for a capture. */
  readonly store: string | null;
  readonly keepsNothing: boolean;
  readonly metrics: string | null;
  readonly syslog: string | null;
  /** Seconds after which it ends; null = with its source. */
  readonly durationSec: number | null;
  readonly record: RecordOptions | null;
  readonly reputation: readonly string[];
  /** null = no zone is watched. */
  readonly edge: EdgeTarget | null;
}

const INGEST = new URL('./ingest-worker.cjs', import.meta.url);
const EDGE = new URL('./edge-worker.cjs', import.meta.url);
const ANALYST = new URL('./analysis-worker.cjs', import.meta.url);
const LOOK_MS = 1000;
/** Tables are for the picture of an incident only. */
const TABLE_ROWS = 20;

/** Resolves with the exit code when the source has ended or the program was told to stop. */
export async function runWatch(source: SourceSpec, options: WatchOptions): Promise<number> {
  const config = await openConfig(options.config);
  const watch = new Watch(source, options, config, systemClock);
  return watch.run();
}

class Watch {
  readonly #source: SourceSpec;
  readonly #options: WatchOptions;
  readonly #config: ConfigFile;
  readonly #clock: Clock;
  readonly #sensor: string;
  readonly #feed: WorkerFeed;
  readonly #analysis: AnalysisDesk;
  readonly #audit = new AuditTail(defaultAuditPath());
  readonly #edge: EdgeWatch | null;
  readonly #edgeAlerts = new EdgeAlerts();
  readonly #counts = { opened: 0, ended: 0 };
  #syslog: SyslogSender | null = null;
  #metrics: MetricsServer | null = null;
  #incidents: Incidents | null = null;
  #newest: Tick | null = null;
  #sourceWords = '';
  #isOver = false;
  #end: (how: number | UserError) => void = () => {};

  constructor(source: SourceSpec, options: WatchOptions, config: ConfigFile, clock: Clock) {
    this.#source = source;
    this.#options = options;
    this.#config = config;
    this.#clock = clock;
    this.#sensor = config.now.sensor ?? hostname();
    const idPrefix = runPrefix();
    this.#feed = new WorkerFeed(INGEST, source, options.record, options.reputation, {
      detection: config.now.detection,
      baselines: baselinesFor(source, config.now),
      idPrefix,
    });
    this.#edge = options.edge === null ? null : this.#watchEdge(options.edge, idPrefix);
    this.#analysis = new AnalysisDesk(ANALYST, { rowsFor: (request) => this.#feed.rowsFor(request as never) });
  }

  async run(): Promise<number> {
    const ended = new Promise<number | UserError>((resolve) => {
      this.#end = resolve;
    });
    const stop = () => this.#end(ExitCode.done);
    process.once('SIGINT', stop).once('SIGTERM', stop);
    try {
      await this.#open(this.#config.now);
      const unasked = new UnaskedAnalysis(this.#analysis, (id, analysis) => this.#incidents?.desk.signed(id, analysis));
      this.#feed.setView({
        window: 'auto',
        sourceLevel: 0,
        targetLevel: 0,
        layer: 'outer',
        rows: TABLE_ROWS,
        filter: [],
        texts: [],
      });
      this.#feed.listenToNews(({ text }) => this.#print({ ...this.#head(), event: 'source.news', text }));
      this.#edge?.start();
      this.#feed.subscribe((packets) => {
        const tick = this.#edge?.joined(packets) ?? packets;
        this.#take(tick);
        unasked.take(tick);
      });
      const failure = this.#feed.failed;
      const timers = this.#begin();
      const code = await Promise.race([ended, failure]);
      for (const timer of timers) clearInterval(timer);
      if (code instanceof UserError) throw code;
      return code;
    } finally {
      process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
      await this.#close();
    }
  }

  async #open(config: Config): Promise<void> {
    const { metrics, syslog, store, keepsNothing } = this.#options;
    const isKept = !keepsNothing && (store !== null || this.#source.kind === 'live' || this.#edge !== null);
    const where = syslog ?? config.syslog;
    this.#syslog = where === null ? null : openSyslog(where, (text) => this.#trouble(text));
    const address = metrics ?? config.metrics;
    if (address !== null)
      this.#metrics = await MetricsServer.open(parseMetricsAddress(address), () => this.#metricsText());
    this.#incidents = await openIncidents(config, {
      folder: isKept ? (store ?? config.store.folder) : undefined,
      sensor: this.#sensor,
      isBesideOthers: false,
      seesAfter: this.#source.kind !== 'live',
      clock: this.#clock,
      onChange: (change) => this.#tell(change),
      onTrouble: (text) => this.#trouble(text),
      onDelivery: (delivery) =>
        this.#print({ ...this.#head(), event: delivery.ok ? 'hook.delivered' : 'hook.failed', delivery }),
    });
    await this.#audit.begin();
  }

  #watchEdge(target: EdgeTarget, idPrefix: string): EdgeWatch {
    return new EdgeWatch(new EdgeDesk(EDGE, target), idPrefix, {
      say: (text) => this.#print({ ...this.#head(), event: 'source.news', text }),
      alerted: (view) => {
        for (const body of this.#edgeAlerts.newsOf(view)) this.#incidents?.desk.write(body);
      },
      failed: (error) => {
        if (this.#source.kind === 'none') this.#end(userError(error));
        else this.#print({ ...this.#head(), event: 'source.news', text: messageOf(userError(error)) });
      },
    });
  }

  #begin(): NodeJS.Timeout[] {
    const { durationSec } = this.#options;
    const timers = [setInterval(() => void this.#lookAround(), LOOK_MS)];
    if (durationSec !== null) timers.push(setTimeout(() => this.#end(ExitCode.done), durationSec * 1000));
    return timers;
  }

  #take(tick: Tick): void {
    if (this.#isOver) return;
    this.#newest = tick;
    const { source, totals } = tick.snapshot;
    const words = `${source.state} ${source.detail}`;
    if (source.state === 'ended') this.#incidents?.take(tick);
    if (words !== this.#sourceWords) this.#print(sourceEvent(this.#head(), source, totals));
    this.#sourceWords = words;
    if (source.state !== 'ended') {
      this.#incidents?.take(tick);
      return;
    }
    this.#isOver = true;
    this.#incidents?.desk.loseSight('its source has ended');
    this.#end(exitCodeFor(source.detail, totals.packets));
  }

  #tell(change: IncidentChange): void {
    if (change.kind === 'opened') this.#counts.opened += 1;
    if (change.kind === 'ended') {
      this.#counts.ended += 1;
      void this.#keepEvidence(change.incident);
    }
    this.#print(incidentEvent(this.#head(), change));
    const nowMs = this.#clock.nowMs();
    const priority = change.kind === 'ended' ? 'daemon.notice' : 'daemon.warning';
    this.#syslog?.send(
      syslogMessage(change, nowMs, { host: hostname(), pid: process.pid }),
      sentence(change),
      priority,
    );
  }

  /** What is recorded anyway: the packets of the incident as a file of their own, named in its record. Never rejects. */
  async #keepEvidence(incident: Incident): Promise<void> {
    if (this.#options.record === null || incident.scope === 'site') return;
    try {
      const { path, packets, bytes } = await this.#feed.writeEvidence(incidentEvidence(incident), () => {});
      await this.#incidents?.keep(incident.id, { path, packets, bytes });
    } catch (error) {
      this.#print({ ...this.#head(), event: 'source.news', text: messageOf(error) });
    }
  }

  /** What others did on this machine, and what the configuration says now. */
  async #lookAround(): Promise<void> {
    for (const news of await this.#audit.look()) {
      const event = mitigationEvent(this.#head(), news.record);
      if (event !== null) this.#print(event);
      this.#incidents?.takeAudit(news, this.#newest);
    }
    for (const news of await configChanges(this.#config)) {
      if (news.config !== null) this.#feed.setDetection(news.config.detection);
      if (news.config !== null) this.#incidents?.setHooks(news.config.hooks);
      this.#print({
        ...this.#head(),
        event: news.config === null ? 'config.failed' : 'config.changed',
        text: news.text,
      });
    }
  }

  #metricsText(): string {
    return prometheusText({
      version: VERSION,
      sensor: this.#sensor,
      snapshot: this.#newest?.snapshot ?? null,
      incidents: this.#newest?.incidents ?? [],
      ...this.#counts,
      hooks: this.#incidents?.hookCounts() ?? { delivered: 0, failed: 0, waiting: 0 },
      storeWaiting: this.#incidents?.storeWaiting() ?? 0,
    });
  }

  #trouble(text: string): void {
    this.#print({ ...this.#head(), event: 'store.trouble', text });
  }

  #print(event: WatchEvent): void {
    void writeOut(`${visibleJson(event)}\n`);
  }

  #head(): WatchHead {
    return headOf(this.#clock.nowMs(), this.#sensor);
  }

  async #close(): Promise<void> {
    this.#metrics?.close();
    await Promise.all([this.#feed.close(), this.#analysis.close(), this.#edge?.close()]);
    if (!this.#isOver) this.#incidents?.desk.loseSight('the program that watched it has ended');
    await this.#incidents?.close();
    await this.#syslog?.close();
  }
}

/** A source's last words are of damage; one that gave nothing was none. */
function exitCodeFor(detail: string, packets: number): number {
  if (detail === '' || detail === 'stopped') return ExitCode.done;
  sayError(detail);
  return packets === 0 ? ExitCode.failed : ExitCode.damagedInput;
}
