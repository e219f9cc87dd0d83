/**
 * ServiceNow: one record an incident, found by correlation_id before one is made. correlation_display holds the key of the newest message, set
 * by the same write as the work note: a message that came through is not written again.
 */
import type { ServicenowConfig } from '../../config/hook-config.js';
import type { Secret } from '../../platform/cloudflare/secret.js';
import type { HookMessage } from '../hook-message.js';
import { correlationId, servicenowRecord, servicenowUpdate } from '../payloads/servicenow.js';
import type { References } from '../references.js';
import { basicAuth } from '../secrets.js';
import type { HttpCall } from './http-call.js';
import { type HttpParts, HttpSteps, JSON_HEADERS, outcomeOf, shownCall, urlBelow } from './http-sender.js';
import { fieldOf, parsedJson, shaped } from './judge-reply.js';
import { type Outcome, sent } from './outcome.js';
import type { Sender, Shown, Try } from './sender.js';

const SYS_ID = /^[0-9a-f]{32}$/;
const NUMBER = /^[A-Z]{2,10}\d{1,15}$/;
const FIELDS = 'sys_id,number,correlation_display';

interface Found {
  readonly id: string;
  readonly name: string;
  /** Key of the message it had last. */
  readonly last: unknown;
}

export class ServicenowSender implements Sender {
  readonly #auth: string;

  constructor(
    private readonly hook: ServicenowConfig,
    secret: Secret,
    private readonly references: References,
    private readonly parts: HttpParts,
  ) {
    this.#auth = hook.user === null ? `Bearer ${secret.reveal()}` : `Basic ${basicAuth(hook.user, secret).reveal()}`;
  }

  wants(): boolean {
    return true;
  }

  send(message: HookMessage, { held, mayHaveArrived, signal }: Try): Promise<Outcome> {
    return outcomeOf(async () => {
      const steps = new HttpSteps(this.parts, signal);
      const kept = mayHaveArrived ? null : this.references.of(message);
      const found = kept === null ? await this.#find(steps, message) : { ...kept, last: null };
      if (found === null) {
        const made = await this.#write(steps, this.#createCall(message, held));
        await this.references.keep(message, made);
        return this.#sent(made);
      }
      await this.references.keep(message, { id: found.id, name: found.name });
      if (found.last !== message.key) {
        await this.#write(steps, this.#updateCall(found.id, message, held));
      }
      return this.#sent(found);
    });
  }

  show(message: HookMessage): Shown[] {
    const held = { waiting: 0 };
    const search = shownCall('is there a record of this incident', this.#searchCall(message));
    if (message.event === 'opened') return [search, shownCall('make one', this.#createCall(message, held))];
    return [
      search,
      shownCall('update it (one is made where there is none)', this.#updateCall('SYS_ID', message, held)),
    ];
  }

  #sent({ id, name }: Pick<Found, 'id' | 'name'>): Outcome {
    const query = { uri: `${this.hook.table}.do?sys_id=${id}` };
    return sent(name, urlBelow(this.hook.baseUrl, '/nav_to.do', query));
  }

  async #find(steps: HttpSteps, message: HookMessage): Promise<Found | null> {
    const { text } = await steps.call(this.#searchCall(message));
    const rows = fieldOf(parsedJson(text), 'result');
    if (!Array.isArray(rows)) throw steps.again('expected a list of records, got something else');
    return rows.length === 0 ? null : foundIn(steps, rows[0]);
  }

  async #write(steps: HttpSteps, call: HttpCall): Promise<Found> {
    const { text } = await steps.call(call);
    return foundIn(steps, fieldOf(parsedJson(text), 'result'));
  }

  #searchCall(message: HookMessage): HttpCall {
    const query = {
      sysparm_query: `correlation_id=${correlationId(message)}^ORDERBYsys_created_on`,
      sysparm_fields: FIELDS,
      sysparm_limit: '1',
    };
    return this.#call('GET', '', query, null);
  }

  #createCall(message: HookMessage, held: Try['held']): HttpCall {
    return this.#call('POST', '', { sysparm_fields: FIELDS }, servicenowRecord(this.hook, message, held));
  }

  #updateCall(id: string, message: HookMessage, held: Try['held']): HttpCall {
    return this.#call('PATCH', `/${id}`, { sysparm_fields: FIELDS }, servicenowUpdate(this.hook, message, held));
  }

  #call(method: HttpCall['method'], path: string, query: Readonly<Record<string, string>>, body: unknown): HttpCall {
    return {
      method,
      url: urlBelow(this.hook.baseUrl, `/api/now/table/${this.hook.table}${path}`, query),
      headers: { ...JSON_HEADERS, authorization: this.#auth },
      body: body === null ? null : JSON.stringify(body),
    };
  }
}

function foundIn(steps: HttpSteps, row: unknown): Found {
  const id = shaped(fieldOf(row, 'sys_id'), SYS_ID);
  const number = shaped(fieldOf(row, 'number'), NUMBER);
  if (id === null) throw steps.again('expected a record with its sys_id, got something else');
  return { id, name: number ?? id, last: fieldOf(row, 'correlation_display') };
}
