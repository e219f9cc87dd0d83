/** Where the API token and the address of the API come from: the environment, or a file only its owner may read. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { messageOf, UserError } from '../../errors.js';
import { DEFAULT_BASE_URL } from './cloudflare-client.js';
import { isLoopback } from './loopback.js';
import { PERMISSIONS_TO_ACT, PERMISSIONS_TO_LOOK } from './permission-names.js';
import { Secret } from './secret.js';

export interface Credentials {
  readonly token: Secret;
  /** Where it was found: "CLOUDFLARE_API_TOKEN", or the file's path. */
  readonly source: string;
  readonly baseUrl: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const MAX_FILE_BYTES = 4096;
/** Tokens have 40 characters, newer ones with a prefix some 50; keys 37. */
const TOKEN = /^[\x21-\x7e]{20,512}$/;

export async function readCredentials(env: Environment = process.env, home = homedir()): Promise<Credentials> {
  const baseUrl = readBaseUrl(env['CLOUDFLARE_API_BASE_URL']);
  const given = env['CLOUDFLARE_API_TOKEN']?.trim() ?? '';
  if (given !== '') return { token: checked(given, 'CLOUDFLARE_API_TOKEN'), source: 'CLOUDFLARE_API_TOKEN', baseUrl };
  const named = env['CLOUDFLARE_API_TOKEN_FILE'] ?? '';
  const config = env['XDG_CONFIG_HOME'] ?? '';
  const path =
    named !== '' ? named : join(isAbsolute(config) ? config : join(home, '.config'), 'ddostop', 'cloudflare-token');
  const text = await readPrivateFile(path, named === '');
  if (text === null) throw noToken(path);
  return { token: checked(text.trim(), path), source: path, baseUrl };
}

/** https, or http to this machine: the token travels with each call. */
export function readBaseUrl(text: string | undefined): string {
  if (text === undefined || text.trim() === '') return DEFAULT_BASE_URL;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isSafe = url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)));
  if (!isSafe || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    // What stands there is not quoted: it may hold a password.
    throw new UserError(
      'CLOUDFLARE_BASE_URL',
      `CLOUDFLARE_API_BASE_URL: expected https://host/path without user, query or fragment, got ${url === null ? 'no URL' : `one with ${url.protocol}//`}`,
      'http is taken for 127.0.0.1, ::1 and localhost only: the token would travel in the clear.',
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** Null: there is none at a place nobody named. */
async function readPrivateFile(path: string, mayBeMissing: boolean): Promise<string | null> {
  let file: FileHandle;
  try {
    // A FIFO would wait for a writer.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (mayBeMissing && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw fileError(path, messageOf(error), 'Write the API token into it and run: chmod 600 FILE', error);
  }
  try {
    const { mode, size, uid } = await file.stat();
    if ((mode & constants.S_IFMT) !== constants.S_IFREG)
      throw fileError(path, 'expected a plain file', 'Name another one.');
    if ((mode & 0o077) !== 0) {
      const got = (mode & 0o777).toString(8).padStart(4, '0');
      throw fileError(path, `expected mode 0600, got ${got}: others may read the token`, `Run: chmod 600 ${path}`);
    }
    const own = process.getuid?.();
    if (own !== undefined && uid !== own && uid !== 0) {
      throw fileError(
        path,
        `expected a file of user ${own}, got one of user ${uid}`,
        'Who owns it decides which token is used.',
      );
    }
    if (size > MAX_FILE_BYTES)
      throw fileError(path, `expected a token alone, got ${size} bytes`, 'Keep the token in it, and nothing else.');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function checked(text: string, source: string): Secret {
  if (TOKEN.test(text)) return new Secret(text);
  throw new UserError(
    'CLOUDFLARE_TOKEN',
    `${source}: expected an API token of 20 to 512 printable characters, got ${text.length}${/\s/.test(text) ? ' with blanks in between' : ''}`,
    'Copy the token alone, without "Bearer" and without quotes.',
  );
}

function fileError(path: string, what: string, hint: string, cause?: unknown): UserError {
  return new UserError('CLOUDFLARE_TOKEN_FILE', `${path}: ${what}`, hint, cause === undefined ? {} : { cause });
}

function noToken(path: string): UserError {
  return new UserError(
    'CLOUDFLARE_NO_TOKEN',
    `no API token in CLOUDFLARE_API_TOKEN, CLOUDFLARE_API_TOKEN_FILE or ${path}`,
    `Make one at dash.cloudflare.com/profile/api-tokens with ${PERMISSIONS_TO_LOOK.join(', ')}; to act also ${PERMISSIONS_TO_ACT.join(', ')}.`,
  );
}
