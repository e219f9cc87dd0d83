/**
 * What an answer's headers say about how much is left. Cloudflare documents x-ratelimit-limit/-remaining/-reset (RFC 1123 date) and retry-after; since
 * 2025 it sends `ratelimit: "default";r=50;t=30` and `ratelimit-policy: "default";q=1200;w=300` (draft-ietf-httpapi-ratelimit-headers). Any may be absent
 * or nonsense.
 */

export interface LimitWord {
  /** Calls left; null: not said. */
  readonly remaining: number | null;
  /** Until the count begins again; null: not said. */
  readonly resetMs: number | null;
  /** Calls per five minutes, where a policy names that span; null: not said. */
  readonly limit: number | null;
  readonly retryAfterMs: number | null;
}

/** Longer waits than this are not believed: the documented block lasts 5 minutes. */
const MAX_WAIT_MS = 900_000;
const SPAN_SEC = 300;

export function readLimitHeaders(headers: Headers, nowMs: number): LimitWord {
  const server = Date.parse(headers.get('date') ?? '');
  const serverNowMs = Number.isNaN(server) ? nowMs : server;
  const item = parametersOf(headers.get('ratelimit'));
  const policy = parametersOf(headers.get('ratelimit-policy'));
  const resetSec = item.get('t') ?? item.get('reset');
  return {
    remaining: leastOf(
      plainCount(headers.get('x-ratelimit-remaining')),
      plainCount(headers.get('ratelimit-remaining')),
      item.get('r') ?? item.get('remaining') ?? null,
    ),
    resetMs:
      waitOf(headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset'), serverNowMs) ??
      (resetSec === undefined ? null : bounded(resetSec * 1000)),
    limit: policy.get('w') === SPAN_SEC && (policy.get('q') ?? 0) >= 1 ? (policy.get('q') as number) : null,
    retryAfterMs: waitOf(headers.get('retry-after'), serverNowMs),
  };
}

/** A date, seconds since 1970, or seconds from now (RFC 9110 §10.2.3). */
function waitOf(text: string | null, nowMs: number): number | null {
  if (text === null || text.trim() === '' || text.length > 64) return null;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return bounded(seconds > 1e9 ? seconds * 1000 - nowMs : seconds * 1000);
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? null : bounded(dateMs - nowMs);
}

function bounded(ms: number): number {
  return Math.min(Math.max(ms, 0), MAX_WAIT_MS);
}

function plainCount(text: string | null): number | null {
  return text !== null && /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : null;
}

function leastOf(...counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** Numbers of `"name";r=50;t=30`, and of the older `limit=100, remaining=50, reset=30`. Of several items the least. */
function parametersOf(text: string | null): Map<string, number> {
  const found = new Map<string, number>();
  for (const [, name, digits] of (text ?? '').slice(0, 512).matchAll(/(?:^|[;,\s])([a-z]+)=(\d{1,9})(?=$|[;,\s])/gi)) {
    const key = (name as string).toLowerCase();
    found.set(key, Math.min(found.get(key) ?? Number.POSITIVE_INFINITY, Number(digits)));
  }
  return found;
}
