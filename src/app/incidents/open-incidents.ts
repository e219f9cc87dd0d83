/** Store, hooks and desk put together, for the screen and for `watch`. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import type { Config } from '../../config/config.js';
import type { HookConfig } from '../../config/hook-config.js';
import { messageOf } from '../../errors.js';
import { HookDispatcher } from '../../hooks/hook-dispatcher.js';
import type { HookDelivery } from '../../hooks/hook-event.js';
import { sendOnce } from '../../hooks/send-once.js';
import { defaultSpoolFolder } from '../../hooks/spool-path.js';
import type { IncidentChange } from '../../incident/incident-changes.js';
import type { DeliveryRecord, JournalEvent } from '../../incident/journal-event.js';
import type { IncidentRow } from '../../incident/store/incident-row.js';
import { IncidentStore } from '../../incident/store/incident-store.js';
import { defaultStoreFolder, writerName } from '../../incident/store/store-folder.js';
import type { StoreTrouble } from '../../incident/store/write-queue.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import type { AuditNews } from '../../mitigation/audit-tail.js';
import type { LiveMitigation } from '../../mitigation/types.js';
import type { Clock } from '../../platform/clock.js';
import type { Tick } from '../ingest/feed.js';
import { actionOf, incidentOf } from '../mitigate/audit-action.js';
import { AdoptingJournal } from './adopting-journal.js';
import {
  type HookDoor,
  type HookEventKind,
  IncidentDesk,
  type IncidentDeskOptions,
  type Journal,
} from './incident-desk.js';

/** What is on its way may arrive before the program ends; the rest waits in the spool. */
const LAST_WORDS_MS = 3000;
/** The span of EffectMeter, and the time a rule takes to be everywhere. */
const MEASURED_AFTER_SEC = 15;
const MOST_UNMEASURED = 100;

export interface IncidentsOptions {
  /** Null: the usual one; undefined: nothing is kept, hooks hear all the same. */
  readonly folder: string | null | undefined;
  readonly sensor: string;
  /** A screen: what a `watch` on the same store sees as well is kept once, and hooks hear only when they are told to. */
  readonly isBesideOthers: boolean;
  /** What a firewall here drops is not seen any more: false where packets are taken in front of it. */
  readonly seesAfter: boolean;
  readonly clock: Clock;
  readonly onChange: (change: IncidentChange) => void;
  readonly onTrouble: (text: string) => void;
  readonly onDelivery: (delivery: DeliveryRecord) => void;
}

/** Rejects with UserError when a hook's spool cannot be used; a store that cannot be read is told, and the rest goes on. */
export async function openIncidents(config: Config, options: IncidentsOptions): Promise<Incidents> {
  const { clock, onTrouble, folder } = options;
  const where = folder === undefined ? null : (folder ?? defaultStoreFolder());
  let store: IncidentStore | null = null;
  let incidents: Incidents | null = null;
  if (where !== null) {
    try {
      store = await IncidentStore.open(where, {
        by: writerName(),
        clock,
        retention: { maxAgeDays: config.store.keepSec / 86_400, maxIncidents: config.store.keepIncidents },
        keepsFailed: true,
        onTrouble: (trouble) => {
          incidents?.noteTrouble(trouble);
          onTrouble(troubleWords(trouble));
        },
      });
    } catch (error) {
      onTrouble(messageOf(error));
    }
  }
  incidents = new Incidents(store, options, await locatorOf(config, onTrouble));
  await incidents.openHooks(config.hooks, where === null ? null : defaultSpoolFolder());
  return incidents;
}

/** Null: no database is named, or one cannot be read, which is told. */
async function locatorOf({ geo }: Config, onTrouble: (text: string) => void): Promise<IncidentDeskOptions['locate']> {
  if (geo.length === 0) return null;
  try {
    const { GeoDatabases } = await import('../../enrich/geo-databases.js');
    const databases = await GeoDatabases.open(geo);
    return (address) => databases.of(address);
  } catch (error) {
    onTrouble(messageOf(error));
    return null;
  }
}

interface Unmeasured {
  readonly incidentId: string;
  readonly mitigationId: string;
  /** Capture time. */
  readonly appliedSec: number;
}

