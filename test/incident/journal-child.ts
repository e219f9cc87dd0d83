/** A process of its own that writes into an incident store until it is killed: `FOLDER SEGMENT_BYTES NAME COUNT`. Prints each id once its append resolved. */
import { writeSync } from 'node:fs';
import { IncidentStore } from '../../src/incident/store/incident-store.js';
import { makeIncident } from '../support/incident-fixture.js';

const [folder = '', segmentBytes = '', name = '', count = ''] = process.argv.slice(2);
const store = await IncidentStore.open(folder, {
  by: name,
  segmentBytes: Number(segmentBytes),
  onTrouble: ({ state, error }) => writeSync(2, `${state} ${error?.message ?? ''}\n`),
});
for (let i = 0; i < Number(count); i += 1) {
  const id = `${name}-${i}`;
  // Lines of all sizes, up to several pages.
  const evidence = ['x'.repeat((i * 397) % 9000)];
  await store.append({ kind: 'observed', incidentId: id, incident: makeIncident({ id, evidence }), sensor: name });
  writeSync(1, `${id}\n`);
}
await store.close();
