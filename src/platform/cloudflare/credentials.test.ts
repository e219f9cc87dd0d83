import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readBaseUrl, readCredentials } from './credentials.js';

const TOKEN = 'tok_0123456789abcdefghijABCDEFGHIJ';
const home = mkdtempSync(join(tmpdir(), 'ddostop-token-'));
afterAll(() => rmSync(home, { recursive: true }));

function tokenFile(name: string, text: string, mode: number): string {
  const path = join(home, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function linkTo(target: string): string {
  const path = join(home, 'link');
  symlinkSync(target, path);
  return path;
}

test('the environment first, then the named file, then the one in the home folder', async () => {
  await expect(readCredentials({}, home)).rejects.toThrow(/CLOUDFLARE_NO_TOKEN.*Zone > Logs Read/);
  mkdirSync(join(home, '.config/ddostop'), { recursive: true });
  const usual = tokenFile('.config/ddostop/cloudflare-token', `${TOKEN}-home\n`, 0o600);
  const named = tokenFile('named', `${TOKEN}-named`, 0o400);
  const found = async (env: Record<string, string>) => {
    const { token, source, baseUrl } = await readCredentials(env, home);
    return [token.reveal(), source, baseUrl];
  };
  const base = 'https://api.cloudflare.com/client/v4';
  expect(await found({})).toEqual([`${TOKEN}-home`, usual, base]);
  expect(await found({ CLOUDFLARE_API_TOKEN_FILE: named })).toEqual([`${TOKEN}-named`, named, base]);
  const both = { CLOUDFLARE_API_TOKEN: ` ${TOKEN} `, CLOUDFLARE_API_TOKEN_FILE: '/nowhere' };
  expect(await found(both)).toEqual([TOKEN, 'CLOUDFLARE_API_TOKEN', base]);
});

test.each([
  ['readable by others', () => tokenFile('open', TOKEN, 0o640), /expected mode 0600, got 0640.*chmod 600/],
  ['a link to one that is', () => linkTo(tokenFile('target', TOKEN, 0o604)), /0604/],
  ['a folder', () => home, /expected a plain file/],
  ['not there, though named', () => join(home, 'missing'), /ENOENT/],
  ['something else', () => tokenFile('big', 'x'.repeat(5000), 0o600), /got 5000 bytes/],
  ['two words', () => tokenFile('words', `Bearer ${TOKEN}`, 0o600), /blanks in between/],
])('refused without a word of it: a file that is %s', async (_name, path, said) => {
  const result = readCredentials({ CLOUDFLARE_API_TOKEN_FILE: path() }, home);
  await expect(result).rejects.toThrow(said);
  await expect(result).rejects.not.toThrow(TOKEN);
});

test.each([
  [undefined, 'https://api.cloudflare.com/client/v4'],
  ['https://gateway.example/client/v4/', 'https://gateway.example/client/v4'],
  ['http://127.0.0.1:8080/client/v4', 'http://127.0.0.1:8080/client/v4'],
  ['http://[::1]:8080', 'http://[::1]:8080'],
])('base URL %s', (text, expected) => expect(readBaseUrl(text)).toBe(expected));

test.each([
  'http://api.cloudflare.com/client/v4',
  'http://127.0.0.1.example/',
  'http://localhost.example',
  'ftp://x',
  'api.cloudflare.com',
  'https://user:geheim@host/',
  'https://host/?key=geheim',
])('a base URL that is refused, and not quoted: %s', (text) => {
  expect(() => readBaseUrl(text)).toThrow('CLOUDFLARE_BASE_URL');
  expect(() => readBaseUrl(text)).not.toThrow('geheim');
});
