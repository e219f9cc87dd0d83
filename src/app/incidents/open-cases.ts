/** Store and hooks behind screen 6, loaded once the first frame is drawn. */
import type { Config } from '../../config/config.js';
import type { Clock } from '../../platform/clock.js';
import { CasesDesk } from './cases-desk.js';
import { openIncidents } from './open-incidents.js';

export interface CasesOptions {
  /** Null: the usual folder. */
  readonly folder: string | null;
  readonly sensor: string;
  readonly seesAfter: boolean;
  readonly clock: Clock;
  readonly onTrouble: (text: string) => void;
}

/** Rejects with UserError when the store's folder is none. */
export async function openCases(
  config: Config,
  { folder, sensor, seesAfter, clock, onTrouble }: CasesOptions,
): Promise<CasesDesk> {
  let desk: CasesDesk | null = null;
  const incidents = await openIncidents(config, {
    folder,
    sensor,
    isBesideOthers: true,
    seesAfter,
    clock,
    onChange: (change) => desk?.tell(change),
    onTrouble,
    onDelivery: () => {},
  });
  desk = new CasesDesk(incidents, clock);
  return desk;
}
