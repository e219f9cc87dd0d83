/** An incident for others: sources by network, people by initials, no hosts and no paths; the target only if it may be named. */
import type { Incident } from '../../incident/incident.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import { initialsOf, type Redaction, redactText } from './redact-text.js';
import { byNetwork } from './source-networks.js';

const INSTEAD = '[target]';

export function redactStored(stored: StoredIncident, withoutTarget: boolean): StoredIncident {
  const redaction = redactionOf(stored, withoutTarget);
  const texts = textsOf(stored, redaction);
  const { incident } = texts;
  return {
    ...texts,
    incident: {
      ...incident,
      id: stored.incident.id,
      target: withoutTarget ? INSTEAD : stored.incident.target,
      sources: sourcesOf(stored.incident),
    },
    sensor: sensorOf(stored, redaction),
    mark: texts.mark === null ? null : { ...texts.mark, by: initialsOf(stored.mark?.by ?? '') },
    notes: texts.notes.map((note, i) => ({ ...note, by: initialsOf(stored.notes[i]?.by ?? '') })),
    actions: texts.actions.map((action, i) => ({ ...action, by: initialsOf(stored.actions[i]?.by ?? '') })),
    timeline: texts.timeline.map((entry, i) => ({ ...entry, by: initialsOf(stored.timeline[i]?.by ?? '') })),
    alerts: texts.alerts.map((alert) => ({ ...alert, url: null })),
    deliveries: texts.deliveries.map((delivery) => ({ ...delivery, url: null })),
    files: texts.files.map((file, i) => ({ ...file, path: `file ${i + 1}`, sha256: stored.files[i]?.sha256 ?? '' })),
  };
}

function redactionOf(
  { incident, sensor, mark, notes, actions, timeline }: StoredIncident,
  withoutTarget: boolean,
): Redaction {
  const writers = [sensor, mark?.by, ...[...notes, ...actions, ...timeline].map(({ by }) => by)];
  const hosts = writers.flatMap((writer) => /@([^\s@]{2,})/.exec(writer ?? '')?.[1] ?? []);
  return {
    kept: withoutTarget ? new Set() : new Set([incident.target]),
    hosts: [...new Set(hosts)].filter((host) => host !== incident.target).sort((a, b) => b.length - a.length),
    target: withoutTarget ? { text: incident.target, instead: INSTEAD } : null,
  };
}

/** Words of the program (states, names of formats) hold nothing that is redacted, so every text may go through. */
function textsOf<Value>(value: Value, redaction: Redaction): Value {
  if (typeof value === 'string') return redactText(value, redaction) as Value;
  if (Array.isArray(value)) return value.map((one) => textsOf(one, redaction)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, textsOf(one, redaction)])) as Value;
}

function sourcesOf({ sources }: Incident): Incident['sources'] {
  return { ...sources, top: byNetwork(sources.top) };
}

/** "ddostop@edge1 on eth0" says a host; the program alone is enough. */
function sensorOf({ sensor, origin }: StoredIncident, redaction: Redaction): string {
  return sensor.includes('@') ? origin : redactText(sensor, redaction);
}
