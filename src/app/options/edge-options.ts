/** Zones of Cloudflare on the command line, for every command that watches them. */
import type { Command } from 'commander';
import type { EdgeTarget } from '../edge/edge-protocol.js';
import { integerOf } from './source-options.js';

export interface EdgeOptions {
  readonly cloudflare?: readonly string[];
  readonly account?: string;
  readonly edgeSample?: string;
  readonly reputation?: readonly string[];
}

/** `where`: what of it is seen, e.g. "screen 4". */
export function withZones(command: Command, where: string): Command {
  return command
    .option(
      '--cloudflare <zone...>',
      `live requests of these zones, by name or id (${where}); takes CLOUDFLARE_API_TOKEN`,
    )
    .option('--account <id>', "with --cloudflare: networks and attacks of this account (default: the first zone's)")
    .option('--edge-sample <n>', 'with --cloudflare: let the edge log one request in n (default: 1)');
}

/** Null: no zone is watched. Throws UserError for a sample that is no number. */
export function edgeTargetOf({ cloudflare, account, edgeSample, reputation = [] }: EdgeOptions): EdgeTarget | null {
  if (cloudflare === undefined) return null;
  const sample = edgeSample === undefined ? 1 : integerOf('--edge-sample', edgeSample, 1, 10_000);
  return { zones: cloudflare, account: account ?? null, sample, reputation };
}
