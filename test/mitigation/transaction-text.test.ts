/** A transaction as text makes the same table as its JSON: asked of nft itself, in a namespace of its own. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { NftBackend } from '../../src/mitigation/nft/nft-backend.js';
import { NftClient } from '../../src/mitigation/nft/nft-client.js';
import { ABSENT_TABLE } from '../../src/mitigation/nft/read-state.js';
import type { NftCommand } from '../../src/mitigation/nft/table-layout.js';
import { JSON_ARGV, shapeOf, TEXT_ARGV, transactionOf } from '../../src/mitigation/nft/transaction-text.js';
import { trialCommands } from '../../src/mitigation/nft/transactions.js';
import { trialOf } from '../../src/mitigation/plan/build-plan.js';
import { normaliseRequest } from '../../src/mitigation/plan/normal-request.js';
import type { MitigationRequest } from '../../src/mitigation/types.js';
import { runCommand } from '../../src/platform/run-command.js';
import { eq, oneOf } from '../../src/signature/vectors/vector.js';
import { describeWith } from '../support/system.js';

const BLOCKS: MitigationRequest = {
  backend: 'nft',
  blockSources: ['198.51.100.7', '198.51.100.0/25', '2001:db8:a::/64', '2001:db8:b::1'],
  blockTargets: ['192.0.2.10', '2001:db8:f::/126'],
  allow: ['203.0.113.9', '2001:db8:c::/96'],
  guard: [
    { address: '203.0.113.10', port: 22 },
    { address: '2001:db8:c::10', port: 2222 },
  ],
  ttlSec: 600,
  confirmWindowSec: 30,
  incidentId: '',
  why: 'test',
};
const clauses = [{ predicates: [eq('ip.proto', 17), oneOf('ip.ttl', [60, 61]), eq('payload.first4', 1)] }];
const WITH_SIGNATURE: MitigationRequest = {
  ...BLOCKS,
  signature: { rule: { kind: 'packet', clauses, target: null }, recall: null, collateral: null, words: '' },
  rateLimitPps: 50,
};

function commandsOf(request: MitigationRequest): NftCommand[] {
  const backend = new NftBackend(new NftClient(runCommand));
  return trialCommands(ABSENT_TABLE, trialOf(backend, 'abcde', request, normaliseRequest(request)));
}

/** A rule of text that changes nothing makes the whole transaction text. */
const asText = (commands: readonly NftCommand[]) =>
  transactionOf([
    ...commands,
    { add: { rule: { family: 'inet', table: 'ddostop', chain: 'drops', text: 'return', comment: 'last' } } },
  ]);

describe('transactions', () => {
  test('blocks go as JSON, a signature makes it text; both have the same elements', () => {
    const json = transactionOf(commandsOf(BLOCKS));
    expect(json.argv).toEqual(JSON_ARGV);
    const text = transactionOf(commandsOf(WITH_SIGNATURE));
    expect(text.argv).toEqual(TEXT_ARGV);
    expect(text.stdin).not.toMatch(/undefined|\[object|null/);
    expect(text.stdin.split('\n').filter((line) => line.includes('create chain'))).toHaveLength(3);
  });

  test('the shape leaves lives and owners out, nothing else', () => {
    const other = { ...WITH_SIGNATURE, ttlSec: 60, confirmWindowSec: 5, why: 'other' };
    const shape = (request: MitigationRequest) => shapeOf(transactionOf(commandsOf(request)).stdin);
    expect(shape(other)).toBe(shape(WITH_SIGNATURE));
    expect(shape({ ...WITH_SIGNATURE, allow: ['203.0.113.8'] })).not.toBe(shape(WITH_SIGNATURE));
    expect(shape(WITH_SIGNATURE)).toContain('lease_abcde');
    expect(shape({ ...BLOCKS, why: 'other' })).toBe(shape(BLOCKS));
    expect(shape({ ...BLOCKS, allow: [] })).not.toBe(shape(BLOCKS));
  });
});

describeWith(['root', 'nft', 'unshare'], 'transactions and nft', () => {
  function tableOf(argv: readonly string[], stdin: string): string {
    const script = 'cat | "$@" && nft -s list table inet ddostop';
    const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, LC_ALL: 'C' };
    const { status, stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', script, 'sh', ...argv], {
      input: stdin,
      encoding: 'utf8',
      env,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout.replaceAll(/ expires [0-9smh]+/g, '').replace(/\s+return comment "last"/, '');
  }

  test('text and JSON of the same commands make the same table', () => {
    const commands = commandsOf(BLOCKS);
    const json = transactionOf(commands);
    const text = asText(commands);
    expect(text.argv).toEqual(TEXT_ARGV);
    expect(tableOf(text.argv, text.stdin)).toBe(tableOf(json.argv, json.stdin));
  });

  test('what nft lists of a signature can be loaded again', () => {
    const { argv, stdin } = transactionOf(commandsOf(WITH_SIGNATURE));
    const listing = tableOf(argv, stdin);
    expect(listing).toContain('limit rate over 50/second');
    expect(tableOf(TEXT_ARGV, listing)).toBe(listing);
  });
});
