/** Cloudflare's API over HTTPS: https://api.cloudflare.com/client/v4. One of it per user, since budgets are a user's. */
import { UserError } from '../../errors.js';
import type { Clock } from '../clock.js';
import type { ApiAnswer, ApiBudget, ApiRequest, CloudflareApi } from './api.js';
import { EMPTY_ENVELOPE, parseJson, readBody, readEnvelope, remarksText, TooLong } from './api-answer.js';
import * as errors from './api-errors.js';
import { ApiFailure } from './api-failure.js';
import { CallBudget, SPAN_MS } from './call-budget.js';
import { Deadline } from './deadline.js';
import { readGraphql } from './graphql-answer.js';
import { type LimitWord, readLimitHeaders } from './limit-headers.js';
import type { Secret } from './secret.js';
import { type Sleep, steadyClock, systemSleep } from './steady-time.js';

export const DEFAULT_BASE_URL = 'https://api.cloudflare.com/client/v4';

const TIMEOUT_MS = 30_000;
const CALLS = 1200;
const QUERIES = 300;
/** A read that broke off: two more times, after 0.5 and 1 s and up to a quarter more. */
const READ_TRIES = 3;
const RETRY_MS = 500;

export interface CloudflareOptions {
  readonly token: Secret;
  readonly baseUrl?: string;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  readonly sleep?: Sleep;
  /** 0 ≤ x < 1. */
  readonly random?: () => number;
  readonly timeoutMs?: number;
  /** Calls in five minutes: fewer than 1200 where two clients of one user share them. */
  readonly callLimit?: number;
}

/** What came back, read whole. */
interface Reply {
  readonly status: number;
  readonly text: string;
  readonly type: string;
  readonly waitMs: number;
}

export function openCloudflare(options: CloudflareOptions): CloudflareApi {
  return new CloudflareClient(options);
}

class CloudflareClient implements CloudflareApi {
  readonly #token: Secret;
  readonly #base: string;
  readonly #fetch: typeof fetch;
  readonly #clock: Clock;
  readonly #sleep: Sleep;
  readonly #random: () => number;
  readonly #timeoutMs: number;
  readonly #calls: CallBudget;
  readonly #queries: CallBudget;

  constructor(options: CloudflareOptions) {
    // What fetch says of a header it cannot send quotes it whole.
    if (!/^[\x21-\x7e]+$/.test(options.token.reveal())) {
      throw new UserError('CLOUDFLARE_TOKEN', 'the API token has characters no token has', 'Copy it again.');
    }
    this.#token = options.token;
    this.#base = (options.baseUrl ?? DEFAULT_BASE_URL).replace(/\/+$/, '');
    this.#fetch = options.fetch ?? fetch;
    this.#clock = options.clock ?? steadyClock;
    this.#sleep = options.sleep ?? systemSleep;
    this.#random = options.random ?? Math.random;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#calls = new CallBudget(options.callLimit ?? CALLS, 'calls', this.#clock, this.#sleep);
    this.#queries = new CallBudget(QUERIES, 'GraphQL queries', this.#clock, this.#sleep);
  }

  get budget(): ApiBudget {
    return this.#calls.state;
  }

  get queryBudget(): ApiBudget {
    return this.#queries.state;
  }

  onBudget(listener: (budget: ApiBudget) => void): () => void {
    return this.#calls.onChange(() => listener(this.budget));
  }

