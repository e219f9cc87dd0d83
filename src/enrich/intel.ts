/**
 * What Cloudflare knows of one address: GET /accounts/{a}/intel/ip?ipv4=|ipv6= ("Intel Read"). Asked when somebody looks at a row, never for all of
 * them: every answer is a call of the user's budget.
 */
import { LRUCache } from 'lru-cache';
import { UserError } from '../errors.js';
import { formatPrefix, parsePrefix } from '../format/address.js';
import type { Clock } from '../platform/clock.js';
import { type CloudflareApi, pathOf } from '../platform/cloudflare/api.js';
import { type Intel, readIntel } from './intel-answer.js';

export interface IntelOptions {
  readonly api: CloudflareApi;
  readonly accountId: string;
  readonly clock: Clock;
}

/** Some 300 B each. */
const CACHED = 1000;
/** What a network is changes over days, what nobody knows yet over minutes. */
const KNOWN_MS = 60 * 60_000;
const NOTHING_MS = 15 * 60_000;
/** Who holds a key down on a table asks for every row. */
const MAX_IN_FLIGHT = 16;

export class IntelDesk {
  readonly #options: IntelOptions;
  readonly #known: LRUCache<string, Intel>;
  readonly #inFlight = new Map<string, Promise<Intel>>();

  constructor(options: IntelOptions) {
    this.#options = options;
    this.#known = new LRUCache({
      max: CACHED,
      ttl: KNOWN_MS,
      ttlResolution: 0,
      perf: { now: () => options.clock.nowMs() },
    });
  }

  /** Known already; null: it is to be asked. */
  cached(address: string): Intel | null {
    return this.#known.get(keyOf(address)) ?? null;
  }

  /** Rejects with ApiFailure, and with UserError where `address` is none or too many are asked for. Failures are not kept. */
  async of(address: string): Promise<Intel> {
    const key = keyOf(address);
    const known = this.#known.get(key) ?? this.#inFlight.get(key);
    if (known !== undefined) return known;
    if (this.#inFlight.size >= MAX_IN_FLIGHT) {
      throw new UserError('INTEL_BUSY', `expected at most ${MAX_IN_FLIGHT} addresses at a time, got one more`, 'Wait.');
    }
    const asking = this.#ask(key).finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, asking);
    return asking;
  }

  async #ask(key: string): Promise<Intel> {
    const { api, accountId } = this.#options;
    const { result } = await api.call<unknown>({
      method: 'GET',
      path: pathOf`/accounts/${accountId}/intel/ip`,
      query: { [key.includes(':') ? 'ipv6' : 'ipv4']: key },
    });
    const intel = readIntel(key, result);
    this.#known.set(key, intel, { ttl: intel.isKnown ? KNOWN_MS : NOTHING_MS });
    return intel;
  }
}

/** One spelling an address. */
function keyOf(address: string): string {
  const prefix = parsePrefix(address);
  if (prefix === null || prefix.length !== (prefix.version === 4 ? 32 : 128)) {
    throw new UserError(
      'INTEL_ADDRESS',
      `expected an address, got ${JSON.stringify(address.slice(0, 60))}`,
      'Of a prefix, ask for an address in it.',
    );
  }
  return formatPrefix(prefix);
}
