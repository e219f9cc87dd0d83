/** CPU of a process that runs, from /proc: its threads, its children, and the children it has waited for. */
import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, what /proc/PID/stat counts in: 100 on every Linux that Node runs on. */
const TICKS_PER_SEC = 100;
/** Fields 14 to 17 of proc(5), counted after the name, which may hold blanks. */
const FIRST_TIME_FIELD = 11;

/** Seconds of CPU so far; 0 for a process that is gone. */
export function cpuOfTree(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    const times = fields.slice(FIRST_TIME_FIELD, FIRST_TIME_FIELD + 4).map(Number);
    const own = times.reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SEC;
    return childrenOf(pid).reduce((sum, child) => sum + cpuOfTree(child), own);
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(error.code)) return 0;
    throw error;
  }
}

function childrenOf(pid) {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ');
  });
}
