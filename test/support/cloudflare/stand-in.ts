/**
 * Cloudflare's API for tests: a real server on 127.0.0.1 with the state of an edge. It answers as the documentation says, fails on demand, keeps the call
 * limit by a driven clock, and holds every call against the API description where that is there.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../src/platform/clock.js';
import { AccessRulesResource } from './access-rules-resource.js';
import { AccountResource } from './account-resource.js';
import { CallLimit } from './call-limit.js';
import { Contract } from './contract.js';
import { EdgeState, type Json, type PlanName } from './edge-state.js';
import { ListsResource } from './lists-resource.js';
import { permissionOf } from './route-permission.js';
import { RulesetsResource } from './rulesets-resource.js';
import { type FailureHow, Failures, type FailureWhen } from './stand-in-failure.js';
import { type EdgeAnswer, type EdgeRequest, type Resource, refuse } from './stand-in-request.js';
import { ZoneResource } from './zone-resource.js';

export const ZONE_ID = '023e105f4ecef8ad9ca31a8372d0c353';
export const ACCOUNT_ID = '01a7362d577a6c3019a474fd6f485823';

export interface StandInOptions {
  readonly zones?: readonly { readonly id: string; readonly name: string }[];
  readonly account?: string;
  readonly plan?: PlanName;
  readonly token: string;
  /** "Zone WAF Write", "Logs Read"; all when left out. */
  readonly permissions?: readonly string[];
  readonly clock?: Clock;
  /** Calls in five minutes. */
  readonly callLimit?: number;
  /** Further resources, asked first: log sessions. */
  readonly resources?: readonly Resource[];
  readonly graphql?: (query: string, variables: Json) => unknown;
  readonly history?: readonly Json[];
  readonly reputation?: readonly Json[];
  /** Polls until a change of list items is over. */
  readonly pollsPerOperation?: number;
  /** False: nothing is held against the description (it costs seconds the first time). */
  readonly checksContract?: boolean;
  /** Our own answers as well. */
  readonly checksAnswers?: boolean;
}

export class StandIn {
  readonly requests: EdgeRequest[] = [];
  /** What was wrong with calls, by the API description. */
  readonly violations: string[] = [];
  /** What was wrong with our own answers. */
  readonly answerViolations: string[] = [];
  readonly edge: EdgeState;
  readonly contract: Contract | null;
  ignoresDryRun = false;
  failsNextOperation = false;
  tokenStatus = 'active';
  token: string;
  readonly #resources: readonly Resource[];
  readonly #failures = new Failures();
  readonly #limit: CallLimit;
  readonly #lists: ListsResource;
  readonly #server: Server;

