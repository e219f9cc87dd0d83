/** A firewall and an edge behind one door: what is asked goes to the one it is for, what is told comes from both. */
import { UserError } from '../../errors.js';
import type { ApplyResult, Expired, MitigationDoor, Survey } from '../../mitigation/door.js';
import type { LiveMitigation, MitigationBackend, MitigationPlan, MitigationRequest } from '../../mitigation/types.js';
import type { VanishedMitigation } from '../../mitigation/vanished.js';

export class TwoDoors implements MitigationDoor {
  readonly #firewall: MitigationDoor;
  readonly #edge: MitigationDoor;
  /** Ids that the edge's door has told of, or was given. */
  readonly #atEdge = new Set<string>();

  constructor(firewall: MitigationDoor, edge: MitigationDoor) {
    this.#firewall = firewall;
    this.#edge = edge;
  }

  plan(request: MitigationRequest): Promise<MitigationPlan> {
    return this.#of(request.backend).plan(request);
  }

  async apply(plan: MitigationPlan, confirmations?: number): Promise<ApplyResult> {
    const result = await this.#of(plan.adapter).apply(plan, confirmations);
    if (plan.adapter === 'cloudflare') this.#atEdge.add(result.id);
    return result;
  }

  confirm(id: string): Promise<void> {
    return this.#holding(id).confirm(id);
  }

  extend(id: string, ttlSec: number | null): Promise<void> {
    return this.#holding(id).extend(id, ttlSec);
  }

  undo(id: string): Promise<void> {
    return this.#holding(id).undo(id);
  }

  async list(): Promise<readonly LiveMitigation[]> {
    const { firewall, edge } = await this.#both((door) => door.list());
    for (const { id } of edge ?? []) this.#atEdge.add(id);
    return [...(firewall ?? []), ...(edge ?? [])];
  }

  /** Both, whatever the first one says. */
  async panic(): Promise<void> {
    const results = await Promise.allSettled([this.#firewall.panic(), this.#edge.panic()]);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async sweep(): Promise<void> {
    await this.#both((door) => door.sweep());
  }

  async survey(): Promise<Survey> {
    const { firewall, edge } = await this.#both((door) => door.survey());
    for (const { id } of edge?.live ?? []) this.#atEdge.add(id);
    const all = [firewall, edge].filter((survey) => survey !== null);
    return {
      live: all.flatMap(({ live }) => live),
      vanished: all.flatMap(({ vanished }) => vanished),
      unfinished: all.flatMap(({ unfinished }) => unfinished),
    };
  }

  async vanished(): Promise<readonly VanishedMitigation[]> {
    const { firewall, edge } = await this.#both((door) => door.vanished());
    return [...(firewall ?? []), ...(edge ?? [])];
  }

  /** They write one log. */
  history(most?: number): ReturnType<MitigationDoor['history']> {
    return this.#firewall.history(most).catch(() => this.#edge.history(most));
  }

  async expireDue(nowMs: number): Promise<readonly Expired[]> {
    return (await this.#edge.expireDue?.(nowMs)) ?? [];
  }

  #of(backend: MitigationBackend): MitigationDoor {
    return backend === 'cloudflare' ? this.#edge : this.#firewall;
  }

  #holding(id: string): MitigationDoor {
    return this.#atEdge.has(id) ? this.#edge : this.#firewall;
  }

  /** One that cannot be asked must not hide the other; rejects when neither can. */
  async #both<Result>(
    ask: (door: MitigationDoor) => Promise<Result>,
  ): Promise<{ readonly firewall: Result | null; readonly edge: Result | null }> {
    const [firewall, edge] = await Promise.allSettled([ask(this.#firewall), ask(this.#edge)]);
    if (firewall.status === 'rejected' && edge.status === 'rejected') throw firewall.reason;
    return {
      firewall: firewall.status === 'fulfilled' ? firewall.value : null,
      edge: edge.status === 'fulfilled' ? edge.value : null,
    };
  }
}

/** Stands where an edge could not be opened. */
export function closedDoor(why: string): MitigationDoor {
  const refuse = () => Promise.reject(new UserError('EDGE_CLOSED', why, 'Nothing can be done at the edge.'));
  return {
    plan: refuse,
    apply: refuse,
    confirm: refuse,
    extend: refuse,
    undo: refuse,
    list: refuse,
    panic: () => Promise.resolve(),
    sweep: refuse,
    survey: refuse,
    vanished: refuse,
    history: refuse,
  };
}
