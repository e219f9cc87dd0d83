/** `--signature FILE`: what a diff writes is read, anything else is refused. */
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSignature, signatureOf } from '../../src/app/mitigate/mitigate-signature.js';
import { UserError } from '../../src/errors.js';
import { visibleJson } from '../../src/format/clean-text.js';
import { compileNftRules } from '../../src/mitigation/nft/compile-rules.js';
import { normaliseRequest } from '../../src/mitigation/plan/normal-request.js';
import { buildDiffReport } from '../../src/report/diff-report.js';
import { scenarioAnalysis } from '../support/scenario-analysis.js';

const share = { estimate: 0.5, low: 0.4, high: 0.6 };
const TTL = { attribute: 'ip.ttl', operator: 'eq', value: 60 };
const reportOf = (rule: object = {}, report: object = {}) => ({
  schema: 'ddostop.diff/1',
  target: '192.0.2.10',
  rule: { of: 'packet', clauses: [{ predicates: [TTL] }], recall: share, collateral: share, goodHits: [], ...rule },
  refused: null,
  ...report,
});
const withPredicates = (...predicates: unknown[]) => reportOf({ clauses: [{ predicates }] });

describe('a diff as a signature', () => {
  test.each(['synFlood', 'dnsAmplification'] as const)('%s of the scenario, as it is written', async (attack) => {
    const analysis = scenarioAnalysis(attack);
    const text = visibleJson(buildDiffReport(analysis));
    const signature = await readSignature('-', Readable.from([text.slice(0, 1000), text.slice(1000)]));
    const { rule } = analysis.proposal;
    expect(signature.rule).toEqual({
      kind: 'packet',
      target: rule?.target,
      clauses: rule?.clauses.map(({ predicates }) => ({ predicates })),
    });
    expect(signature).toMatchObject({ recall: rule?.recall, collateral: rule?.collateral, goodHits: rule?.goodHits });
    const normal = normaliseRequest({
      backend: 'nft',
      blockSources: [],
      blockTargets: [],
      allow: [],
      signature,
      ttlSec: 600,
      confirmWindowSec: 30,
      incidentId: '',
      why: 'test',
    });
    expect(normal.rules && compileNftRules(normal.rules).lines.length).toBeGreaterThan(0);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['another schema', reportOf({}, { schema: 'ddostop.diff/2' })],
    ['of requests', reportOf({ of: 'request' })],
    ['no clauses', reportOf({ clauses: [] })],
    ['clauses that are none', reportOf({ clauses: 'all' })],
    ['too many clauses', reportOf({ clauses: Array.from({ length: 17 }, () => ({ predicates: [TTL] })) })],
    ['no predicates', withPredicates()],
    ['an attribute twice', withPredicates(TTL, TTL)],
    ['an unknown attribute', withPredicates({ ...TTL, attribute: '__proto__' })],
    ['nft in an attribute', withPredicates({ ...TTL, attribute: 'ip.ttl 60 drop; flush ruleset' })],
    ['an unknown operator', withPredicates({ ...TTL, operator: 'not' })],
    ['a list for eq', withPredicates({ ...TTL, value: [60] })],
    ['a negative number', withPredicates({ ...TTL, value: -1 })],
    ['a fraction', withPredicates({ ...TTL, value: 0.5 })],
    ['a huge number', withPredicates({ ...TTL, value: 1e20 })],
    ['a long text', withPredicates({ ...TTL, attribute: 'ip.src', value: '1'.repeat(65) })],
    ['a range of three', withPredicates({ ...TTL, operator: 'range', value: [1, 2, 3] })],
    ['a range upside down', withPredicates({ ...TTL, operator: 'range', value: [2, 1] })],
    ['nothing of a set', withPredicates({ ...TTL, operator: 'in', value: [] })],
    ['a target that is a number', reportOf({}, { target: 7 })],
    ['shares above 1', reportOf({ recall: { ...share, high: 2 } })],
    ['hits that are none', reportOf({ goodHits: [7] })],
  ])('refused: %s', (_, report) => {
    expect(() => signatureOf(report)).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
  });

  test('a refusal of the diff is told', () => {
    const report = reportOf(
      {},
      { rule: null, refused: { code: 'NO_DIFFERENCE', message: 'nothing\u001b[2J differs' } },
    );
    expect(() => signatureOf(report)).toThrow(
      expect.objectContaining({ code: 'NO_RULE', message: expect.stringContaining('\\x1b[2J differs') }),
    );
  });

  test('values that no packet has, and targets that are none, are refused with the rest of the request', () => {
    for (const [report, code] of [
      [withPredicates({ ...TTL, value: 300 }), 'SIGNATURE_LEFT'],
      [withPredicates({ attribute: 'ip.src', operator: 'eq', value: '198.51.100.0/24; drop' }), 'SIGNATURE_LEFT'],
      [withPredicates({ ...TTL, value: 'x" accept' }), 'SIGNATURE_LEFT'],
      [reportOf({}, { target: '192.0.2.10; flush ruleset' }), 'BAD_SIGNATURE'],
    ] as const) {
      const request = {
        backend: 'nft' as const,
        blockSources: [],
        blockTargets: [],
        allow: [],
        signature: signatureOf(report),
        ttlSec: 600,
        confirmWindowSec: 30,
        incidentId: '',
        why: 'test',
      };
      expect(() => compileNftRules(normaliseRequest(request).rules!)).toThrow(expect.objectContaining({ code }));
    }
  });

  test('property: any JSON is a signature or a UserError', () => {
    const value = fc.jsonValue();
    const predicate = fc.record({
      attribute: fc.oneof(fc.constantFrom('ip.ttl', 'ip.src', 'tcp.flags'), fc.string()),
      operator: fc.constantFrom('eq', 'in', 'range', 'x'),
      value,
    });
    const report = fc.oneof(
      value,
      fc
        .array(fc.array(fc.oneof(predicate, value)))
        .map((lists) => reportOf({ clauses: lists.map((predicates) => ({ predicates })) })),
      fc
        .tuple(fc.constantFrom('rule', 'target', 'schema', 'refused'), value)
        .map(([key, it]) => reportOf({}, { [key]: it })),
    );
    fc.assert(
      fc.property(report, (json) => {
        try {
          signatureOf(json);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a file that does not end is given up', async () => {
    async function* endless() {
      for (;;) yield Buffer.alloc(1 << 20, ' ');
    }
    await expect(readSignature('-', Readable.from(endless()))).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
    await expect(readSignature('/dev/zero', Readable.from([]))).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
    await expect(readSignature('/', Readable.from([]))).rejects.toMatchObject({ code: 'NO_FILE' });
  });
});
