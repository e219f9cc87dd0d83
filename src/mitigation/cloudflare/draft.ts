/** A plan in the making: steps, the calls they come to as far as the edge's state tells, and what a reader has to know. */
import { UserError } from '../../errors.js';
import type { MitigationRequest } from '../types.js';
import { isStatus } from './edge-failures.js';
import { type EdgeRuleset, type Read, readEntrypoint } from './edge-reader.js';
import { type EdgeStep, markOf, type RuleBody, type RulePhase, type RuleStep, refOf } from './edge-step.js';
import type { PlannedCall } from './planned-call.js';
import { ruleCalls } from './rule-step.js';

export type ZonePlan = 'free' | 'pro' | 'business' | 'enterprise';

export interface DraftContext {
  readonly id: string;
  readonly request: MitigationRequest;
  readonly read: Read;
  /** "/zones/…"; null: no zone was named. */
  readonly zone: string | null;
  readonly account: string | null;
  /** Prefixes that no expression of ours may match. */
  readonly allow: readonly string[];
  /** Null: not known. */
  readonly zonePlan: ZonePlan | null;
}

/** Rules a phase may hold, by plan. developers.cloudflare.com/waf/custom-rules and rate-limiting-rules, Availability. */
const RULE_LIMITS: Readonly<Partial<Record<RulePhase, Readonly<Record<ZonePlan, number>>>>> = {
  http_request_firewall_custom: { free: 5, pro: 20, business: 100, enterprise: 1000 },
  http_ratelimit: { free: 1, pro: 2, business: 5, enterprise: 100 },
};

export class Draft {
  readonly steps: EdgeStep[] = [];
  readonly calls: PlannedCall[] = [];
  readonly warnings: string[] = [];
  words = '';
  confirmations = 1;
  /** Of the confirm window, seconds. */
  leastWindowSec = 0;
  readonly #rulesets = new Map<string, EdgeRuleset | null>();
  readonly #counts = new Map<string, number>();
  #rules = 0;

  constructor(readonly context: DraftContext) {}

  get id(): string {
    return this.context.id;
  }

  zone(what: string): string {
    if (this.context.zone !== null) return this.context.zone;
    throw new UserError('EDGE_NEEDS_ZONE', `${what} is of a zone, and none was named`, 'Name it: --cloudflare ZONE.');
  }

  account(what: string): string {
    if (this.context.account !== null) return this.context.account;
    throw new UserError('EDGE_NEEDS_ACCOUNT', `${what} is of an account, and none was named`, 'Name it: --account ID.');
  }

  /** "ddostop k3f9a manual: two words"; found by its beginning. */
  description(more = ''): string {
    return `${markOf(this.id)} ${this.context.request.why}${more === '' ? '' : `: ${more}`}`;
  }

  async addRule(
    base: string,
    phase: RulePhase,
    body: Omit<RuleBody, 'ref' | 'description'> & { readonly description?: string },
    isFirst = false,
  ): Promise<void> {
    const index = this.#rules;
    this.#rules += 1;
    const number = index === 0 ? '' : ` (${index + 1})`;
    const { description = '', ...rest } = body;
    const rule = { ...rest, ref: refOf(this.id, index), description: `${this.description(description)}${number}` };
    const step: RuleStep = { kind: 'rule', base, phase, rule, isFirst };
    const ruleset = await this.ruleset(base, phase);
    const count = this.#counts.get(`${base} ${phase}`) ?? ruleset?.rules.length ?? 0;
    this.#counts.set(`${base} ${phase}`, count + 1);
    this.#warnOfQuota(phase, count);
    this.calls.push(...ruleCalls(step, ruleset !== null || count > 0, ruleset?.id ?? null));
    this.steps.push(step);
  }

  /** Null: there is none, or it may not be read, which is a warning then. */
  async ruleset(base: string, phase: RulePhase): Promise<EdgeRuleset | null> {
    const key = `${base} ${phase}`;
    const known = this.#rulesets.get(key);
    if (known !== undefined) return known;
    const read = await this.tolerate(() => readEntrypoint(this.context.read, base, phase), null);
    this.#rulesets.set(key, read);
    return read;
  }

  /** What the token may not read is a warning; everything else is thrown. */
  async tolerate<Result>(read: () => Promise<Result>, otherwise: Result): Promise<Result> {
    try {
      return await read();
    } catch (error) {
      if (!isStatus(error, 403)) throw error;
      const { what, hint } = error as UserError;
      this.warn(
        `not readable with this token, so its state is not known and it will most likely be refused: ${what}. ${hint}`,
      );
      return otherwise;
    }
  }

  warn(text: string): void {
    if (!this.warnings.includes(text)) this.warnings.push(text);
  }

  #warnOfQuota(phase: RulePhase, count: number): void {
    const limits = RULE_LIMITS[phase];
    if (limits === undefined) return;
    const { zonePlan } = this.context;
    if (zonePlan !== null && count >= limits[zonePlan])
      this.warn(
        `${phase} holds ${count} rules, and the plan ${zonePlan} allows ${limits[zonePlan]}: it will be refused`,
      );
    const full = (['free', 'pro', 'business'] as const).filter((plan) => count >= limits[plan]);
    if (zonePlan === null && full.length > 0)
      this.warn(`${phase} holds ${count} rules, all that the plan ${full.join(' or ')} allows`);
  }
}
