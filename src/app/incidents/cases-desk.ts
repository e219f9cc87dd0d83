/** The door of screen 6 to store, hooks and reports. What came of an act is said, never thrown. */
import { dirname, join } from 'node:path';
import type { HookConfig } from '../../config/hook-config.js';
import { messageOf } from '../../errors.js';
import { testHook } from '../../hooks/test-hook.js';
import type { IncidentChange } from '../../incident/incident-changes.js';
import type { OperatorMark } from '../../incident/journal-event.js';
import { teamFigures } from '../../incident/store/stats.js';
import { defaultAuditPath } from '../../mitigation/audit-log.js';
import { AuditTail } from '../../mitigation/audit-tail.js';
import type { LiveMitigation } from '../../mitigation/types.js';
import type { Clock } from '../../platform/clock.js';
import { writeFileAtomic } from '../../platform/durable-file.js';
import type { Analysis } from '../../signature/analysis.js';
import type { EdgeNetworkView } from '../../snapshot/edge-network-view.js';
import type { Tick } from '../ingest/feed.js';
import type { CasesDoor, CasesListener } from './cases-door.js';
import { EdgeAlerts } from './edge-alerts.js';
import type { Incidents } from './open-incidents.js';

const LOOK_MS = 2000;
/** Rows of the store that the screen lists: what is open, and the newest of the rest. */
const MOST_ROWS = 300;
const TEST_MS = 30_000;
const SILENT: CasesListener = { news: () => {}, say: () => {} };

export class CasesDesk implements CasesDoor {
  readonly #incidents: Incidents;
  readonly #clock: Clock;
  readonly #audit = new AuditTail(defaultAuditPath());
  readonly #timer: NodeJS.Timeout;
  #listener = SILENT;
  #newest: Tick | null = null;
  #rows = '';
  #openedId: string | null = null;
  readonly #alerts = new EdgeAlerts();

  constructor(incidents: Incidents, clock: Clock) {
    this.#incidents = incidents;
    this.#clock = clock;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
    this.#timer.unref();
    void this.#audit.begin();
  }

  watch(listener: CasesListener): void {
    this.#listener = listener;
    listener.news({ kind: 'why', text: this.#incidents.store === null ? 'The incident store cannot be used.' : null });
    this.#tellHooks();
    void this.#look();
  }

  take(tick: Tick): void {
    this.#newest = tick;
    this.#incidents.take(tick);
  }

  listed(actions: readonly LiveMitigation[]): void {
    this.#incidents.listed(actions);
  }

  signed(incidentId: string, analysis: Analysis): void {
    this.#incidents.desk.signed(incidentId, analysis);
  }

  alerted(view: EdgeNetworkView): void {
    for (const body of this.#alerts.newsOf(view)) this.#incidents.desk.write(body);
  }

  /** For the screen's log: what the desk tells of the traffic. */
  tell({ kind, incident }: IncidentChange): void {
    if (kind !== 'updated' && incident.id === this.#openedId) void this.open(incident.id);
  }

  acknowledge(incidentId: string): Promise<void> {
    return this.#do(`${incidentId} is acknowledged.`, async () => {
      this.#incidents.desk.acknowledge(incidentId);
      await this.#incidents.desk.settled();
    });
  }

  mark(incidentId: string, mark: OperatorMark | null, of: string | null): Promise<void> {
    const words =
      mark === null
        ? `${incidentId} is called nothing any more.`
        : `${incidentId} is called ${mark}${of === null ? '' : ` of ${of}`}.`;
    return this.#do(words, async () => {
      this.#incidents.desk.write({ kind: 'marked', incidentId, mark, of, reason: '' });
      await this.#incidents.desk.settled();
    });
  }

