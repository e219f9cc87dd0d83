/** A limit as people read it: in plans, in the kernel's comments, in the audit log, in the preview. */
import type { LimitRequest } from './types.js';

export function limitWords(limit: LimitRequest): string {
  const { prefix } = limit;
  switch (limit.of) {
    case 'prefix':
      return `at most ${limit.pps} packets a second from ${prefix} together`;
    case 'target':
      return `at most ${limit.pps} packets a second to ${prefix}`;
    case 'each-source':
      return `at most ${limit.pps} packets a second from each source${prefix === null ? '' : ` in ${prefix}`}`;
    case 'connections':
      return `at most ${limit.most} connections of each source to ${prefix === null ? '' : `${prefix} `}tcp port ${limit.port}`;
  }
}
