import { expect, test } from 'vitest';
import { makeIncident } from '../../../test/support/incident-fixture.js';
import type { Incident } from '../incident.js';
import type { JournalEvent } from '../journal-event.js';
import { readEvent } from './read-event.js';

/** Every word there is of each: one that is missing in the reader would lose incidents. */
const WORDS: {
  readonly [Name in 'severity' | 'state' | 'scope' | 'direction']: Readonly<Record<Incident[Name], true>>;
} = {
  severity: { low: true, medium: true, high: true, critical: true },
  state: { suspect: true, attack: true, ending: true, ended: true },
  scope: { host: true, prefix: true, site: true },
  direction: { incoming: true, outgoing: true, unknown: true },
};
const VERDICTS: Readonly<Record<Incident['sources']['verdict'], true>> = {
  spoofed: true,
  reflected: true,
  botnet: true,
  few: true,
  unknown: true,
};

const kept = (part: Partial<Incident>): ReturnType<typeof readEvent> =>
  readEvent({
    at: 1,
    incidentId: 'i1',
    by: 'a',
    kind: 'observed',
    sensor: 's',
    incident: makeIncident(part),
  } satisfies JournalEvent);

test('every incident there can be is one that is kept', () => {
  for (const [name, words] of Object.entries(WORDS))
    for (const word of Object.keys(words)) expect([word, kept({ [name]: word })]).not.toEqual([word, null]);
  for (const verdict of Object.keys(VERDICTS) as Incident['sources']['verdict'][]) {
    const sources = {
      distinct: 1,
      top: [{ key: '192.0.2.1', packets: 1, bytes: 1, asn: 64_496, asName: 'n', country: 'DE' }],
      verdict,
    };
    expect(kept({ sources })).toMatchObject({ incident: { sources } });
  }
});
