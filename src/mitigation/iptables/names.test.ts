import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePrefix } from '../../format/address.js';
import type { Entry } from '../entry.js';
import {
  groupChain,
  isOwnChain,
  leaseSet,
  listSet,
  mainSet,
  parseGroupChain,
  parseSetName,
  setNameOf,
} from './names.js';

test.each<[entry: Entry, name: string]>([
  [{ role: 'block', prefix: parsePrefix('198.51.100.0/24')! }, 'ddostop-block4'],
  [{ role: 'target', prefix: parsePrefix('2001:db8::1')! }, 'ddostop-target6'],
  [{ role: 'guard', prefix: parsePrefix('203.0.113.10')!, port: 22 }, 'ddostop-guard4'],
  [{ role: 'lease', id: 'k3f9a'.replaceAll(/[019]/g, 'x'), version: 6 }, 'ddostop-lease6-k3fxa'],
])('%o lives in %s', (entry, name) => {
  expect(setNameOf(entry)).toBe(name);
  expect(parseSetName(name)).toMatchObject({ role: entry.role });
});

test('every name fits the kernel, and says again what it is of', () => {
  const id = fc.stringMatching(/^[a-z2-7]{5}$/);
  const family = fc.constantFrom(4 as const, 6 as const);
  fc.assert(
    fc.property(id, family, fc.nat({ max: 999 }), (one, version, number) => {
      const sets = [
        mainSet('target', version),
        leaseSet(one, version),
        listSet(one, 'good', version, number),
        'ddostop-lock',
      ];
      for (const name of sets) {
        expect(name.length).toBeLessThanOrEqual(31);
        expect(parseSetName(name)).not.toBeNull();
      }
      for (const chain of ['match', 'act', 'words'] as const) {
        expect(groupChain(one, chain).length).toBeLessThanOrEqual(28);
        expect(parseGroupChain(groupChain(one, chain))).toEqual({ id: one, chain });
      }
      expect(isOwnChain('DDOSTOP')).toBe(true);
    }),
  );
});

test.each([
  'ddostop-block',
  'ddostop-block5',
  'ddostop-lease4-abc',
  'ddostop-lease4-ABCDE',
  'ddostop-src4-abcde',
  'ddostop-src4-abcde-1x',
  'ddostop-lock2',
  'xddostop-block4',
  'ddostop-block4\nadd x',
])('%j is not a set of ours', (name) => {
  expect(parseSetName(name)).toBeNull();
});

test.each(['DDOSTOPX', 'DDOSTOP-', 'DDOSTOP-abcde-foo', 'DDOSTOP-ABCDE', 'PREROUTING', 'ddostop'])(
  '%s is not a chain of ours',
  (name) => {
    expect(isOwnChain(name)).toBe(false);
  },
);
