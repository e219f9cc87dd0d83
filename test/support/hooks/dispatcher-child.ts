/** A program that tells a hook of incidents until somebody kills it. Arguments: folder, URL, first and last number. Says "told N", "drained". */

import { HookDispatcher } from '../../../src/hooks/hook-dispatcher.js';
import { systemClock } from '../../../src/platform/clock.js';
import { hookEvent } from './hook-fixture.js';
import { webhook } from './hook-lab.js';

const [folder = '', url = '', first = '0', last = '0'] = process.argv.slice(2);
const hooks = await HookDispatcher.open({
  hooks: [webhook(url)],
  spoolFolder: folder,
  onDelivery: () => {},
  onTrouble: (words) => process.stdout.write(`trouble ${words}\n`),
  clock: systemClock,
  sleep: (_, signal) => new Promise((resolve) => (signal?.aborted === true ? resolve() : setTimeout(resolve, 5))),
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