  async call<Result>(request: ApiRequest): Promise<ApiAnswer<Result>> {
    const tries = request.method === 'GET' ? READ_TRIES : 1;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return this.#result(request, await this.#send(request)) as ApiAnswer<Result>;
      } catch (error) {
        const isBroken = error instanceof ApiFailure && error.kind === 'unknown' && !isGivenUp(request);
        if (!isBroken || attempt === tries) throw error;
      }
      await this.#sleep(RETRY_MS * 2 ** (attempt - 1) * (1 + this.#random() / 4), request.signal);
      if (isGivenUp(request)) throw errors.notSent(request);
    }
  }

  async graphql<Data>(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<Data> {
    const request: ApiRequest = {
      method: 'POST',
      path: '/graphql',
      body: { query, variables },
      ...(signal === undefined ? {} : { signal }),
    };
    const taken = await this.#queries.take(signal).catch(() => {
      throw errors.notSent(request);
    });
    let word: LimitWord | null = null;
    try {
      const reply = await this.#send(request, (said) => (word = said));
      const answer = reply.status === 200 ? readGraphql(parseJson(reply.text), this.#token) : null;
      if (answer === null) return this.#result(request, reply).result as Data;
      if (answer.isLimited) this.#queries.block(SPAN_MS, 'the server says the GraphQL budget is spent');
      if (answer.failure === null) return answer.data as Data;
      throw answer.failure(reply.status);
    } finally {
      this.#queries.done(taken, word);
    }
  }

  /** Rejects with ApiFailure of every kind but refusals that stand in a reply. */
  async #send(request: ApiRequest, onLimits?: (word: LimitWord) => void): Promise<Reply> {
    const url = this.#urlOf(request);
    const taken = await this.#calls.take(request.signal).catch(() => {
      throw errors.notSent(request);
    });
    const deadline = new Deadline(this.#timeoutMs, request.signal);
    let word: LimitWord | null = null;
    try {
      const response = await this.#fetch(url, { ...this.#init(request), signal: deadline.signal });
      word = readLimitHeaders(response.headers, this.#clock.nowMs());
      onLimits?.(word);
      const waitMs = word.retryAfterMs ?? SPAN_MS;
      if (response.status === 429) this.#calls.block(waitMs, '429 from the server');
      const type = response.headers.get('content-type') ?? '';
      return { status: response.status, text: await readBody(response), type, waitMs };
    } catch (error) {
      throw this.#broken(request, error, deadline.isLate);
    } finally {
      deadline.end();
      // What is left of queries says nothing about what is left of calls.
      this.#calls.done(taken, request.path === '/graphql' ? null : word);
    }
  }

  #broken(request: ApiRequest, error: unknown, isLate: boolean): ApiFailure {
    if (error instanceof TooLong) return errors.unreadable(request, 200, `the answer has ${error.message}`);
    if (isGivenUp(request)) return errors.givenUp(request, error);
    if (isLate) return errors.unreachable(request, `no answer within ${this.#timeoutMs / 1000} s`, error);
    return errors.unreachable(request, this.#token.redact(reasonOf(error)), error);
  }

  #result(request: ApiRequest, { status, text, type, waitMs }: Reply): ApiAnswer<unknown> {
    if (status === 0 || (status >= 300 && status < 400)) throw errors.redirected(request, status);
    const isOk = status >= 200 && status < 300;
    const envelope = text === '' && isOk ? EMPTY_ENVELOPE : readEnvelope(parseJson(text), this.#token);
    const remarks = envelope?.errors ?? [];
    if (status === 429) throw errors.limited(request, status, remarks, waitMs);
    if (status >= 500 || status === 408) {
      throw errors.unreachable(request, `HTTP ${status} ${remarksText(remarks)}`.trimEnd(), undefined, status, remarks);
    }
    if (!isOk)
      throw errors.refusal(
        request,
        status,
        remarks,
        envelope === null ? `answered with ${kindOf(type)}` : remarksText(remarks),
      );
    if (envelope === null)
      throw errors.unreadable(request, status, `answered with ${kindOf(type)} that is no envelope`);
    if (!envelope.isSuccess) throw errors.refusal(request, status, remarks, remarksText(remarks));
    return { status, result: envelope.result, messages: envelope.messages, resultInfo: envelope.resultInfo };
  }

  #init(request: ApiRequest): RequestInit {
    const body = request.body === undefined ? null : JSON.stringify(request.body);
    return {
      method: request.method,
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${this.#token.reveal()}`,
        accept: 'application/json',
        'user-agent': 'ddostop',
        ...(body === null ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === null ? {} : { body }),
    };
  }

  #urlOf({ path, query }: ApiRequest): string {
    // A path is made by pathOf; anything that would leave it is a bug of ours.
    if (!/^(?:\/[\w.~!$&'()*+,;=:@%-]+)+$/.test(path) || /\/\.{1,2}(?:\/|$)/.test(path)) {
      throw new RangeError(`CloudflareClient: expected a path, got ${JSON.stringify(path.slice(0, 200))}.`);
    }
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) search.set(name, String(value));
    return `${this.#base}${path}${search.size === 0 ? '' : `?${search}`}`;
  }
}

function isGivenUp(request: ApiRequest): boolean {
  return request.signal?.aborted === true;
}

/** fetch says "fetch failed" and hides why in `cause`, sometimes in several. */
function reasonOf(error: unknown): string {
  for (let cause: unknown = error, depth = 0; depth < 4 && cause instanceof Error; depth += 1) {
    if ('code' in cause && typeof cause.code === 'string')
      return `${cause.code} ${cause.message}`.slice(0, 300).trimEnd();
    if (cause.cause === undefined) return cause.message.slice(0, 300);
    cause = cause.cause;
  }
  return 'the connection broke';
}

function kindOf(contentType: string): string {
  const type = /^[\w.+-]{1,40}\/[\w.+-]{1,40}/.exec(contentType)?.[0];
  return type === undefined ? 'something' : `something (${type})`;
}