  private constructor(
    readonly options: StandInOptions,
    contract: Contract | null,
  ) {
    const zones = options.zones ?? [{ id: ZONE_ID, name: 'example.com' }];
    this.token = options.token;
    this.contract = contract;
    this.edge = new EdgeState(zones, options.account ?? ACCOUNT_ID, options.plan ?? 'enterprise');
    this.#limit = new CallLimit(options.callLimit);
    this.#lists = new ListsResource(this.edge, {
      pollsPerOperation: options.pollsPerOperation ?? 2,
      takeFailure: () => {
        const fails = this.failsNextOperation;
        this.failsNextOperation = false;
        return fails;
      },
    });
    this.#resources = [
      ...(options.resources ?? []),
      new RulesetsResource(this.edge, { ignoresDryRun: () => this.ignoresDryRun }).handle,
      this.#lists.handle,
      new AccessRulesResource(this.edge).handle,
      new ZoneResource(this.edge).handle,
      new AccountResource(this.edge, {
        history: options.history ?? [],
        reputation: options.reputation ?? [],
        tokenStatus: () => this.tokenStatus,
      }).handle,
    ];
    this.#server = createServer((incoming, outgoing) => {
      this.#serve(incoming, outgoing).catch((error: unknown) => {
        this.violations.push(`the stand-in broke: ${error}`);
        incoming.socket.destroy();
      });
    });
  }

  static async start(options: StandInOptions): Promise<StandIn> {
    const contract = options.checksContract === false ? null : await Contract.load();
    const standIn = new StandIn(options, contract);
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/client/v4`;
  }

  /** The state as one text, list changes under way ended first; without what moves with every change. */
  state(): string {
    this.#lists.finishAll();
    return this.edge.canonical();
  }

  /** One failure: at the n-th call from now on, or at the first the predicate wants; `stays`: and of all calls behind it. */
  failOn(when: FailureWhen, how: FailureHow, stays = false): void {
    this.#failures.set(when, how, stays);
  }

  failNone(): void {
    this.#failures.clear();
  }

  get failuresHappened(): number {
    return this.#failures.happened;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = await this.#read(incoming).catch(() => null);
    if (request === null) {
      send(outgoing, refuse(400, 6003, 'Invalid request'), {});
      return;
    }
    this.requests.push(request);
    const how = this.#failures.take(request);
    if (how === 'timeout') return;
    if (how === 'reset-before') {
      incoming.socket.destroy();
      return;
    }
    const reply = how === null || how === 'reset-after' || how === '500-after' ? this.#reply(request) : failed(how);
    if (how === 'reset-after') incoming.socket.destroy();
    else send(outgoing, how === '500-after' ? failed(500) : reply, this.#limit.headers(request.atMs));
  }

  async #read(incoming: IncomingMessage): Promise<EdgeRequest> {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString('utf8');
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const path = url.pathname.replace(/^\/client\/v4(?=\/)/, '');
    return {
      method: incoming.method ?? 'GET',
      path,
      segments: path.split('/').slice(1).map(decodeURIComponent),
      query: url.searchParams,
      headers: incoming.headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
      atMs: this.options.clock?.nowMs() ?? Date.now(),
    };
  }

  #reply(request: EdgeRequest): EdgeAnswer {
    const waitSec = this.#limit.take(request.atMs);
    if (waitSec > 0)
      return { ...refuse(429, 971, 'Please wait and consider throttling'), headers: { 'retry-after': `${waitSec}` } };
    if (request.headers['authorization'] !== `Bearer ${this.token}`) return refuse(401, 10_000, 'Authentication error');
    const wrong = this.contract?.violationsOf(request) ?? [];
    this.violations.push(...wrong);
    if (wrong.length > 0) return refuse(400, 10_026, `request does not validate: ${wrong[0]}`);
    const needed = permissionOf(request, (id) => this.#phaseOf(id));
    const { permissions } = this.options;
    if (needed !== '' && permissions !== undefined && !mayDo(permissions, needed))
      return refuse(403, 10_000, 'Authentication error');
    const reply = this.#answerTo(request);
    if (this.options.checksAnswers === true)
      this.answerViolations.push(...(this.contract?.answerViolations(request, reply) ?? []));
    return reply;
  }

  #answerTo(request: EdgeRequest): EdgeAnswer {
    if (request.path === '/graphql') return this.#graphql(request);
    for (const resource of this.#resources) {
      const reply = resource(request);
      if (reply !== null) return reply;
    }
    return refuse(404, 7003, `Could not route to ${request.path}`);
  }

  #graphql({ body }: EdgeRequest): EdgeAnswer {
    const { query, variables = {} } = body as { query: string; variables?: Json };
    const data = this.options.graphql?.(query, variables) ?? null;
    return { status: 200, body: { data, errors: data === null ? [{ message: 'no data' }] : null } };
  }

  #phaseOf(id: string): string | undefined {
    const scopes = [...this.edge.zones, this.edge.account];
    return scopes.flatMap(({ rulesets }) => rulesets).find((ruleset) => ruleset.id === id)?.phase;
  }
}

/** Who may write may read. */
function mayDo(permissions: readonly string[], needed: string): boolean {
  return permissions.includes(needed) || permissions.includes(needed.replace(/ Read$/, ' Write'));
}

function failed(how: FailureHow): EdgeAnswer {
  if (how === 429)
    return { ...refuse(429, 971, 'Please wait and consider throttling'), headers: { 'retry-after': '1' } };
  if (how === 409) return refuse(409, 10_032, 'the ruleset is being changed by another request');
  return {
    status: 500,
    body: { success: false, errors: [{ code: 10_001, message: 'internal error' }], messages: [], result: null },
  };
}

function send(
  outgoing: ServerResponse,
  { status, body, headers = {} }: EdgeAnswer,
  more: Record<string, string>,
): void {
  outgoing.writeHead(status, { ...(body === null ? {} : { 'content-type': 'application/json' }), ...more, ...headers });
  outgoing.end(body === null ? undefined : JSON.stringify(body));
}
