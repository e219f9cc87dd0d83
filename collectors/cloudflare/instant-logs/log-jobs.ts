/**
 * The session at the API: found or made. POST /zones/{zone}/logpush/edge/jobs; the prose and the description of 2024 have it without /jobs.
 * One session a zone, and nobody says what a second POST does while one runs.
 */
import { UserError } from '../../../src/errors.js';
import { type CloudflareApi, pathOf } from '../../../src/platform/cloudflare/api.js';
import { isRecord } from '../../../src/platform/cloudflare/api-answer.js';
import { ApiFailure } from '../../../src/platform/cloudflare/api-failure.js';
import type { Secret } from '../../../src/platform/cloudflare/secret.js';
import { BOT_FIELDS, WAF_FIELDS } from './default-fields.js';
import { isSame, readSessionUrl } from './session-url.js';

export interface LogJob {
  readonly url: Secret;
  readonly fields: readonly string[];
  readonly sample: number;
  readonly filter: string;
  /** It ran already: ours of an earlier run, as far as one can tell. */
  readonly isFound: boolean;
}

export interface LogWanted {
  readonly fields: readonly string[];
  /** One in so many. */
  readonly sample: number;
  /** Made by `logFilter`. */
  readonly filter: string;
}

const MOST_FIELD_TRIES = 4;
const MOST_JOBS = 32;

export class LogJobs {
  /** Null: with /jobs, until the server does not know it. */
  #isShort = false;
  #dropped: readonly string[] = [];
  #others = 0;

  constructor(
    readonly api: CloudflareApi,
    readonly zoneId: string,
    readonly plainAllowed: boolean,
  ) {}

  /** Fields this zone does not have. */
  get dropped(): readonly string[] {
    return this.#dropped;
  }

  /** Sessions of others that ran when we last looked. */
  get others(): number {
    return this.#others;
  }

  /** `avoid`: sessions that are not to be found again. Rejects with UserError. */
  async open(wanted: LogWanted, avoid: readonly Secret[], signal: AbortSignal): Promise<LogJob> {
    const running = (await this.#list(signal)).filter(({ url }) => !avoid.some((other) => isSame(url, other)));
    const found = running.find((job) => this.#fits(job, wanted));
    this.#others = running.length;
    if (found !== undefined) return found;
    return this.#make(wanted, signal);
  }

  #fits(job: LogJob, wanted: LogWanted): boolean {
    const has = new Set(job.fields);
    return (
      job.sample === wanted.sample &&
      job.filter === wanted.filter &&
      this.#fieldsOf(wanted).every((field) => has.has(field))
    );
  }

  async #list(signal: AbortSignal): Promise<LogJob[]> {
    try {
      const { result } = await this.#onPath((path) => this.api.call<unknown>({ method: 'GET', path, signal }));
      const jobs = Array.isArray(result) ? result : [result];
      return jobs
        .slice(0, MOST_JOBS)
        .flatMap((job) => this.#read(job, { fields: [], sample: 1, filter: '' }, true) ?? []);
    } catch (error) {
      const isNoList = error instanceof ApiFailure && error.kind === 'refused' && ![0, 401, 403].includes(error.status);
      if (!isNoList) throw this.#explained(error);
      return []; // a list is a courtesy: making one tells whether there is room
    }
  }

  async #make(wanted: LogWanted, signal: AbortSignal): Promise<LogJob> {
    for (let tries = 1; ; tries += 1) {
      const fields = this.#fieldsOf(wanted);
      const { sample, filter } = wanted;
      const body = { fields: fields.join(','), sample, filter, kind: 'instant-logs' };
      try {
        const { result } = await this.#onPath((path) => this.api.call<unknown>({ method: 'POST', path, body, signal }));
        const job = this.#read(result, { ...wanted, fields }, false);
        if (job !== null) return job;
      } catch (error) {
        const dropped = tries < MOST_FIELD_TRIES ? fieldsToDrop(error, fields) : [];
        if (dropped.length === 0) throw this.#explained(error);
        this.#dropped = [...this.#dropped, ...dropped];
        continue;
      }
      throw new UserError(
        'LOG_SESSION_ADDRESS',
        'the session came without an address that can be used (expected wss://)',
        'Is CLOUDFLARE_API_BASE_URL the API of Cloudflare?',
      );
    }
  }

  #fieldsOf({ fields }: LogWanted): string[] {
    return fields.filter((field) => !this.#dropped.includes(field));
  }

  async #onPath<Answer>(call: (path: string) => Promise<Answer>): Promise<Answer> {
    if (this.#isShort) return call(pathOf`/zones/${this.zoneId}/logpush/edge`);
    try {
      return await call(pathOf`/zones/${this.zoneId}/logpush/edge/jobs`);
    } catch (error) {
      if (!(error instanceof ApiFailure) || (error.status !== 404 && error.status !== 405)) throw error;
      this.#isShort = true;
      return call(pathOf`/zones/${this.zoneId}/logpush/edge`);
    }
  }

  /** Only the address is certain to be there; the rest is as asked for. */
  #read(value: unknown, asked: LogWanted, isFound: boolean): LogJob | null {
    if (!isRecord(value)) return null;
    const url = readSessionUrl(value['destination_conf'], this.plainAllowed);
    if (url === null) return null;
    return {
      url,
      fields: fieldNames(value['fields']) ?? asked.fields,
      sample: Number.isSafeInteger(value['sample']) ? (value['sample'] as number) : asked.sample,
      filter: typeof value['filter'] === 'string' ? value['filter'] : asked.filter,
      isFound,
    };
  }

  #explained(error: unknown): unknown {
    if (!(error instanceof ApiFailure) || error.kind !== 'refused') return error;
    if (error.code === 'CLOUDFLARE_FORBIDDEN') {
      const hint =
        'The token needs "Zone > Logs Read", and the zone a plan with Instant Logs (Business or Enterprise).';
      return new UserError('LOG_FORBIDDEN', 'this zone has no Instant Logs for this token', hint, { cause: error });
    }
    if (error.status !== 409 && !/already|exists|session|active|limit of/i.test(error.what)) return error;
    return new UserError(
      'LOG_SESSION_TAKEN',
      'another session is open for this zone (dashboard or other operator?)',
      'There can be one: close it there, or wait until it ends, at most 60 min.',
      { cause: error },
    );
  }
}

/** The ones a complaint names; the Bot Management and WAF ones when it names none; none when it is about something else. */
function fieldsToDrop(error: unknown, fields: readonly string[]): readonly string[] {
  if (!(error instanceof ApiFailure) || error.code !== 'CLOUDFLARE_REFUSED') return [];
  const said = error.remarks.map(({ message, pointer }) => `${message} ${pointer}`).join(' ');
  const named = fields.filter((field) => new RegExp(`\\b${field}\\b`).test(said));
  if (named.length > 0) return named;
  if (!/field/i.test(said)) return [];
  return fields.filter((field) => BOT_FIELDS.includes(field) || WAF_FIELDS.includes(field));
}

function fieldNames(value: unknown): readonly string[] | null {
  if (typeof value !== 'string' || value.length > 4096) return null;
  const names = value.split(',').map((name) => name.trim());
  return names.every((name) => /^\w{1,64}$/.test(name)) ? names : null;
}
