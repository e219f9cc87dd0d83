/** What the token does not let us do, before somebody tries: keys of screen 4 that are greyed, and the permission they lack. */
import type { ActionName } from './keymap.js';
import type { UiState } from './ui-state.js';

/** Areas of `probePermissions` that an action needs. */
const AREAS: Readonly<Partial<Record<ActionName, string>>> = {
  mitigate: 'waf',
  underAttack: 'zoneSettings',
  filterThere: 'logs',
  intel: 'intel',
};

/** The permission that is missing; null: none, or it is not known. */
export function lackingFor({ edge }: UiState, action: ActionName): string | null {
  const area = AREAS[action];
  const state = edge.permissions.find((permission) => permission.area === area);
  return state?.allowed === false ? state.permission : null;
}
