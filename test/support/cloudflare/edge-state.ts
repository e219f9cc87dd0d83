/** All that the stand-in keeps: one account with zones, as the edge would. */
import { createHash } from 'node:crypto';

export type Json = Record<string, unknown>;

export interface Ruleset {
  readonly id: string;
  name: string;
  readonly kind: 'managed' | 'custom' | 'root' | 'zone';
  readonly phase: string;
  version: number;
  rules: Json[];
}

export interface ListItem extends Json {
  readonly id: string;
}

export interface ItemList {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  description: string;
  items: ListItem[];
}

export interface BulkOperation {
  readonly id: string;
  /** Polls that are still answered with "pending" or "running". */
  pollsLeft: number;
  readonly fails: boolean;
  readonly commit: () => void;
  isOver: boolean;
}

/** What hangs below a zone or an account. */
export interface Scope {
  readonly rulesets: Ruleset[];
  readonly accessRules: Json[];
}

export interface Zone extends Scope {
  readonly id: string;
  readonly name: string;
  readonly settings: Map<string, string>;
  bots: Json;
  readonly spectrum: Json[];
}

export interface BgpPrefix {
  readonly prefixId: string;
  readonly id: string;
  readonly cidr: string;
  advertised: boolean;
  /** By the driven clock, epoch ms. */
  changedAtMs: number;
}

export type PlanName = 'free' | 'pro' | 'business' | 'enterprise';

export const HTTP_DDOS_RULESET = '4d21379b4f9f4bb088e0729962c8b3cf';
export const NETWORK_DDOS_RULESET = '3b64149bfa6e4220bbbc2bd6db589552';

export class EdgeState {
  readonly zones: Zone[];
  readonly account: Scope & { readonly id: string };
  readonly lists: ItemList[] = [];
  readonly operations = new Map<string, BulkOperation>();
  readonly bgpPrefixes: BgpPrefix[] = [];
  mnmRules: Json[] = [];
  #made = 0;

  constructor(
    zones: readonly { readonly id: string; readonly name: string }[],
    accountId: string,
    readonly plan: PlanName,
  ) {
    this.zones = zones.map((zone) => ({
      ...zone,
      rulesets: [managed(HTTP_DDOS_RULESET, 'ddos_l7', 'DDoS L7 ruleset')],
      accessRules: [],
      settings: new Map([['security_level', 'medium']]),
      bots: botsOf(plan),
      spectrum: [],
    }));
    this.account = {
      id: accountId,
      rulesets: [managed(NETWORK_DDOS_RULESET, 'ddos_l4', 'DDoS L4 ruleset')],
      accessRules: [],
    };
  }

  newId(): string {
    this.#made += 1;
    return createHash('md5').update(`made ${this.#made}`).digest('hex');
  }

  scopeOf(base: string | undefined, id: string | undefined): Scope | null {
    if (base === 'accounts') return id === this.account.id ? this.account : null;
    return base === 'zones' ? (this.zones.find((zone) => zone.id === id) ?? null) : null;
  }

  /** One text for one state: without version counters and times, which move with every change and are never put back. */
  canonical(): string {
    const rulesets = (scope: Scope) =>
      scope.rulesets.map(({ id, name, kind, phase, rules }) => ({ id, name, kind, phase, rules: rules.map(bare) }));
    const scopes = (scope: Scope) => ({ rulesets: rulesets(scope), accessRules: scope.accessRules.map(bare) });
    return JSON.stringify(
      {
        zones: this.zones.map((zone) => ({
          id: zone.id,
          ...scopes(zone),
          settings: [...zone.settings],
          bots: zone.bots,
          spectrum: zone.spectrum,
        })),
        account: scopes(this.account),
        lists: this.lists,
        bgp: this.bgpPrefixes.map(({ id, cidr, advertised }) => ({ id, cidr, advertised })),
        mnm: this.mnmRules,
      },
      null,
      1,
    );
  }
}

const MOVING: ReadonlySet<string> = new Set(['version', 'last_updated', 'created_on', 'modified_on']);

function bare(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !MOVING.has(key)));
}

function managed(id: string, phase: string, name: string): Ruleset {
  return { id, name, kind: 'managed', phase, version: 1, rules: [] };
}

function botsOf(plan: PlanName): Json {
  if (plan === 'free') return { enable_js: false, fight_mode: false, using_latest_model: true };
  if (plan === 'enterprise') return { enable_js: true, auto_update_model: true, suppress_session_score: false };
  return {
    enable_js: false,
    sbfm_definitely_automated: 'allow',
    sbfm_verified_bots: 'allow',
    sbfm_static_resource_protection: false,
    optimize_wordpress: false,
  };
}
