/** Secrets of hooks: from the environment, or from a file only its owner may read. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { SecretSource } from '../config/hook-config.js';
import { messageOf, UserError } from '../errors.js';
import { Secret } from '../platform/cloudflare/secret.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Takes secrets out of texts of others, which may quote what they were given. */
export type Concealer = (text: string) => string;

/** What stands in their place where requests are only shown. */
export const STARS = '***';
/** A webhook's URL with a token in it is the longest. */
const MOST_BYTES = 4096;
const SHAPE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** `what`: "the routing key of hook noc". Rejects with UserError: HOOK_SECRET, HOOK_SECRET_FILE. */
export async function readSecret(source: SecretSource, what: string, env: Environment): Promise<Secret> {
  const place = 'env' in source ? source.env : source.file;
  const text = ('env' in source ? env[source.env] : await privateFile(source.file, what))?.trim() ?? '';
  if (text === '') {
    const hint = 'env' in source ? `Set ${source.env} before starting ddostop.` : 'Write it into that file.';
    throw new UserError('HOOK_SECRET', `${what}: ${place} is empty or not set`, hint);
  }
  // Nothing of it is quoted, not even its length: it stands in a header or a body of one line.
  if (text.length > MOST_BYTES || !SHAPE.test(text)) {
    throw new UserError(
      'HOOK_SECRET',
      `${what}: ${place} holds characters no secret has`,
      'Copy it again, in one line.',
    );
  }
  return new Secret(text);
}

/** For a request that is shown and not sent. */
export function starred(): Secret {
  return new Secret(STARS);
}

/** Each way a secret may come back: as it was, in JSON, in a URL, of a URL its parts. What is too short to be one is left alone. */
export function concealerOf(secrets: readonly Secret[]): Concealer {
  const texts = secrets.map((secret) => secret.reveal()).filter((text) => text !== STARS);
  const shapes = texts.flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    ...urlParts(text),
  ]);
  const parts = [...new Set(shapes)].filter((text) => text.length > 3).sort((a, b) => b.length - a.length);
  return (text) => parts.reduce((rest, part) => rest.replaceAll(part, STARS), text);
}

/** A server that is asked for a path quotes the path. */
function urlParts(text: string): string[] {
  if (!/^https?:/.test(text) || !URL.canParse(text)) return [];
  const { pathname, search } = new URL(text);
  const steps = `${pathname}${search}`.split(/[/?&=]/).filter((step) => step.length > 5);
  return [`${pathname}${search}`, pathname, ...steps];
}

/** RFC 7617. */
export function basicAuth(user: string, secret: Secret): Secret {
  const text = secret.reveal();
  if (text === STARS) return new Secret(STARS);
  return new Secret(Buffer.from(`${user}:${text}`, 'utf8').toString('base64'));
}

async function privateFile(path: string, what: string): Promise<string> {
  let file: FileHandle;
  try {
    // A FIFO would wait for a writer.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw fileError(`${what}: ${messageOf(cause)}`, 'Write the secret into it and run: chmod 600 FILE', cause);
  }
  try {
    const { mode, size, uid } = await file.stat();
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw fileError(`${what}: expected a plain file at ${path}`);
    if ((mode & 0o077) !== 0) {
      const got = (mode & 0o777).toString(8).padStart(4, '0');
      throw fileError(
        `${what}: expected mode 0600 of ${path}, got ${got}: others may read it`,
        `Run: chmod 600 ${path}`,
      );
    }
    const own = process.getuid?.();
    if (own !== undefined && uid !== own && uid !== 0) {
      throw fileError(`${what}: expected ${path} to belong to user ${own}, got user ${uid}`);
    }
    if (size > MOST_BYTES) throw fileError(`${what}: expected a secret alone in ${path}, got ${size} bytes`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function fileError(what: string, hint = 'Name another file, with the secret and nothing else.', cause?: unknown) {
  return new UserError('HOOK_SECRET_FILE', what, hint, cause === undefined ? {} : { cause });
}
