/** Carries out what the keys of screen 6 ask for; what came of it the door says itself. */
import type { CasesDoor } from '../incidents/cases-door.js';
import type { CasesEffect } from './ui-cases.js';

/** Never rejects. */
export function runCase(effect: CasesEffect, door: CasesDoor): Promise<void> {
  switch (effect.kind) {
    case 'acknowledge':
      return door.acknowledge(effect.incidentId);
    case 'markIncident':
      return door.mark(effect.incidentId, effect.mark, effect.of);
    case 'openCase':
      return door.open(effect.incidentId);
    case 'tellHook':
      return door.tellHook(effect.hook, effect.incidentId);
    case 'testHook':
      return door.testHook(effect.hook);
    case 'lookAtTeam':
      return door.lookAtTeam();
  }
}
