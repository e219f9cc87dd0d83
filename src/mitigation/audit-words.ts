/** A record of the audit log as a line; not cleaned: messages of tools stand in it. */
import { formatCount } from '../format/number-format.js';
import type { AuditRecord } from './audit-log.js';
import { requestWords } from './request-words.js';
import type { MitigationRequest } from './types.js';

export function auditWords(record: AuditRecord): string {
  const { request, time, user, event, action, id, host = '', ok, code, message = '', argv = [], packets = 0 } = record;
  const head = `${time}  ${user}  ${action}${id === '' ? '' : ` ${id}`}${host === '' ? '' : ` on ${host}`}`;
  const counted = packets === 0 ? '' : `, ${formatCount(packets)} packets so far`;
  switch (event) {
    case 'intent':
      return `${head}${asked(request)}: ${argv.join(' ')}${counted}`;
    case 'explained':
      return `${head}: ${message}`;
    case 'result':
      return `${head}: ${ok === true ? `done, exit code ${code ?? 0}` : `failed (${code ?? 'no exit code'}) ${message}`}`;
  }
}

function asked(request: MitigationRequest | undefined): string {
  return request === undefined ? '' : ` (${requestWords(request)})`;
}
