/** The configuration of a running program: what it says now, and what it says since somebody changed it. */
import type { Config } from '../config/config.js';
import { defaultConfigPath } from '../config/config-path.js';
import { readConfig } from '../config/read-config.js';
import { ConfigWatch } from '../config/watch-config.js';

export interface ConfigFile {
  readonly path: string;
  /** At the start. */
  readonly now: Config;
  readonly watch: ConfigWatch;
  readonly news: ConfigNews[];
}

export interface ConfigNews {
  /** Null: it could not be read, and what was stays in force. */
  readonly config: Config | null;
  readonly text: string;
}

/** `path` null: the usual one, if there is any. Rejects with UserError CONFIG, CONFIG_READ. */
export async function openConfig(path: string | null): Promise<ConfigFile> {
  const now = await readConfig(path);
  const from = path ?? defaultConfigPath();
  const news: ConfigNews[] = [];
  const watch = new ConfigWatch(from, {
    changed: (config) => news.push({ config, text: `${from}: read again` }),
    failed: (text) => news.push({ config: null, text }),
  });
  await watch.begin();
  return { path: from, now, watch, news };
}

/** Call every few seconds. Never rejects. */
export async function configChanges({ watch, news }: ConfigFile): Promise<ConfigNews[]> {
  await watch.look();
  return news.splice(0);
}
