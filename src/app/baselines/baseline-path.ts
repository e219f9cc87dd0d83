/** Where baselines are kept when no place is named. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Config } from '../../config/config.js';
import type { BaselinesSpec, SourceSpec } from '../ingest/ingest-protocol.js';

export function defaultBaselineFile(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const state = env['XDG_STATE_HOME'];
  const base = state !== undefined && isAbsolute(state) ? state : join(homedir(), '.local', 'state');
  return join(base, 'ddostop', 'baselines.json');
}

/** Only what is live has weeks: a capture, or the built-in scenario, neither uses baselines nor changes them. */
export function baselinesFor(source: SourceSpec, { baselines }: Config): BaselinesSpec | null {
  if (source.kind !== 'live') return null;
  return { file: baselines.file ?? defaultBaselineFile(), learns: baselines.learns };
}