/** "INCIDENT_STORE_WRITE: cannot write...; 12 events wait". */
function troubleWords({ state, error, kept, lost }: StoreTrouble): string {
  if (state === 'back') return 'The incident store can be written again; what waited is in it.';
  const why = error === null ? 'The incident store cannot be written' : messageOf(error);
  return `${why} ${lost > 0 ? `${lost} events were lost` : `${kept} events wait`}.`;
}

export class Incidents {
  readonly desk: IncidentDesk;
  readonly store: IncidentStore | null;
  readonly #options: IncidentsOptions;
  #storeWaiting = 0;
  #unmeasured: readonly Unmeasured[] = [];
  /** Packets by mitigation. */
  #dropped: ReadonlyMap<string, number> = new Map();
  readonly #counts = { delivered: 0, failed: 0 };
  #hooks: HookDispatcher | null = null;
  #configs: readonly HookConfig[] = [];
  readonly #adopting: AdoptingJournal | null;
  readonly #last = new Map<string, DeliveryRecord>();

  constructor(store: IncidentStore | null, options: IncidentsOptions, locate: IncidentDeskOptions['locate']) {
    this.store = store;
    this.#options = options;
    const { sensor, clock, onChange, onTrouble, isBesideOthers } = options;
    this.#adopting =
      store !== null && isBesideOthers ? new AdoptingJournal(store, clock, (ms) => setTimeout(ms)) : null;
    const journal: Journal | null = this.#adopting ?? (store === null ? null : journalOf(store));
    const hooks: HookDoor | null = isBesideOthers ? null : { tell: (kind, stored) => this.#tell(kind, stored) };
    this.desk = new IncidentDesk({ journal, hooks, sensor, locate, by: writerName(), clock, onChange, onTrouble });
  }

  noteTrouble({ state, kept }: StoreTrouble): void {
    this.#storeWaiting = state === 'back' ? 0 : kept;
  }

  async openHooks(hooks: readonly HookConfig[], spoolFolder: string | null): Promise<void> {
    this.#configs = hooks;
    if (hooks.length === 0 && spoolFolder === null) return;
    const { onTrouble, clock } = this.#options;
    if (hooks.length === 0) return;
    this.#hooks = await HookDispatcher.open({
      hooks,
      spoolFolder,
      clock,
      onTrouble,
      onDelivery: (delivery) => this.#delivered(delivery),
    });
    this.#spoolFolder = spoolFolder;
  }

  #spoolFolder: string | null = null;

  /** Other hooks from now on. Never rejects. */
  async setHooks(hooks: readonly HookConfig[]): Promise<void> {
    this.#configs = hooks;
    try {
      if (this.#hooks === null) await this.openHooks(hooks, this.#spoolFolder);
      else await this.#hooks.setHooks(hooks);
    } catch (error) {
      this.#options.onTrouble(messageOf(error));
    }
  }

  #tell(kind: HookEventKind, stored: Parameters<HookDoor['tell']>[1]): void {
    const nowMs = this.#options.clock.nowMs();
    void this.#hooks?.tell({ kind, stored, at: nowMs / 1000, sequence: nowMs });
  }

  #delivered({ incidentId, at, outcome, record }: HookDelivery): void {
    if (outcome === 'sent') this.#counts.delivered += 1;
    if (outcome === 'given-up') this.#counts.failed += 1;
    this.#last.set(record.hook, record);
    this.#options.onDelivery(record);
    this.store?.appendSoon({ at, incidentId, kind: 'told', delivery: record });
  }

  /** What somebody did to the firewall, here or in another program, belongs to the incident it answers. */
  takeAudit(news: AuditNews, tick: Tick | null): void {
    const id = incidentOf(news, tick?.incidents ?? []);
    const action = actionOf(news);
    if (id === null || action === null) return;
    this.desk.acted(id, action);
    if (action.what !== 'applied' || tick === null) return;
    const due = { incidentId: id, mitigationId: action.mitigationId, appliedSec: tick.snapshot.nowSec };
    this.#unmeasured = [...this.#unmeasured, due].slice(-MOST_UNMEASURED);
  }

  /** A file of packets that belongs to an incident. Rejects with the system's error when it cannot be read. */
  async keep(
    incidentId: string,
    file: { readonly path: string; readonly packets: number; readonly bytes: number },
  ): Promise<void> {
    const { path, packets, bytes } = file;
    const words = `packets to the target of ${incidentId}`;
    const kept = { path, packets, bytes, sha256: await hashOf(path), words };
    this.desk.write({ kind: 'kept', incidentId, file: kept });
  }

  /** Every tick goes through it: the traffic's news, and what mitigations of some seconds ago have changed. */
  take(tick: Tick): void {
    this.desk.take(tick);
    const { nowSec } = tick.snapshot;
    const isDue = ({ appliedSec }: Unmeasured) => nowSec - appliedSec >= MEASURED_AFTER_SEC;
    for (const { incidentId, mitigationId, appliedSec } of this.#unmeasured.filter(isDue)) {
      const droppedPackets = this.#dropped.get(mitigationId) ?? null;
      const how = { appliedSec, nowSec, seesAfter: this.#options.seesAfter, droppedPackets };
      this.desk.measured(incidentId, mitigationId, how);
    }
    if (this.#unmeasured.some(isDue)) this.#unmeasured = this.#unmeasured.filter((one) => !isDue(one));
  }

  /** What the firewall counts for each mitigation, as far as somebody reads it. */
  listed(actions: readonly LiveMitigation[]): void {
    this.#dropped = new Map(actions.map(({ id, packets }) => [id, packets]));
  }

  /** One hook, one incident, now; it is in the journal as well. */
  async sendNow(hook: HookConfig, incidentId: string): Promise<{ readonly isOk: boolean; readonly words: string }> {
    if (this.store === null) throw new Error('incidents are not kept');
    await this.desk.settled();
    const stored = await this.stored(incidentId);
    if (stored === null) throw new Error(`${incidentId} is not kept`);
    const signal = AbortSignal.timeout((hook.timeoutSec + 5) * 1000);
    const parts = { clock: this.#options.clock, env: process.env, signal, spoolFolder: this.#spoolFolder };
    const record = await sendOnce(hook, stored, parts);
    this.#last.set(record.hook, record);
    this.store.appendSoon({ incidentId: stored.incident.id, kind: 'told', delivery: record });
    const reference = record.reference === null ? '' : `, ${record.reference}`;
    return { isOk: record.ok, words: record.ok ? `sent${reference}` : (record.message ?? 'failed') };
  }

  /** Of the store, under the ids they have here. */
  rows(): IncidentRow[] {
    const adopted = this.#adopting?.adopted;
    const rows = this.store?.list() ?? [];
    return adopted === undefined || adopted.size === 0
      ? rows
      : rows.map((row) => ({ ...row, id: adopted.get(row.id) ?? row.id }));
  }

  /** Null: it is not kept. */
  async stored(incidentId: string): Promise<StoredIncident | null> {
    if (this.store === null) return null;
    return (this.#adopting ?? journalOf(this.store)).get(incidentId);
  }

  get sensor(): string {
    return this.#options.sensor;
  }

  get hooks(): readonly HookConfig[] {
    return this.#configs;
  }

  lastOf(hook: string): DeliveryRecord | null {
    return this.#last.get(hook) ?? null;
  }

  waitingFor(hook: string): number {
    return this.#hooks?.waiting().filter((message) => message.hook === hook).length ?? 0;
  }

  hookCounts(): { readonly delivered: number; readonly failed: number; readonly waiting: number } {
    return { ...this.#counts, waiting: this.#hooks?.waiting().length ?? 0 };
  }

  /** Events that could not be written yet. */
  storeWaiting(): number {
    return this.#storeWaiting;
  }

  /** What is under way stays in the spool; what is held for the store is written. */
  async close(): Promise<void> {
    await this.desk.settled();
    if (this.#hooks !== null)
      await Promise.race([this.#hooks.drained(), setTimeout(LAST_WORDS_MS, null, { ref: false })]);
    await this.#hooks?.stop();
    await this.store?.close();
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

function journalOf(store: IncidentStore): Journal {
  return {
    append: (event: JournalEvent) => store.append(event),
    appendSoon: (event: JournalEvent) => store.appendSoon(event),
    get: async (incidentId: string) => {
      await store.refresh();
      return store.row(incidentId) === null ? null : store.get(incidentId);
    },
  };
}
