/** The address of a session: whoever has it can read the log, so it is a secret, and it is checked before anything connects to it. */
import { isLoopback } from '../../../src/platform/cloudflare/loopback.js';
import { Secret } from '../../../src/platform/cloudflare/secret.js';

const LONGEST = 4096;

/** Null: nothing to connect to. `plainAllowed`: ws:// to this machine, where the API itself is on it. */
export function readSessionUrl(value: unknown, plainAllowed: boolean): Secret | null {
  if (typeof value !== 'string' || value.length > LONGEST || !URL.canParse(value)) return null;
  const url = new URL(value);
  const isSafe = url.protocol === 'wss:' || (url.protocol === 'ws:' && plainAllowed && isLoopback(url.hostname));
  if (!isSafe || url.username !== '' || url.password !== '' || url.hash !== '') return null;
  return new Secret(value);
}

export function isSame(a: Secret, b: Secret): boolean {
  return a.reveal() === b.reveal();
}
