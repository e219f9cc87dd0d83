/**
 * Lets the process end. Node waits at its end for background compile jobs, and such a job may be waiting for a garbage
 * collection that only the main thread could do: a deadlock (nodejs/node#54918, seen in 3 of 100 short reports on Node
 * 20.20). Starting no new job, and collecting once so that no job in flight needs to ask, avoids it: 0 of 300.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Call once all work is done; costs a few milliseconds. */
export function settleEngine(): void {
  setFlagsFromString('--no-opt');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
}
