/** What reading costs: processor time of this thread, and of the children that have ended. */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** What collecting garbage, compiling and reading files add on threads of the engine: 27 ms of ours went with 41 of the process (bench netfilter-poll). */
const HELPERS = 1.5;
/** USER_HZ, what /proc/PID/stat counts in: 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10;
/** cutime and cstime, fields 16 and 17 of proc(5), counted after the name, which may hold blanks. */
const CHILD_FIELDS = [13, 14] as const;

type ThreadUsage = () => { readonly user: number; readonly system: number };

/**
 * Milliseconds of processor time this thread has caused. process.cpuUsage() counts all threads, of which the one that takes packets may use a whole
 * core; so the time the event loop of this thread was not waiting stands in for it, exact where nothing else runs in the thread. Newer Nodes tell it.
 */
export function threadMs(): number {
  const usage = (process as { readonly threadCpuUsage?: ThreadUsage }).threadCpuUsage?.();
  const ownMs = usage === undefined ? performance.eventLoopUtilization().active : (usage.user + usage.system) / 1000;
  return ownMs * HELPERS;
}

/**
 * Milliseconds of processor time of all children of the process that have ended, theirs included; null where nobody tells. In steps of 10 ms, of a sum
 * the kernel keeps in nanoseconds: what one difference rounds off, the next has.
 */
export function childrenCpuMs(): number | null {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 1)
      .trim()
      .split(' ');
    const ticks = CHILD_FIELDS.reduce((sum, field) => sum + Number(fields[field]), 0);
    return Number.isFinite(ticks) ? ticks * MS_PER_TICK : null;
  } catch {
    return null; // no /proc
  }
}
