import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mmdb } from '../../test/support/mmdb-bytes.js';
import { GeoDatabases } from './geo-databases.js';

const ASNS = mmdb({
  '192.0.2.0/24': { autonomous_system_number: 64_496, autonomous_system_organization: 'Example Net' },
  '198.51.100.0/25': { asn: 'AS64497', as_name: 'Other', country_code: 'NL' },
});
const COUNTRIES = mmdb({
  '192.0.2.0/25': { country: { iso_code: 'DE' } },
  '203.0.113.0/24': { country: 'nowhere at all' },
});

describe('GeoDatabases', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ddostop-geo-'));
    await writeFile(join(folder, 'asn.mmdb'), ASNS);
    await writeFile(join(folder, 'country.mmdb'), COUNTRIES);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('several databases add to each other; what none knows, and what is no address, is nothing', async () => {
    const geo = await GeoDatabases.open([join(folder, 'asn.mmdb'), join(folder, 'country.mmdb')]);
    expect(geo.of('192.0.2.7')).toEqual({ asn: 64_496, asName: 'Example Net', country: 'DE' });
    expect(geo.of('192.0.2.200')).toEqual({ asn: 64_496, asName: 'Example Net' });
    expect(geo.of('198.51.100.9')).toEqual({ asn: 64_497, asName: 'Other', country: 'NL' });
    for (const address of ['203.0.113.9', '10.0.0.1', '2001:db8::1', 'nobody', '']) expect(geo.of(address)).toEqual({});
  });

  test('a file that is none, or not there', async () => {
    await writeFile(join(folder, 'none.mmdb'), 'no database');
    await expect(GeoDatabases.open([join(folder, 'none.mmdb')])).rejects.toMatchObject({ code: 'GEO_FILE' });
    await expect(GeoDatabases.open([join(folder, 'absent')])).rejects.toMatchObject({ code: 'GEO_FILE' });
  });

  test('bytes that were changed give facts, nothing, or a refusal at the start', async () => {
    const path = join(folder, 'changed.mmdb');
    const changes = fc.array(fc.tuple(fc.nat(ASNS.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(changes, async (all) => {
        const bytes = Buffer.from(ASNS);
        for (const [at, value] of all) bytes[at] = value;
        await writeFile(path, bytes);
        const geo = await GeoDatabases.open([path]).catch((error: { code?: string }) => {
          expect(error.code).toBe('GEO_FILE');
          return null;
        });
        for (const address of ['192.0.2.7', '198.51.100.9', '1.2.3.4'])
          expect(geo?.of(address) ?? {}).toBeTypeOf('object');
      }),
      { numRuns: 200 },
    );
  });
});
