/** What reading costs: processor time of this thread, and of the children that have ended. */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** What collecting garbage, compiling and reading files add on threads of the engine (bench netfilter-poll: process against thread). */
const HELPERS = 1.6;
/** USER_HZ, what /proc/PID/stat counts in: 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10;
/** cutime and cstime, fields 16 and 17 of proc(5), counted after the name, which may hold blanks. */
const CHILD_FIELDS = [13, 14] as const;

/**
 * Milliseconds of processor time this thread has caused. process.cpuUsage() counts all threads, of which the one that takes packets may use a whole
 * core. Linux tells a thread its own time in nanoseconds (sched-stats.rst; a synchronous read happens in this thread); without that, the time the event
 * loop was not waiting stands in for it, which is too much where others want the processor.
 */
export function threadMs(): number {
  return (scheduledMs() ?? performance.eventLoopUtilization().active) * HELPERS;
}

function scheduledMs(): number | null {
  try {
    const nanoseconds = Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]);
    return nanoseconds > 0 ? nanoseconds / 1e6 : null;
  } catch {
    return null; // another system, or a kernel without schedstat
  }
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
