/** Where the configuration is looked for when none is named. Apart from the reader, which is not loaded where there is no file. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

export function defaultConfigPath(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const base = env['XDG_CONFIG_HOME'];
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.config'), 'ddostop', 'config.yaml');
}
