/** `--signature FILE`: the rule of a "ddostop diff --format json" (schema ddostop.diff/1), read strictly: the file may be anybody's. */
import { open } from 'node:fs/promises';
import { messageOf, UserError } from '../../errors.js';
import { cleanText } from '../../format/clean-text.js';
import { badSignature, readPacketRule } from '../../mitigation/plan/read-rule.js';
import type { SignatureBlock } from '../../mitigation/types.js';
import type { Interval, MeasuredRule } from '../../signature/rule.js';
import { ruleWords } from '../../signature/words.js';

const SCHEMA = 'ddostop.diff/1';
/** A report of every attribute has some 100 kB. */
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_HITS = 10;
const MAX_TEXT = 200;

type Json = Readonly<Record<string, unknown>>;

/** `path`: "-" for stdin. Rejects with UserError. */
export async function readSignature(path: string, stdin: NodeJS.ReadableStream): Promise<SignatureBlock> {
  const text = path === '-' ? await readAll(stdin) : await readFileText(path);
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch {
    throw badSignature(path === '-' ? 'stdin' : path, 'JSON', text.slice(0, 40));
  }
  return signatureOf(report);
}

/** Throws UserError. Exported for its tests. */
export function signatureOf(report: unknown): SignatureBlock {
  if (!isObject(report)) throw badSignature('the file', 'an object', report);
  if (report['schema'] !== SCHEMA) throw badSignature('schema', `"${SCHEMA}"`, report['schema']);
  const rule = report['rule'];
  if (rule === null) throw noRule(report['refused']);
  if (!isObject(rule)) throw badSignature('rule', 'a rule', rule);
  if (rule['of'] !== 'packet') {
    throw new UserError(
      'BAD_SIGNATURE',
      'the rule is of requests, which only a WAF sees',
      'Its expression is in "rule.backends.waf" of the file.',
    );
  }
  const match = readPacketRule(rule['clauses'], report['target'] ?? null);
  return {
    rule: match,
    recall: readInterval(rule['recall'], 'rule.recall'),
    collateral: readInterval(rule['collateral'], 'rule.collateral'),
    goodHits: readHits(rule['goodHits']),
    words: ruleWords(match),
  };
}

function noRule(refused: unknown): UserError {
  const message =
    isObject(refused) && typeof refused['message'] === 'string' ? refused['message'] : 'no reason is given';
  return new UserError(
    'NO_RULE',
    `the diff found no rule: ${cleanText(message, MAX_TEXT)}`,
    'Make a diff that has one, or block by address.',
  );
}

function readInterval(value: unknown, where: string): Interval | null {
  if (value === null || value === undefined) return null;
  const { estimate, low, high } = isObject(value) ? value : ({} as Json);
  if (isShare(estimate) && isShare(low) && isShare(high)) return { estimate, low, high };
  throw badSignature(where, 'estimate, low and high of 0 to 1', value);
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function readHits(value: unknown): MeasuredRule['goodHits'] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw badSignature('rule.goodHits', 'a list', value);
  return (value as readonly unknown[]).slice(0, MAX_HITS).map((hit, i) => {
    const { attribute, value: of, rows } = isObject(hit) ? hit : ({} as Json);
    const isKnown = typeof attribute === 'string' && (typeof of === 'number' || typeof of === 'string');
    if (!isKnown || typeof rows !== 'number')
      throw badSignature(`rule.goodHits[${i}]`, 'attribute, value and rows', hit);
    const value = typeof of === 'string' ? of.slice(0, MAX_TEXT) : (of as number);
    return { attribute: attribute.slice(0, MAX_TEXT), value, rows };
  });
}

async function readFileText(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      return await readAll(file.createReadStream({ end: MAX_BYTES }));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      'NO_FILE',
      `cannot read the signature: ${cleanText(messageOf(error), MAX_TEXT)}`,
      'Make it with "ddostop diff --format json -o FILE".',
      { cause: error },
    );
  }
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    const buffer = Buffer.from(piece as Uint8Array | string);
    bytes += buffer.length;
    if (bytes > MAX_BYTES) throw badSignature('the file', `at most ${MAX_BYTES} bytes`, 'more');
    pieces.push(buffer);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
