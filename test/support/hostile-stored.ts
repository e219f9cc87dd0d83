/** An incident with somebody's text in every field that is a text. */
import type { StoredIncident } from '../../src/incident/stored-incident.js';
import { makeKnownStored } from './incident-fixture.js';

/** Words of the program, which a store reads as nothing else. */
const FIXED = new Set(['state', 'severity', 'scope', 'direction', 'verdict', 'mark', 'origin', 'from']);

/** Every text becomes what `textOf` makes of it; the keys of the rule's backends too. */
export function withTexts(textOf: (text: string, field: string) => string, stored = makeKnownStored()): StoredIncident {
  const walk = (value: unknown, field: string): unknown => {
    if (typeof value === 'string') return FIXED.has(field) ? value : textOf(value, field);
    if (Array.isArray(value)) return value.map((one) => walk(one, field));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, one]) => [
      field === 'backends' ? textOf(key, key) : key,
      walk(one, key),
    ]);
    return Object.fromEntries(entries);
  };
  return walk(
    { ...stored, alerts: stored.alerts.map((alert) => ({ ...alert, url: 'https://other.example/1' })) },
    '',
  ) as StoredIncident;
}
