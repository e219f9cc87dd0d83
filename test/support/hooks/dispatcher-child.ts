/** A program that tells a hook of incidents until somebody kills it. Arguments: folder, URL, first and last number. Says "told N", "drained". */

import { HookDispatcher } from '../../../src/hooks/hook-dispatcher.js';
import { systemSleep } from '../../../src/platform/cloudflare/steady-time.js';
import { hookEvent } from './hook-fixture.js';
import { webhook } from './hook-lab.js';

const [folder = '', url = '', first = '0', last = '0'] = process.argv.slice(2);
/** Hours in a second: what waits for a failure waits little. */
const FASTER = 2000;
const startMs = Date.now();

const hooks = await HookDispatcher.open({
  hooks: [webhook(url)],
  spoolFolder: folder,
  onDelivery: () => {},
  onTrouble: (words) => process.stdout.write(`trouble ${words}\n`),
  clock: { nowMs: () => startMs + (Date.now() - startMs) * FASTER },
  sleep: (ms, signal) => systemSleep(ms / FASTER, signal),
  scanEveryMs: 0,
});
for (let number = Number(first); number <= Number(last); number += 1) {
  // Two events an incident.
  const kind = number % 2 === 0 ? 'opened' : 'ended';
  await hooks.tell(hookEvent(kind, number, { id: `i${Math.floor(number / 2)}` }));
  process.stdout.write(`told ${number}\n`);
}
await hooks.drained();
process.stdout.write('drained\n');
await hooks.stop();
