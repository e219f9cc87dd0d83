/** Plans at the edge: made, checked by the edge itself, and made again before they are carried out. */

import { throwIfRefused } from '../door-errors.js';
import { findProtected } from '../guard/protected-addresses.js';
import type { MitigationPlan, MitigationRequest } from '../types.js';
import type { Draft } from './draft.js';
import { dryRun } from './dry-run.js';
import type { EdgeActs } from './edge-acts.js';
import type { EdgeDoorParts } from './edge-door-parts.js';
import { changedAtEdge } from './edge-failures.js';
import { type PlannedEdge, planEdge } from './edge-plan.js';
import { readerOf } from './edge-reader.js';

export class EdgePlanner {
  constructor(
    readonly parts: EdgeDoorParts,
    readonly acts: EdgeActs,
  ) {}

  async make(id: string, request: MitigationRequest): Promise<PlannedEdge> {
    const { sources, clock, api } = this.parts;
    const protectedList = await findProtected(sources);
    return planEdge({ ...this.parts, id, request, read: readerOf(api), protectedList, nowMs: clock.nowMs() });
  }

  /** With what the edge has against it. */
  async checked({ plan, draft }: PlannedEdge): Promise<MitigationPlan> {
    const { store, api, readOnly } = this.parts;
    if (readOnly) return warned(plan, ['read-only: not checked by the edge, and it cannot be applied']);
    if (plan.refused !== null) return plan;
    if ((await store.facts()).ignoresDryRun)
      return warned(plan, ['not checked by the edge: it knows no dry run; rules are made disabled first']);
    const { refused, warnings, wasIgnored } = await dryRun(draft.steps, api, this.acts.callsForCheck(plan.id));
    if (wasIgnored) await store.noteDryRunIgnored();
    return { ...warned(plan, warnings), refused };
  }

  /** The plan made again from what the edge says now; rejects when it is another one. */
  async again(plan: MitigationPlan): Promise<Draft> {
    const again = await this.make(plan.id, plan.request);
    throwIfRefused(again.plan.refused);
    if (JSON.stringify(again.plan.steps) !== JSON.stringify(plan.steps))
      throw changedAtEdge('other calls would be needed now');
    for (const step of again.draft.steps)
      if (step.kind === 'value' && step.of === 'bgp-prefix' && step.set['advertised'] === true)
        await this.acts.refuseAnnouncement(step.path, 'announcing it');
    return again.draft;
  }
}

function warned(plan: MitigationPlan, more: readonly string[]): MitigationPlan {
  return { ...plan, warnings: [...plan.warnings, ...more] };
}
