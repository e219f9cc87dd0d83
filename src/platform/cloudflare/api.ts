/**
 * What the rest of the program may ask of Cloudflare's API, whoever answers. Paths are below `/client/v4`; what comes from a user or from traffic
 * stands in them through `pathOf`, so nobody leaves the path.
 */

export type ApiMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface ApiRequest {
  readonly method: ApiMethod;
  /** "/zones/…"; made by `pathOf`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** One of an answer's `errors` or `messages`: hostile text. */
export interface ApiRemark {
  readonly code: number;
  readonly message: string;
  /** "/rules/0/action"; "" where the answer does not say. */
  readonly pointer: string;
}

export interface ApiAnswer<Result> {
  readonly status: number;
  /** What the envelope holds, unchecked: readers take what they know and tolerate the rest. */
  readonly result: Result;
  readonly messages: readonly ApiRemark[];
  readonly resultInfo: Readonly<Record<string, unknown>> | null;
}

/** Calls that are left in the running five minutes, and until when we wait. */
export interface ApiBudget {
  readonly remaining: number;
  /** Wall clock, epoch ms; null: calls go out at once. */
  readonly pausedUntilMs: number | null;
  /** "1200 calls in 5 min", "429 from the server". */
  readonly why: string;
}

export interface CloudflareApi {
  /**
   * Waits for the budget (1200 calls in 5 minutes a user, and what answers' headers say), sends once, reads the envelope. Reads (GET) that broke
   * off are tried again, writes never. Rejects with ApiFailure.
   */
  call<Result>(request: ApiRequest): Promise<ApiAnswer<Result>>;
  /** The query counts in a budget of its own as well (300 in 5 minutes). Rejects with ApiFailure, also for `errors` in an answer of 200. */
  graphql<Data>(query: string, variables: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<Data>;
  readonly budget: ApiBudget;
  /** Called whenever a pause begins or ends. */
  onBudget(listener: (budget: ApiBudget) => void): () => void;
}

/** `pathOf\`/zones/${zone}/rulesets\``: every value is encoded, so that it stays one segment. */
export function pathOf(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((path, part, index) => `${path}${encodeSegment(values[index - 1] as string)}${part}`);
}

function encodeSegment(value: string): string {
  // encodeURIComponent leaves "." and "..", which URL() would resolve.
  if (/^\.{0,2}$/.test(value)) throw new RangeError(`pathOf: expected a segment, got ${JSON.stringify(value)}.`);
  return encodeURIComponent(value);
}
