/** Reports of two incidents as they are: one of which everything is known, and one that somebody else told of. */
import { describe, expect, test } from 'vitest';
import { renderIncident } from '../../src/report/incident/render-incident.js';
import { makeBareStored, makeKnownStored, OPENED_AT } from '../support/incident-fixture.js';

const nowSec = OPENED_AT + 600;
const INCIDENTS = [
  ['known', makeKnownStored(), [{ id: 'fnm-abcdefgh', target: '203.0.113.7', origin: 'fastnetmon' }]],
  ['bare', makeBareStored(), []],
] as const;

describe.each(INCIDENTS)('report of an incident: %s', (name, stored, related) => {
  test.each([80, 120])('as text, %d columns', async (width) => {
    const page = renderIncident(stored, { format: 'text', ascii: false, width, nowSec, related });
    await expect(page).toMatchFileSnapshot(`golden/${name}-${width}.txt`);
  });

  test('as text in ASCII', async () => {
    const page = renderIncident(stored, { format: 'text', ascii: true, width: 80, nowSec, related });
    await expect(page).toMatchFileSnapshot(`golden/${name}-ascii-80.txt`);
  });

  test('as Markdown', async () => {
    const page = renderIncident(stored, { format: 'markdown', ascii: false, nowSec, related });
    await expect(page).toMatchFileSnapshot(`golden/${name}.md`);
  });
});
