/** A lab with `ddostop mitigate --backend iptables` in its victim, opened and closed with the suite; after each test nothing of ours is left. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { firewallText, pathOf, type Variant } from '../support/iptables-tools.js';
import { Lab } from '../support/lab.js';
import { LabMitigate } from './lab-mitigate.js';

export interface IptablesLab {
  readonly lab: Lab;
  readonly mitigate: LabMitigate;
  /** On which `iptables` is of the wanted kind. */
  readonly path: string;
  ruleset(): Promise<string>;
  /** A line of shell in the victim; throws when it fails. */
  shell(text: string): Promise<void>;
}

/** Call it in a suite; use what it returns in its tests. */
export function useIptables(variant: Variant): IptablesLab {
  const own = {} as { lab: Lab; mitigate: LabMitigate; path: string };
  beforeAll(async () => {
    own.lab = await Lab.open();
    own.mitigate = await LabMitigate.open(own.lab, 'victim', 'iptables');
    own.path = pathOf(variant, own.mitigate.folder);
    Object.assign(own.mitigate.env, { PATH: own.path });
  });
  afterEach(async () => {
    await own.mitigate.run('panic');
  });
  afterAll(async () => {
    await own.lab?.close();
    own.mitigate?.close();
  });
  return Object.assign(own, {
    ruleset: () => firewallText(own.lab, 'victim', own.path),
    shell: async (text: string) => {
      const { code, stderr } = await own.lab.run('victim', ['sh', '-ec', text], { env: { PATH: own.path } });
      if (code !== 0) throw new Error(`lab: ${text} ended with ${code}: ${stderr}`);
    },
  });
}
