/** What the stand-in's parts pass each other: a request that came in, and the envelope that goes out (api.cloudflare.com's shape). */

export interface EdgeRequest {
  readonly method: string;
  /** Below /client/v4, as sent, without query. */
  readonly path: string;
  /** Decoded. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON; undefined: none was sent. */
  readonly body: unknown;
  /** By the driven clock, epoch ms. */
  readonly atMs: number;
}

export interface EdgeAnswer {
  readonly status: number;
  /** Null: no body at all (204). */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One resource: null where the request is not for it. */
export type Resource = (request: EdgeRequest) => EdgeAnswer | null;

export function answer(result: unknown, resultInfo?: unknown): EdgeAnswer {
  const info = resultInfo === undefined ? {} : { result_info: resultInfo };
  return { status: 200, body: { success: true, errors: [], messages: [], result, ...info } };
}

export function refuse(status: number, code: number, message: string, pointer?: string): EdgeAnswer {
  const source = pointer === undefined ? {} : { source: { pointer } };
  return {
    status,
    body: { success: false, errors: [{ code, message, ...source }], messages: [], result: null },
  };
}

/** Result, page by page. */
export function pageOf(all: readonly unknown[], query: URLSearchParams, perPageDefault = 25): EdgeAnswer {
  const perPage = Number(query.get('per_page') ?? perPageDefault);
  const page = Number(query.get('page') ?? 1);
  const shown = all.slice((page - 1) * perPage, page * perPage);
  return answer(shown, { page, per_page: perPage, count: shown.length, total_count: all.length });
}
