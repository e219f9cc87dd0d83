/** The envelope `{success, errors, messages, result, result_info}` and what stands in its place. All of it is hostile: bounded, never trusted. */
import type { ApiRemark } from './api.js';
import type { Secret } from './secret.js';

export interface Envelope {
  readonly isSuccess: boolean;
  readonly result: unknown;
  readonly errors: readonly ApiRemark[];
  readonly messages: readonly ApiRemark[];
  readonly resultInfo: Readonly<Record<string, unknown>> | null;
}

/** The largest answers are lists of 1000 items and rulesets of 1000 rules, some 1 MiB. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const MAX_REMARKS = 8;
const MAX_REMARK_LENGTH = 300;

export class TooLong extends Error {}

/** The body as text. Rejects with TooLong, or with what broke the way. */
export async function readBody(response: Response): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      await reader.cancel().catch(() => {}); // the connection may be gone already, which is what we want
      throw new TooLong(`more than ${MAX_BODY_BYTES / 1024 / 1024} MiB`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Undefined: no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the caller says what stood there instead
  }
}

/** Null: JSON, but no envelope. An empty body is an envelope without a result (204). */
export function readEnvelope(body: unknown, token: Secret): Envelope | null {
  if (!isRecord(body) || !('success' in body || 'result' in body || 'errors' in body)) return null;
  const errors = readRemarks(body['errors'], token);
  return {
    isSuccess: typeof body['success'] === 'boolean' ? body['success'] : errors.length === 0,
    result: body['result'] ?? null,
    errors,
    messages: readRemarks(body['messages'], token),
    resultInfo: isRecord(body['result_info']) ? body['result_info'] : null,
  };
}

export const EMPTY_ENVELOPE: Envelope = { isSuccess: true, result: null, errors: [], messages: [], resultInfo: null };

/** Of `errors` or `messages`, with the `error_chain` some carry. GraphQL's have a path and no code. */
export function readRemarks(list: unknown, token: Secret): ApiRemark[] {
  const remarks: ApiRemark[] = [];
  const pending: unknown[] = Array.isArray(list) ? list.slice(0, MAX_REMARKS) : [];
  while (pending.length > 0 && remarks.length < MAX_REMARKS) {
    const item = pending.shift();
    if (typeof item === 'string') remarks.push({ code: 0, message: bounded(item, token), pointer: '' });
    if (!isRecord(item)) continue;
    remarks.push({
      code: Number.isSafeInteger(item['code']) ? (item['code'] as number) : 0,
      message: bounded(item['message'], token),
      pointer: bounded(pointerOf(item), token),
    });
    if (Array.isArray(item['error_chain'])) pending.unshift(...item['error_chain'].slice(0, MAX_REMARKS));
  }
  return remarks;
}

/** "10021 unknown field (/rules/0/expression); 1004 …" */
export function remarksText(remarks: readonly ApiRemark[]): string {
  return remarks
    .map(({ code, message, pointer }) =>
      [code === 0 ? '' : String(code), message, pointer === '' ? '' : `(${pointer})`]
        .filter((part) => part !== '')
        .join(' '),
    )
    .join('; ');
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pointerOf(item: Readonly<Record<string, unknown>>): unknown {
  if (isRecord(item['source'])) return item['source']['pointer'];
  if (!Array.isArray(item['path'])) return '';
  return item['path']
    .slice(0, 16)
    .filter((step) => typeof step === 'string' || typeof step === 'number')
    .map((step) => `/${step}`)
    .join('');
}

/** Without the token, which servers quote back, and before cutting, which would leave half of it. */
function bounded(value: unknown, token: Secret): string {
  if (typeof value !== 'string') return '';
  return token.redact(value.slice(0, 65_536)).slice(0, MAX_REMARK_LENGTH);
}
