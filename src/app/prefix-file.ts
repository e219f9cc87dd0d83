/** A file of prefixes, one a line, as lists of bad addresses come; "#" and ";" begin a comment (netset, DROP lists). */
import { readFile, stat } from 'node:fs/promises';
import { messageOf, UserError } from '../errors.js';
import { MAX_PLAN_PREFIXES } from '../mitigation/plan/plan-limits.js';

const MAX_BYTES = 8 * 1024 * 1024;
const FIELD = /^[^\s#;,]+/;

/** Texts as they stand there; what is no prefix is told by its line. Throws UserError. */
export async function readPrefixFile(path: string): Promise<string[]> {
  const text = await textOf(path);
  const prefixes: string[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const field = FIELD.exec(line.trim())?.[0];
    if (field === undefined) continue;
    if (!/^[0-9a-fA-F:.]+(?:\/[0-9]{1,3})?$/.test(field)) {
      throw new UserError(
        'BAD_PREFIX',
        `${path}, line ${at + 1}: expected an address or prefix, got ${JSON.stringify(field.slice(0, 64))}`,
        'One a line; "#" begins a comment. Names are not resolved.',
      );
    }
    prefixes.push(field);
    if (prefixes.length > MAX_PLAN_PREFIXES) {
      throw new UserError(
        'TOO_MANY_PREFIXES',
        `${path}: expected at most ${MAX_PLAN_PREFIXES} prefixes`,
        'Block wider prefixes.',
      );
    }
  }
  return prefixes;
}

async function textOf(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES)
      throw new UserError('FILE_TOO_LARGE', `${path}: expected at most ${MAX_BYTES} bytes, got ${size}`, 'Split it.');
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError('FILE_READ', `cannot read ${path}: ${messageOf(cause)}`, 'Check the path.', { cause });
  }
}
