/** What senders over HTTP share: one host, one timeout, failures in one shape, requests as people read them. */
import { cleanText } from '../../format/clean-text.js';
import type { Clock } from '../../platform/clock.js';
import { type Concealer, STARS } from '../secrets.js';
import { type HttpCall, type HttpReply, NoReply, type SendHttp } from './http-call.js';
import { failureOf } from './judge-reply.js';
import type { Outcome } from './outcome.js';
import type { Shown } from './sender.js';

export interface HttpParts {
  readonly sendHttp: SendHttp;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly conceal: Concealer;
}

/** A try that is over: thrown through the steps of a sender, caught by `outcomeOf`. */
export class Over extends Error {
  constructor(readonly outcome: Outcome) {
    super('over');
  }
}

export class HttpSteps {
  constructor(
    private readonly parts: HttpParts,
    private readonly signal: AbortSignal,
  ) {}

  /** The reply, when it is 2xx. */
  async call(call: HttpCall): Promise<HttpReply> {
    const reply = await this.callAny(call);
    const failure = failureOf(reply, this.parts.clock.nowMs(), this.parts.conceal);
    if (failure !== null) throw new Over(failure);
    return reply;
  }

  async callAny(call: HttpCall): Promise<HttpReply> {
    try {
      return await this.parts.sendHttp(call, this.parts.timeoutMs, this.signal);
    } catch (error) {
      if (!(error instanceof NoReply)) throw error;
      throw this.again(this.parts.conceal(error.message));
    }
  }

  again(message: string, waitMs: number | null = null): Error {
    return new Over({ kind: 'again', message: cleanText(message, 300), waitMs });
  }

  refused(message: string): Error {
    return new Over({ kind: 'refused', message: cleanText(message, 300) });
  }

  over(outcome: Outcome): Error {
    return new Over(outcome);
  }

  failureOf(reply: HttpReply): Outcome | null {
    return failureOf(reply, this.parts.clock.nowMs(), this.parts.conceal);
  }
}

export async function outcomeOf(steps: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await steps();
  } catch (error) {
    if (error instanceof Over) return error.outcome;
    throw error;
  }
}

export const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json',
  'user-agent': 'ddostop',
} as const;

/** A path below the base, whose own path stays in front. */
export function urlBelow(base: string, path: string, query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `${base}${path}${search === '' ? '' : `?${search}`}`;
}

/** Headers that say who we are are not shown; secrets in URL and body are stars already. */
export function shownCall(what: string, { method, url, headers, body }: HttpCall): Shown {
  const head = Object.entries(headers).map(([name, value]) => {
    const isSecret = name === 'authorization' || name === 'x-ddostop-signature';
    return `${name}: ${isSecret ? STARS : value}`;
  });
  return { what, lines: [`${method} ${url}`, ...head, ...(body === null ? [] : ['', body])] };
}
