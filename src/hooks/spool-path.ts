/** Where messages wait: $XDG_STATE_HOME/ddostop/hooks, else ~/.local/state/ddostop/hooks. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Environment } from './secrets.js';

export function defaultSpoolFolder(env: Environment = process.env, home = homedir()): string {
  const state = env['XDG_STATE_HOME'] ?? '';
  return join(isAbsolute(state) ? state : join(home, '.local', 'state'), 'ddostop', 'hooks');
}
