/**
 * One analysis from rows to rule: tables of codes, diffs, vectors, a proposal, and the measures of whatever rule somebody makes of it. Holds
 * the tables, so that a changed rule is measured in milliseconds. No I/O, no clock; runs in a worker or inline.
 */
import type { HelloRows } from '../records/hello-samples.js';
import type { PacketRows } from '../records/packet-samples.js';
import type { RequestRows } from '../records/request-samples.js';
import type { Analysis, BackendRule, GoodKind, NamedVector, Proposal, Span } from './analysis.js';
import { BACKENDS, type Backend, Can } from './backend.js';
import { compileRule } from './compile/compile.js';
import { fitToBackend } from './compile/fit.js';
import type { Contrast } from './contrast.js';
import { type AttackFraction, attackFractionOf, type Rates } from './diff/attack-fraction.js';
import { type Diff, diffOf } from './diff/diff.js';
import type { MeasuredRule, Refusal, RowKind, RuleMatch } from './rule.js';
import { clausesOf } from './synthesis/clause-bits.js';
import { goodHitsOf } from './synthesis/good-hits.js';
import { measure } from './synthesis/measure.js';
import { synthesise } from './synthesis/synthesise.js';
import { helloContrast, packetContrast, requestContrast } from './table/contrast-of.js';
import { namedVectors } from './vectors/name-vectors.js';

/** Rows of one side. */
export interface RowSides {
  readonly packets: PacketRows;
  /** Null: there are none, or nobody looked. */
  readonly requests: RequestRows | null;
  readonly hellos: HelloRows | null;
}

export interface SessionInput {
  readonly target: string | null;
  readonly attack: RowSides & Span;
  readonly good: RowSides & Span & { readonly is: GoodKind };
  /** Of the same target in both times; null: not known. */
  readonly rates: Rates | null;
}

export interface SessionOptions {
  /** The rule is made for this backend; null: for packets, as a capture filter. */
  readonly backend?: Backend | null;
  /** Points of recall that a point of harm is worth, 1 to 100. */
  readonly lambda?: number;
  /** 802.1Q tags in the captures the filter is for. */
  readonly vlan?: boolean;
  isCancelled?(): boolean;
}

/** With fewer rows of the attack a kind is not looked at. */
const LEAST_ROWS = 20;
/**
 * Requests a packet of the attack from which on it is one of requests: a request with a connection of its own, handshake, answers and end takes
 * five packets one way and a dozen both ways (HULK's: 17 with those sent again); of a SYN flood 0.005.
 */
const MANY_REQUESTS = 0.04;
/** Of the messages of a window. */
const LEAST_EXCESS = 0.1;
/** Packets a request that its connection explains. */
const PACKETS_OF_REQUEST = 12;

interface Table {
  readonly contrast: Contrast;
  readonly fraction: AttackFraction;
  readonly rates: { readonly rates?: Rates };
}

export class AnalysisSession {
  readonly #input: SessionInput;
  readonly #options: SessionOptions;
  readonly #tables: ReadonlyMap<RowKind, Table>;

  constructor(input: SessionInput, options: SessionOptions = {}) {
    this.#input = input;
    this.#options = options;
    this.#tables = tablesOf(input);
  }

  /** Diffs, vectors, and the rule that is proposed. */
  analyse(): Analysis {
    const { target, attack, good } = this.#input;
    return {
      target,
      attack: { fromSec: attack.fromSec, toSec: attack.toSec },
      good: { is: good.is, fromSec: good.fromSec, toSec: good.toSec },
      diffs: this.#shownKinds().map((kind) => this.#diff(this.#tables.get(kind) as Table)),
      vectors: this.#vectors(),
      proposal: this.#propose(this.#kinds()),
      requests: this.#options.backend == null && this.#tables.has('request') ? this.#propose(['request']) : null,
    };
  }

  /** Of requests first. Their packets are told only where there are more of them than connections have. */
  #vectors(): NamedVector[] {
    const of = (kind: RowKind) => {
      const table = this.#tables.get(kind);
      return table === undefined ? [] : namedVectors(table.contrast, table.fraction.value);
    };
    if (!this.#isOfRequests()) return of('packet');
    const explained = (PACKETS_OF_REQUEST * this.#excessOf('request')) / Math.max(1, this.#excessOf('packet'));
    return [...of('request'), ...of('packet').filter(({ id, share }) => !id.startsWith('tcp-') || share > explained)];
  }

  #isOfRequests(): boolean {
    const rows = this.#tables.get('request')?.contrast.attackRows ?? 0;
    return rows >= LEAST_ROWS && this.#excessOf('request') >= MANY_REQUESTS * this.#excessOf('packet');
  }

