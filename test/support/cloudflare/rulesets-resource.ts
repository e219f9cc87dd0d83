/** Rulesets of a zone or an account: entrypoints by phase, single rules, positions, dry_run. Ruleset engine, developers.cloudflare.com/ruleset-engine. */
import { parseExpression } from '../../../src/signature/compile/expression-parser.js';
import type { EdgeState, Json, PlanName, Ruleset, Scope } from './edge-state.js';
import { answer, type EdgeAnswer, type EdgeRequest, refuse } from './stand-in-request.js';

const RULE_LIMITS: Readonly<Record<string, Readonly<Record<PlanName, number>>>> = {
  http_request_firewall_custom: { free: 5, pro: 20, business: 100, enterprise: 1000 },
  http_ratelimit: { free: 1, pro: 2, business: 5, enterprise: 100 },
};
const KEPT = ['action', 'action_parameters', 'description', 'enabled', 'expression', 'logging', 'ratelimit', 'ref'];

export interface RulesetOptions {
  /** The trap: an edge that knows no dry_run does what it is asked. */
  readonly ignoresDryRun: () => boolean;
}

/** Of Enterprise: developers.cloudflare.com/waf/tools/lists/managed-lists. */
const MANAGED_LISTS = new Set(['cf.anonymizer', 'cf.botnetcc', 'cf.malware', 'cf.open_proxies', 'cf.vpn']);

export class RulesetsResource {
  constructor(
    readonly state: EdgeState,
    readonly options: RulesetOptions,
  ) {}

  readonly handle = (request: EdgeRequest): EdgeAnswer | null => {
    const [base, scopeId, word, ...rest] = request.segments;
    const scope = word === 'rulesets' ? this.state.scopeOf(base, scopeId) : null;
    if (scope === null) return word === 'rulesets' ? refuse(404, 10_001, 'could not route') : null;
    if (rest.length === 0) return this.#collection(request, base as string, scope);
    if (rest[0] === 'phases' && rest[2] === 'entrypoint')
      return this.#entrypoint(request, base as string, scope, rest[1] as string);
    const ruleset = scope.rulesets.find(({ id }) => id === rest[0]);
    if (ruleset === undefined) return refuse(404, 10_003, 'could not find ruleset');
    if (rest.length === 1) return this.#single(request, scope, ruleset);
    return rest[1] === 'rules' ? this.#rules(request, ruleset, rest[2]) : null;
  };

