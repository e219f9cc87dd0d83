/** What `ddostop doctor` finds out, as plain data: text and JSON are made of it. */

import type { RightsLevel } from '../../platform/firewall-rights.js';
import type { FirewallTools } from '../../platform/firewall-tools.js';

/** `missing`: not there, or off. `refused`: there, and we may not. */
export type CheckState = 'ok' | 'missing' | 'refused';

export interface DoctorCheck {
  /** Stable word for scripts. */
  readonly id: string;
  readonly title: string;
  readonly state: CheckState;
  /** One line; raw, cleaned where it is printed. */
  readonly detail: string;
  /** Exact commands or lines that would enable it; null when there is nothing to enable. May have several lines. */
  readonly fix: string | null;
}

export interface DoctorFirewall {
  readonly level: RightsLevel;
  readonly through: 'plain' | 'sudo';
  readonly refusal: string;
  readonly tools: FirewallTools;
}

export interface DoctorReport {
  readonly schema: 'ddostop.doctor/1';
  /** "ddostop 0.1.0". */
  readonly program: string;
  /** "" is this machine. */
  readonly host: string;
  /** The main job can be done: captures are read; of another machine: it answers. */
  readonly ok: boolean;
  readonly checks: readonly DoctorCheck[];
  /** Null when the host does not answer. */
  readonly firewall: DoctorFirewall | null;
}

export function works(id: string, title: string, detail: string): DoctorCheck {
  return { id, title, state: 'ok', detail, fix: null };
}

export function missing(id: string, title: string, detail: string, fix: string | null = null): DoctorCheck {
  return { id, title, state: 'missing', detail, fix };
}

export function refused(id: string, title: string, detail: string, fix: string | null = null): DoctorCheck {
  return { id, title, state: 'refused', detail, fix };
}