  /** Packets or messages that the attack itself has. */
  #excessOf(kind: RowKind): number {
    const table = this.#tables.get(kind);
    return table === undefined ? 0 : table.fraction.value * weightOf(table.contrast, 'attack');
  }

  /** What the attack is made of first; without what there is as much of as before, where the shares of an excess would be noise. */
  #shownKinds(): RowKind[] {
    const isOfRequests = this.#isOfRequests();
    const order: RowKind[] = isOfRequests ? ['request', 'packet', 'hello'] : ['packet', 'request', 'hello'];
    return order.filter((kind) => {
      const fraction = this.#tables.get(kind)?.fraction;
      if (fraction === undefined) return false;
      const isMadeOf = kind === 'packet' || (kind === 'request' && isOfRequests);
      return isMadeOf || fraction.from !== 'rates' || fraction.low >= LEAST_EXCESS;
    });
  }

  /** What a rule does, and how each backend writes it. */
  measure(match: RuleMatch): Proposal {
    const rule = this.#measured(match);
    return { rule, refused: null, backends: rule === null ? [] : this.#backendsOf(match) };
  }

  #diff({ contrast, rates }: Table): Diff {
    return diffOf(contrast, rates);
  }

  #propose(kinds: readonly RowKind[]): Proposal {
    let refused: Refusal | null = null;
    for (const kind of kinds) {
      const table = this.#tables.get(kind);
      if (table === undefined) continue;
      const made = synthesise(table.contrast, {
        ...table.rates,
        backendMask: this.#maskFor(kind),
        target: this.#input.target,
        ...(this.#options.lambda === undefined ? {} : { lambda: this.#options.lambda }),
        isCancelled: () => this.#options.isCancelled?.() ?? false,
      });
      if ('rule' in made) return { rule: made.rule, refused: null, backends: this.#backendsOf(made.rule) };
      refused ??= made.refused;
    }
    return { rule: null, refused: refused ?? nothingToSee(), backends: [] };
  }

  /** Kinds of rows to make a rule of, the best first. */
  #kinds(): RowKind[] {
    return this.#options.backend === 'waf' ? ['request', 'hello'] : ['packet'];
  }

  #maskFor(kind: RowKind): number {
    const { backend } = this.#options;
    if (kind !== 'packet') return Can.waf;
    return backend == null || backend === 'waf' ? Can.bpf : Can[backend];
  }

  #measured(match: RuleMatch): MeasuredRule | null {
    const table = this.#tables.get(match.kind);
    if (table === undefined || match.clauses.length === 0) return null;
    const { contrast, fraction } = table;
    const clauses = clausesOf(contrast, match);
    const { recall, collateral, perClause } = measure(contrast, clauses, fraction);
    return {
      kind: match.kind,
      target: match.target,
      clauses: match.clauses.map((clause, i) => ({ ...clause, ...(perClause[i] ?? { recall: 0, collateral: 0 }) })),
      recall,
      collateral,
      goodHits: goodHitsOf(contrast, clauses),
    };
  }

  #backendsOf(match: RuleMatch): BackendRule[] {
    return BACKENDS.filter((backend) => (backend === 'waf') === (match.kind !== 'packet')).map((backend) => {
      const fitted = fitToBackend(match, backend);
      const measured = this.#measured(fitted.rule);
      const { text, ip6, notes } = compileRule(match, backend, this.#options.vlan ? { vlan: true } : {});
      return {
        backend,
        text,
        ip6,
        notes,
        left: fitted.left.map(({ clause, predicate, reason }) =>
          leftWords(match, clause, predicate?.attribute ?? null, reason),
        ),
        recall: measured?.recall ?? null,
        collateral: measured?.collateral ?? null,
      };
    });
  }
}

function tablesOf({ attack, good, rates }: SessionInput): Map<RowKind, Table> {
  const tables = new Map<RowKind, Table>();
  const hasGood = good.is !== 'none';
  const packets = packetContrast(attack.packets, hasGood ? good.packets : null);
  const add = (contrast: Contrast) => {
    if (contrast.attackRows < LEAST_ROWS && contrast.kind !== 'packet') return;
    const ofKind = rates === null ? {} : { rates: ratesOfKind(rates, packets, contrast) };
    tables.set(contrast.kind, { contrast, fraction: attackFractionOf(contrast, ofKind), rates: ofKind });
  };
  add(packets);
  if (attack.requests !== null) add(requestContrast(attack.requests, hasGood ? good.requests : null));
  if (attack.hellos !== null) add(helloContrast(attack.hellos, hasGood ? good.hellos : null));
  return tables;
}

/** Requests have a rate of their own: a flood of SYNs makes them no more. By how many there are to a packet on either side. */
function ratesOfKind({ attackPps, goodPps }: Rates, packets: Contrast, contrast: Contrast): Rates {
  const toPacket = (side: 'attack' | 'good') => weightOf(contrast, side) / Math.max(1, weightOf(packets, side));
  return { attackPps: attackPps * toPacket('attack'), goodPps: goodPps * toPacket('good') };
}

function weightOf({ weights, attackRows }: Contrast, side: 'attack' | 'good'): number {
  const of = side === 'attack' ? weights.subarray(0, attackRows) : weights.subarray(attackRows);
  return of.reduce((sum, weight) => sum + weight, 0);
}

function leftWords({ clauses }: RuleMatch, clause: number, attribute: string | null, reason: string): string {
  const where = clauses.length > 1 ? `clause ${clause + 1}: ` : '';
  return `${where}${attribute === null ? '' : `${attribute}: `}${reason}`;
}

function nothingToSee(): Refusal {
  return {
    code: 'TOO_FEW_ROWS',
    message:
      'There are no rows of the kind this backend matches. A WAF rule needs HTTP requests in the clear, or a log of the edge.',
    evidence: { rows: 0 },
  };
}
