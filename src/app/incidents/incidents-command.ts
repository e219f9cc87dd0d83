/** `ddostop incidents`: reads the store, or adds a line to it. Stdout carries the result only. */
import { ExitCode, UserError } from '../../errors.js';
import { visibleJson } from '../../format/clean-text.js';
import type { OperatorMark } from '../../incident/journal-event.js';
import type { RowFilter } from '../../incident/store/incident-order.js';
import { IncidentStore } from '../../incident/store/incident-store.js';
import { relatedOf } from '../../incident/store/related.js';
import { teamFigures } from '../../incident/store/stats.js';
import { defaultStoreFolder, writerName } from '../../incident/store/store-folder.js';
import { type Clock, systemClock } from '../../platform/clock.js';
import { type RenderOptions, renderIncident } from '../../report/incident/render-incident.js';
import { writeResult } from '../result-file.js';
import { sayError } from '../standard-error.js';
import { actOn } from './incidents-acts.js';
import { listText, mergedText, statsText } from './incidents-text.js';

export type IncidentsRequest =
  | { readonly action: 'list'; readonly filter: RowFilter; readonly limit: number }
  | { readonly action: 'show'; readonly id: string; readonly render: Omit<RenderOptions, 'nowSec' | 'related'> }
  | { readonly action: 'stats'; readonly by: 'week' | 'vector' }
  | { readonly action: 'compact' }
  | IncidentAct;

/** What somebody did about an incident. */
export type IncidentAct =
  | { readonly action: 'ack'; readonly ids: readonly string[]; readonly note: string | null }
  | {
      readonly action: 'mark';
      readonly id: string;
      readonly mark: OperatorMark;
      readonly of: string | null;
      readonly reason: string;
    }
  | { readonly action: 'unmark'; readonly id: string }
  | { readonly action: 'note'; readonly id: string; readonly text: string }
  | { readonly action: 'attach'; readonly id: string; readonly file: string; readonly words: string };

export interface IncidentsPlace {
  /** Null: the user's own. */
  readonly store: string | null;
  /** Null: stdout. */
  readonly output: string | null;
  readonly isJson: boolean;
  readonly clock?: Clock;
}

const READING = ['list', 'show', 'stats'];

/** Returns the exit code. Throws UserError when there is nothing to print. */
export async function runIncidents(request: IncidentsRequest, place: IncidentsPlace): Promise<number> {
  const clock = place.clock ?? systemClock;
  const store = await IncidentStore.open(place.store ?? defaultStoreFolder(), {
    by: writerName(),
    clock,
    isReadOnly: READING.includes(request.action),
  });
  try {
    await writeResult(await resultOf(request, store, place, clock), place.output);
    return damageCode(store);
  } finally {
    await store.close();
  }
}

async function resultOf(
  request: IncidentsRequest,
  store: IncidentStore,
  place: IncidentsPlace,
  clock: Clock,
): Promise<string> {
  switch (request.action) {
    case 'list':
      return list(store, request.filter, request.limit, place, clock);
    case 'show': {
      const stored = await store.get(request.id);
      const ids = relatedOf(store.list()).get(stored.incident.id) ?? [];
      const related = ids.map((id) => store.row(id)).filter((row) => row !== null);
      return renderIncident(stored, { ...request.render, nowSec: clock.nowMs() / 1000, related });
    }
    case 'stats': {
      const figures = teamFigures(store.list());
      return place.isJson
        ? `${visibleJson({ schema: 'ddostop.incident-stats/1', ...figures }, 2)}\n`
        : statsText(figures, request.by);
    }
    case 'compact':
      return mergedText(await mergeAll(store));
    default:
      return `${(await actOn(request, store)).join('\n')}\n`;
  }
}

function list(
  store: IncidentStore,
  filter: RowFilter,
  limit: number,
  { isJson }: IncidentsPlace,
  clock: Clock,
): string {
  const all = store.list(filter);
  const rows = all.slice(0, limit);
  const related = relatedOf(store.list());
  const more = all.length - rows.length;
  if (!isJson) return listText(rows, related, more, clock.nowMs() / 1000);
  const incidents = rows.map((row) => ({ ...row, related: related.get(row.id) ?? [] }));
  return `${visibleJson({ schema: 'ddostop.incidents/1', incidents, more, damage: store.damage() }, 2)}\n`;
}

async function mergeAll(store: IncidentStore) {
  const merged = await store.compact();
  if (merged !== null || store.list().length === 0) return merged;
  throw new UserError(
    'INCIDENT_STORE_BUSY',
    'another process merges the files at the moment',
    'Try again in a minute.',
  );
}

/** What cannot be read is told behind what could be. */
function damageCode(store: IncidentStore): number {
  const { words, leftOut } = store.damage();
  for (const sentence of words) sayError(`INCIDENT_STORE_DAMAGED: ${sentence}. The rest was read.`);
  if (leftOut > 0) sayError(`INCIDENT_STORE_FULL: ${leftOut} lines or incidents are beyond what is read at once.`);
  return words.length > 0 || leftOut > 0 ? ExitCode.damagedInput : ExitCode.done;
}