  async open(incidentId: string): Promise<void> {
    this.#openedId = incidentId;
    const stored = await this.#incidents.stored(incidentId).catch(() => null);
    if (this.#openedId !== incidentId) return;
    // It may be kept under the id another program gave it.
    const shown = stored === null ? null : { ...stored, incident: { ...stored.incident, id: incidentId } };
    this.#listener.news({ kind: 'opened', stored: shown });
  }

  async tellHook(name: string, incidentId: string): Promise<void> {
    await this.#send(name, incidentId);
  }

  async testHook(name: string): Promise<void> {
    await this.#send(name, null);
  }

  /** One hook, once, whatever it usually wants to hear; not by the spool, so that what came of it is known now. */
  async #send(name: string, incidentId: string | null): Promise<void> {
    const hook = this.#incidents.hooks.find((one) => one.name === name);
    if (hook === undefined) return;
    try {
      const said = incidentId === null ? await this.#test(hook) : await this.#incidents.sendNow(hook, incidentId);
      this.#listener.say(`${name}: ${said.words}`, said.isOk ? 'ok' : 'critical');
    } catch (error) {
      this.#listener.say(`${name}: ${messageOf(error)}`, 'critical');
    }
    this.#tellHooks();
  }

  async #test(hook: HookConfig): Promise<{ readonly isOk: boolean; readonly words: string }> {
    const parts = {
      sensor: this.#incidents.sensor,
      env: process.env,
      clock: this.#clock,
      signal: AbortSignal.timeout(TEST_MS),
    };
    const steps = await testHook(hook, 'opened', parts);
    const failed = steps.find(({ outcome }) => outcome !== null && outcome.kind !== 'sent')?.outcome ?? null;
    if (failed !== null && failed.kind !== 'sent') return { isOk: false, words: failed.message };
    return { isOk: true, words: `the test was taken (${steps.map(({ event }) => event).join(', ')})` };
  }

  async lookAtTeam(): Promise<void> {
    await this.#refresh();
    this.#listener.news({ kind: 'team', team: teamFigures(this.#incidents.rows()) });
  }

  async writeReport(
    incidentId: string,
    evidence: { path: string; packets: number; bytes: number } | null,
  ): Promise<string | null> {
    const { store, desk } = this.#incidents;
    if (store === null) return null;
    try {
      if (evidence !== null) {
        await this.#incidents.keep(incidentId, evidence);
      }
      await desk.settled();
      const stored = await this.#incidents.stored(incidentId);
      if (stored === null) return null;
      const { renderIncident } = await import('../../report/incident/render-incident.js');
      const text = renderIncident(stored, { format: 'html', ascii: false, nowSec: this.#clock.nowMs() / 1000 });
      const path = join(evidence === null ? '.' : dirname(evidence.path), `ddostop-${incidentId}.html`);
      await writeFileAtomic(path, text);
      return path;
    } catch (error) {
      this.#listener.say(messageOf(error), 'critical');
      return null;
    }
  }

  async #do(words: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
      await this.#look();
      if (this.#openedId !== null) await this.open(this.#openedId);
      this.#listener.say(words, 'ok');
    } catch (error) {
      this.#listener.say(messageOf(error), 'critical');
    }
  }

  /** What others wrote, and what was done to the firewall. Never rejects. */
  async #look(): Promise<void> {
    for (const news of await this.#audit.look()) this.#incidents.takeAudit(news, this.#newest);
    await this.#refresh();
    const rows = this.#incidents.rows().slice(0, MOST_ROWS);
    const words = rows.map(({ id, updatedAt }) => `${id} ${updatedAt}`).join();
    if (words !== this.#rows) this.#listener.news({ kind: 'rows', rows });
    this.#rows = words;
    this.#tellHooks();
  }

  async #refresh(): Promise<void> {
    await this.#incidents.store?.refresh().catch((error: unknown) => this.#listener.say(messageOf(error), 'critical'));
  }

  #tellHooks(): void {
    const hooks = this.#incidents.hooks.map(({ name, kind }) => {
      const last = this.#incidents.lastOf(name);
      const words =
        last === null
          ? ''
          : last.ok
            ? `${last.event} sent${last.reference === null ? '' : `: ${last.reference}`}`
            : (last.message ?? 'failed');
      return { name, kind, last: words, isOk: last?.ok ?? null, waiting: this.#incidents.waitingFor(name) };
    });
    this.#listener.news({ kind: 'hooks', hooks });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#incidents.desk.loseSight('the program that watched it has ended');
    await this.#incidents.close();
  }
}
