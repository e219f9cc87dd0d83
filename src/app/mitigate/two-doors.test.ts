import { describe, expect, test } from 'vitest';
import { FixtureDoor } from '../../../test/support/fixture-door.js';
import type { MitigationDoor } from '../../mitigation/door.js';
import type { LiveMitigation, MitigationPlan } from '../../mitigation/types.js';
import { closedDoor, TwoDoors } from './two-doors.js';

const live = (id: string): LiveMitigation => ({
  id,
  prefixes: [],
  targets: [],
  allow: [],
  why: '',
  packets: 0,
  bytes: 0,
  expiresInSec: 5,
  state: 'confirmed',
});

/** A door that writes down what it was asked. */
function listening(name: string, log: string[], ids: readonly string[]): MitigationDoor {
  const door = new FixtureDoor();
  return Object.assign(Object.create(door) as MitigationDoor, {
    apply: (plan: MitigationPlan) => {
      log.push(`${name} apply`);
      return Promise.resolve({ id: plan.id, confirmByMs: 0 });
    },
    undo: (id: string) => {
      log.push(`${name} undo ${id}`);
      return Promise.resolve();
    },
    confirm: (id: string) => {
      log.push(`${name} confirm ${id}`);
      return Promise.resolve();
    },
    list: () => Promise.resolve(ids.map(live)),
    panic: () => {
      log.push(`${name} panic`);
      return name === 'firewall' ? Promise.reject(new Error('nft is gone')) : Promise.resolve();
    },
  });
}

describe('a firewall and an edge', () => {
  test('each mitigation is acted on where it is', async () => {
    const log: string[] = [];
    const doors = new TwoDoors(listening('firewall', log, ['abcde']), listening('edge', log, ['fghij']));
    expect((await doors.list()).map(({ id }) => id)).toEqual(['abcde', 'fghij']);
    await doors.undo('abcde');
    await doors.undo('fghij');
    await doors.apply({ id: 'klmno', adapter: 'cloudflare' } as MitigationPlan);
    await doors.confirm('klmno');
    expect(log).toEqual(['firewall undo abcde', 'edge undo fghij', 'edge apply', 'edge confirm klmno']);
  });

  test('one that cannot be asked does not hide the other; panic goes to both', async () => {
    const log: string[] = [];
    const doors = new TwoDoors(listening('firewall', log, ['abcde']), closedDoor('no token'));
    expect((await doors.list()).map(({ id }) => id)).toEqual(['abcde']);
    await expect(new TwoDoors(closedDoor('a'), closedDoor('b')).list()).rejects.toThrow('EDGE_CLOSED: a');
    const both = new TwoDoors(listening('firewall', log, []), listening('edge', log, []));
    await expect(both.panic()).rejects.toThrow('nft is gone');
    expect(log).toEqual(['firewall panic', 'edge panic']);
  });
});