  #collection(request: EdgeRequest, base: string, scope: Scope): EdgeAnswer {
    if (request.method === 'GET')
      return answer(scope.rulesets.map((ruleset) => ({ ...shown(ruleset), rules: undefined })));
    const body = request.body as Json;
    if (entrypointOf(scope, body['phase'] as string) !== undefined)
      return refuse(
        400,
        20_217,
        `A ${body['kind']} configuration with phase ${body['phase']} already exists`,
        '/phase',
      );
    return this.#created(request, scope, base, body['phase'] as string, body);
  }

  #created(request: EdgeRequest, scope: Scope, base: string, phase: string, body: Json): EdgeAnswer {
    const made: Ruleset = {
      id: this.state.newId(),
      name: (body['name'] as string | undefined) ?? 'default',
      kind: base === 'zones' ? 'zone' : 'root',
      phase,
      version: 1,
      rules: [],
    };
    const rules = this.#ruleList(made, body['rules'] as Json[]);
    if ('status' in rules) return rules;
    if (this.#isDry(request)) return answer(null);
    made.rules = rules.rules;
    scope.rulesets.push(made);
    return answer(shown(made));
  }

  #entrypoint(request: EdgeRequest, base: string, scope: Scope, phase: string): EdgeAnswer | null {
    const found = entrypointOf(scope, phase);
    if (request.method === 'GET')
      return found === undefined
        ? refuse(404, 10_003, 'could not find entrypoint ruleset in the phase')
        : answer(shown(found));
    if (request.method !== 'PUT') return null;
    const body = request.body as Json;
    if (found === undefined) return this.#created(request, scope, base, phase, body);
    const rules = this.#ruleList(found, body['rules'] as Json[]);
    if ('status' in rules) return rules;
    return this.#changed(request, found, rules.rules);
  }

  #single(request: EdgeRequest, scope: Scope, ruleset: Ruleset): EdgeAnswer | null {
    if (request.method === 'GET') return answer(shown(ruleset));
    if (request.method !== 'DELETE') return null;
    if (ruleset.kind === 'managed') return refuse(403, 10_000, 'a managed ruleset cannot be deleted');
    scope.rulesets.splice(scope.rulesets.indexOf(ruleset), 1);
    return { status: 204, body: null };
  }

  #rules(request: EdgeRequest, ruleset: Ruleset, ruleId: string | undefined): EdgeAnswer | null {
    const body = (request.body ?? {}) as Json;
    if (ruleId === undefined) {
      const made = this.#ruleList(ruleset, [body]);
      if ('status' in made) return made;
      const full = this.#fullness(ruleset);
      if (full !== null) return full;
      return this.#placed(request, ruleset, made.rules[0] as Json, ruleset.rules, body);
    }
    const at = ruleset.rules.findIndex(({ id }) => id === ruleId);
    if (at < 0) return refuse(404, 10_002, 'could not find rule');
    const others = ruleset.rules.filter((_, i) => i !== at);
    if (request.method === 'DELETE') return this.#changed(request, ruleset, others);
    if (request.method !== 'PATCH') return null;
    return this.#patched(request, ruleset, at, body);
  }

  #patched(request: EdgeRequest, ruleset: Ruleset, at: number, body: Json): EdgeAnswer {
    const old = ruleset.rules[at] as Json;
    const isMove = Object.keys(body).every((key) => key === 'position');
    // A definition that is sent replaces the whole rule: what it leaves out is gone.
    const made = isMove ? { rules: [old] } : this.#ruleList(ruleset, [body]);
    if ('status' in made) return made;
    const now: Json = { ...(made.rules[0] as Json), id: old['id'] };
    if (!('ref' in body) && !isMove) now['ref'] = old['id'];
    const others = ruleset.rules.filter((_, i) => i !== at);
    if ('position' in body) return this.#placed(request, ruleset, now, others, body);
    return this.#changed(request, ruleset, ruleset.rules.with(at, now));
  }

  #placed(request: EdgeRequest, ruleset: Ruleset, rule: Json, others: readonly Json[], body: Json): EdgeAnswer {
    const at = positionIn(others, body['position'] as Json | undefined);
    if (at === null) return refuse(400, 20_119, 'the position names no rule of this ruleset', '/position');
    return this.#changed(request, ruleset, [...others.slice(0, at), rule, ...others.slice(at)]);
  }

  #changed(request: EdgeRequest, ruleset: Ruleset, rules: Json[]): EdgeAnswer {
    if (this.#isDry(request)) return answer(null);
    ruleset.rules = rules;
    ruleset.version += 1;
    return answer(shown(ruleset));
  }

  #fullness(ruleset: Ruleset): EdgeAnswer | null {
    const most = RULE_LIMITS[ruleset.phase]?.[this.state.plan];
    if (most === undefined || ruleset.rules.length < most) return null;
    return refuse(400, 20_127, `exceeded the maximum number of rules in the phase ${ruleset.phase}: ${most}`, '/rules');
  }

  #ruleList(ruleset: Ruleset, bodies: readonly Json[]): EdgeAnswer | { readonly rules: Json[] } {
    const rules: Json[] = [];
    for (const [i, body] of bodies.entries()) {
      const why = this.#reasonAgainst(body, ruleset);
      if (why !== null) return refuse(400, 20_127, why, `/rules/${i}/expression`);
      const id = this.state.newId();
      const kept = Object.fromEntries(KEPT.filter((key) => key in body).map((key) => [key, body[key]]));
      rules.push({ enabled: true, description: '', ref: id, ...kept, id, version: '1', last_updated: TIME });
    }
    return { rules };
  }

  #reasonAgainst(body: Json, ruleset: Ruleset): string | null {
    const text = body['expression'] as string;
    try {
      parseExpression(text);
    } catch (error) {
      return `filter parsing error: ${(error as Error).message}`;
    }
    if (body['action'] === 'log' && this.state.plan !== 'enterprise') return 'not entitled to use the action log';
    if (ruleset.rules.some(({ ref, id }) => body['ref'] !== undefined && ref === body['ref'] && id !== body['id'])) {
      const isSame = bodyNamesItself(body, ruleset);
      if (!isSame) return `a rule with the ref ${body['ref']} exists`;
    }
    const unknown = [...text.matchAll(/\$([a-z0-9_.]+)/g)].find(
      ([, name]) => !MANAGED_LISTS.has(name as string) && !this.state.lists.some((list) => list.name === name),
    );
    return unknown === undefined ? null : `could not find list ${unknown[1]}`;
  }

  #isDry({ query }: EdgeRequest): boolean {
    return query.get('dry_run') === 'true' && !this.options.ignoresDryRun();
  }
}

const TIME = '2026-01-01T00:00:00.000000Z';

/** A PATCH repeats the ref of the rule it changes. */
function bodyNamesItself(body: Json, ruleset: Ruleset): boolean {
  return ruleset.rules.filter(({ ref }) => ref === body['ref']).length === 1;
}

function entrypointOf(scope: Scope, phase: string): Ruleset | undefined {
  return scope.rulesets.find((one) => one.phase === phase && (one.kind === 'zone' || one.kind === 'root'));
}

function positionIn(rules: readonly Json[], position: Json | undefined): number | null {
  if (position === undefined) return rules.length;
  if (typeof position['index'] === 'number') return Math.min(position['index'] - 1, rules.length);
  const [word, id] = 'before' in position ? ['before', position['before']] : ['after', position['after']];
  if (id === '') return word === 'before' ? 0 : rules.length;
  const at = rules.findIndex((rule) => rule['id'] === id);
  if (at < 0) return null;
  return word === 'before' ? at : at + 1;
}

function shown({ id, name, kind, phase, version, rules }: Ruleset): Json {
  return { id, name, description: '', kind, phase, version: `${version}`, last_updated: TIME, rules };
}
