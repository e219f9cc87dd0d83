/** Notifications that were sent for an account: GET …/alerting/v3/history. The body is a text by its schema and an object by its example. */

import { type CloudflareApi, pathOf } from '../../../src/platform/cloudflare/api.js';
import { isRecord } from '../../../src/platform/cloudflare/api-answer.js';
import type { EdgeNotification } from '../../../src/records/edge-network-rows.js';
import { secondsOf, textOf } from './field-values.js';

const PER_PAGE = 50;
/** Of the past, at the start. */
const FIRST_REACH_SEC = 3600;
/** Asked again, since they come late. */
const OVERLAP_SEC = 300;
const MOST_KNOWN = 1000;
const MOST_TEXT = 300;
/** Of an object: values that lie no deeper, and so many. */
const DEPTH = 3;
const MOST_PARTS = 12;

export class Notifications {
  readonly #known = new Set<string>();
  #newestSec = Number.NaN;

  constructor(
    readonly api: CloudflareApi,
    readonly account: string,
  ) {}

  /** Those that were not told yet, oldest first. */
  async news(nowSec: number, signal: AbortSignal): Promise<EdgeNotification[]> {
    const since = Number.isNaN(this.#newestSec) ? nowSec - FIRST_REACH_SEC : this.#newestSec - OVERLAP_SEC;
    const { result } = await this.api.call<unknown>({
      method: 'GET',
      path: pathOf`/accounts/${this.account}/alerting/v3/history`,
      query: { since: new Date(since * 1000).toISOString(), per_page: PER_PAGE },
      signal,
    });
    const news = (Array.isArray(result) ? result.slice(0, PER_PAGE) : [])
      .map(readNotification)
      .filter((one) => one !== null && !this.#known.has(one.id)) as EdgeNotification[];
    for (const { id, sec } of news) {
      this.#known.add(id);
      // A time to come would hide all that is sent until then.
      if (!(sec < this.#newestSec) && sec <= nowSec) this.#newestSec = sec;
    }
    for (const id of this.#known) {
      if (this.#known.size <= MOST_KNOWN) break;
      this.#known.delete(id);
    }
    return news.sort((a, b) => a.sec - b.sec);
  }
}

export function readNotification(item: unknown): EdgeNotification | null {
  if (!isRecord(item)) return null;
  const sec = secondsOf(item['sent']);
  const type = textOf(item['alert_type']) ?? '';
  const name = textOf(item['name']) ?? '';
  if (sec === null) return null;
  const text = bodyText(item['alert_body']) || (textOf(item['description']) ?? '');
  return { id: textOf(item['id']) ?? `${sec} ${type} ${name}`, sec, type, name, text };
}

/** An object, or a text that is one, becomes "name value, name value". */
function bodyText(body: unknown): string {
  if (typeof body !== 'string') return partsOf(body).join(', ').slice(0, MOST_TEXT);
  if (!/^\s*\{/.test(body) || body.length > 65_536) return body.slice(0, MOST_TEXT);
  try {
    return partsOf(JSON.parse(body)).join(', ').slice(0, MOST_TEXT);
  } catch {
    return body.slice(0, MOST_TEXT); // braces, but no JSON: a text
  }
}

function partsOf(body: unknown): string[] {
  const parts: string[] = [];
  const visit = (name: string, value: unknown, depth: number) => {
    if (parts.length >= MOST_PARTS || value === null || value === '') return;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      parts.push(`${name} ${String(value).slice(0, 100)}`.trim());
    } else if (typeof value === 'object' && depth < DEPTH) {
      const isList = Array.isArray(value);
      const entries = isList
        ? value.slice(0, MOST_PARTS).map((one) => [name, one])
        : Object.entries(value as object).slice(0, 40);
      for (const [key, one] of entries) visit(String(key).slice(0, 40), one, depth + 1);
    }
  };
  visit('', body, 0);
  return parts;
}
