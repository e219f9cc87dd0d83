/** The configuration file: YAML, every slip with its line and column. `$XDG_CONFIG_HOME/ddostop/config.yaml` where none is named. */
import { readFile, stat } from 'node:fs/promises';
import { type Document, isMap, isNode, LineCounter, type Node, parseDocument } from 'yaml';
import type { ZodError } from 'zod';
import { messageOf, UserError } from '../errors.js';
import { type Config, DEFAULT_CONFIG } from './config.js';
import { defaultConfigPath } from './config-path.js';
import { configSchema } from './config-schema.js';

/** A file of this program has some hundred lines. */
const MOST_BYTES = 1 << 20;
const MOST_ISSUES = 10;
const HINT = 'ddostop --help names the words; docs/config.md has an example of each.';

/** `path` null: the default one, and where there is none the defaults. Rejects with UserError: CONFIG_READ, CONFIG. */
export async function readConfig(path: string | null): Promise<Config> {
  const from = path ?? defaultConfigPath();
  let text: string;
  try {
    const { size } = await stat(from);
    if (size > MOST_BYTES) throw new Error(`it has ${size} bytes, expected at most ${MOST_BYTES}`);
    text = await readFile(from, 'utf8');
  } catch (error) {
    if (path === null && (error as NodeJS.ErrnoException).code === 'ENOENT') return DEFAULT_CONFIG;
    throw new UserError(
      'CONFIG_READ',
      `cannot read ${from}: ${messageOf(error)}`,
      'Name a readable file with --config.',
    );
  }
  return parseConfig(text, from);
}

/** Throws UserError CONFIG with a line for each slip: "FILE:3:9: thresholds.pps: expected..., got...". */
export function parseConfig(text: string, name: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    strict: true,
    uniqueKeys: true,
    logLevel: 'error',
  });
  if (document.errors.length > 0) {
    const slips = document.errors.map(({ pos, message }) => `${placeAt(lines, name, pos[0])}: ${firstLine(message)}`);
    throw wrong(slips);
  }
  const value = plainOf(document, name);
  if (value === null || value === undefined) return DEFAULT_CONFIG;
  const result = configSchema.safeParse(value);
  if (result.success) return result.data;
  throw wrong(slipsOf(result.error, document, lines, name));
}

/** Aliases that grow without end are refused by the parser. */
function plainOf(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw wrong([`${name}: ${firstLine(messageOf(error))}`]);
  }
}

function slipsOf(error: ZodError, document: Document, lines: LineCounter, name: string): string[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path as (string | number)[];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const at = placeAt(lines, name, keyAt(document, path, key));
        return `${at}: ${[...path, key].join('.')}: no such word here`;
      });
    }
    const at = placeAt(lines, name, valueAt(document, path));
    return [`${at}: ${path.join('.') || 'file'}: ${firstLine(issue.message)}`];
  });
}

function keyAt(document: Document, path: readonly (string | number)[], key: string): number {
  const map = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(map) ? map.items.find((item) => isNode(item.key) && String(item.key) === key) : undefined;
  return offsetOf(pair?.key as Node | undefined) ?? valueAt(document, path);
}

/** Of what is missing the place of what should hold it. */
function valueAt(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const at = offsetOf(document.getIn(path.slice(0, length), true));
    if (at !== null) return at;
  }
  return offsetOf(document.contents) ?? 0;
}

function offsetOf(node: unknown): number | null {
  return isNode(node) && node.range ? node.range[0] : null;
}

function placeAt(lines: LineCounter, name: string, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${name}:${line}:${col}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] as string;
}

function wrong(slips: readonly string[]): UserError {
  const more = slips.length > MOST_ISSUES ? `\n  and ${slips.length - MOST_ISSUES} more` : '';
  const [only] = slips;
  const what = slips.length === 1 ? (only as string) : `\n  ${slips.slice(0, MOST_ISSUES).join('\n  ')}${more}\n `;
  return new UserError('CONFIG', what, HINT);
}
