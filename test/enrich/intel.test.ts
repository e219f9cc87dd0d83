/** Intel of one address, asked of the stand-in edge by the real client on a driven clock. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { IntelDesk } from '../../src/enrich/intel.js';
import { intelWords, readIntel } from '../../src/enrich/intel-answer.js';
import { EdgeLab } from '../support/cloudflare/edge-lab.js';
import { ACCOUNT_ID } from '../support/cloudflare/stand-in.js';

const OWNER = { id: 'autonomous-system--1', description: 'Example', country: 'US', type: 'isp', value: '64496' };
let lab: EdgeLab;

beforeAll(async () => {
  const reputation = [
    { ip: '192.0.2.1', belongs_to_ref: OWNER, risk_types: ['anonymizer', { id: 1, name: 'botnet' }] },
    { ip: '2001:db8::1', belongs_to_ref: { ...OWNER, description: '\u001b[2J'.repeat(500) }, risk_types: [] },
  ];
  lab = await EdgeLab.start({ reputation });
});
afterAll(() => lab.close());

const asked = () => lab.standIn.requests.filter(({ path }) => path.endsWith('/intel/ip')).length;

test('one call an address and hour, a quarter of one where nothing is known, one at a time; failures are not kept', async () => {
  const desk = new IntelDesk({ api: lab.api(), accountId: ACCOUNT_ID, clock: lab.clock });
  const [a, b] = await Promise.all([desk.of('192.0.2.1'), desk.of('192.0.2.1')]);
  expect(a).toBe(b);
  expect(intelWords(a, 80)).toBe('AS64496 Example, US; risk: anonymizer, botnet');
  expect(intelWords(await desk.of('2001:0db8:0::1'), 40)).toMatch(/^AS64496 (?:\\x1b\[2J)+.*…$/);
  expect(intelWords(await desk.of('198.51.100.1'), 80)).toBe('nothing known');
  expect([asked(), lab.standIn.violations]).toEqual([3, []]);
  expect(desk.cached('2001:db8::1')?.asn).toBe(64496);
  lab.clock.pass(15 * 60_000 + 1);
  expect([desk.cached('198.51.100.1'), desk.cached('192.0.2.1')?.country]).toEqual([null, 'US']);
  lab.clock.pass(45 * 60_000);
  expect(desk.cached('192.0.2.1')).toBeNull();
  lab.standIn.failOn(({ path }) => path.endsWith('/intel/ip'), 429, true);
  const limited = desk.of('192.0.2.1');
  await expect(limited).rejects.toThrow(/^CLOUDFLARE_/);
  lab.standIn.failNone();
  lab.clock.pass(10 * 60_000);
  expect((await desk.of('192.0.2.1')).asn).toBe(64496);
  await expect(desk.of('192.0.2.0/24')).rejects.toThrow(/^INTEL_ADDRESS: expected an address, got "192\.0\.2\.0\/24"/);
  const many = Array.from({ length: 17 }, (_, i) => desk.of(`198.51.100.${i + 10}`));
  await expect(many[16]).rejects.toThrow(/^INTEL_BUSY: expected at most 16/);
  await Promise.all(many.slice(0, 16));
});

test.each<[name: string, result: unknown, words: string]>([
  ['nothing', null, 'nothing known'],
  ['an empty list', [], 'nothing known'],
  ['one that is no list', { ip: 'x', belongs_to_ref: OWNER, risk_types: null }, 'AS64496 Example, US; no risk named'],
  ['other kinds everywhere', [7, { belongs_to_ref: [], risk_types: 'x' }], 'nothing known'],
  ['a number that is none', [{ belongs_to_ref: { value: '-1', country: 'USA' } }], 'US; no risk named'],
  ['risks alone, hostile', [{ risk_types: ['a\nb', '', 7, { name: 'c' }] }], 'risk: a\\nb, c'],
])('an answer of %s', (_name, result, words) => {
  expect(intelWords(readIntel('192.0.2.1', result), 80)).toBe(words);
});
