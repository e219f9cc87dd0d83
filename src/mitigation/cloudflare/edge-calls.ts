/** Calls of one act. Reads go straight; before a write its intent is on the disk, afterwards its result; what got no answer is looked up, never sent again. */
import type { ApiAnswer, ApiRequest, CloudflareApi } from '../../platform/cloudflare/api.js';
import type { AuditLog, AuditNote } from '../audit-log.js';
import { isUnknown, notCarriedOut, outcomeUnknown } from './edge-failures.js';

export type Sleep = (ms: number) => Promise<void>;

export interface EdgeCallsParts {
  readonly api: CloudflareApi;
  readonly audit: AuditLog;
  readonly note: AuditNote;
  readonly sleep: Sleep;
  /** Told before each write, on the disk when it resolves. */
  readonly onIntent: (words: string) => Promise<void>;
}

const DONE = { code: 0, signal: null, stdout: '', stderr: '' };

export class EdgeCalls {
  readonly #parts: EdgeCallsParts;
  #note: AuditNote;
  /** What has to be told besides success: "somebody else wrote". */
  readonly remarks: string[] = [];

  constructor(parts: EdgeCallsParts) {
    this.#parts = parts;
    this.#note = parts.note;
  }

  get sleep(): Sleep {
    return this.#parts.sleep;
  }

  async read<Result>(path: string, query?: ApiRequest['query']): Promise<ApiAnswer<Result>> {
    const { api } = this.#parts;
    return api.call<Result>({ method: 'GET', path, ...(query === undefined ? {} : { query }) });
  }

  /**
   * Null: the answer was lost, and `wasDone` found it carried out. Rejects with NOT_CARRIED_OUT when it found that it was not, with STATE_UNKNOWN when it
   * could not find out or says null: not yet.
   */
  async write<Result>(request: ApiRequest, wasDone: () => Promise<boolean | null>): Promise<ApiAnswer<Result> | null> {
    const { api, audit, onIntent } = this.#parts;
    await onIntent(`${request.method} ${request.path}`);
    await audit.intent(this.#note, [request.method, pathWithQuery(request)], bodyText(request.body));
    const { request: _said, ...note } = this.#note; // once is enough: it may hold thousands of prefixes
    this.#note = note;
    try {
      const answer = await api.call<Result>(request);
      await audit.result(this.#note, DONE);
      return answer;
    } catch (error) {
      await audit.failure(this.#note, error, isUnknown(error));
      if (!isUnknown(error)) throw error;
      const isDone = await wasDone().catch(() => null);
      if (isDone === null) throw outcomeUnknown(error);
      await audit.explain(this.#note, `read again: it was ${isDone ? '' : 'not '}carried out`);
      if (isDone) return null;
      throw notCarriedOut(error);
    }
  }
}

export function bodyText(body: unknown): string {
  return body === undefined ? '' : JSON.stringify(body);
}

export function pathWithQuery({ path, query = {} }: ApiRequest): string {
  const text = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, `${value}`]),
  ).toString();
  return text === '' ? path : `${path}?${text}`;
}
