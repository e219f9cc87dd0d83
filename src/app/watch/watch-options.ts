/** `ddostop watch` on the command line. */
import { type Command, Option } from 'commander';
import { UserError } from '../../errors.js';
import type { SourceSpec } from '../ingest/ingest-protocol.js';
import { parseDuration } from '../options/duration-option.js';
import { type EdgeOptions, edgeTargetOf, withZones } from '../options/edge-options.js';
import { type RecordFlags, recordOptions } from '../options/record-options.js';
import { REPUTATION_HELP } from '../options/reputation-option.js';
import { demoSource, type SourceOptions, sourceOf } from '../options/source-options.js';

/** Said the same way by every command that keeps incidents. */
export interface StoreFlags {
  readonly config?: string;
  /** false: --no-store. */
  readonly store?: string | false;
}

interface WatchFlags extends SourceOptions, RecordFlags, StoreFlags, EdgeOptions {
  readonly demo?: boolean;
  readonly metrics?: string;
  readonly syslog?: string;
  readonly duration?: string;
}

export function withStore(command: Command): Command {
  return command
    .option('--config <file>', 'thresholds, hooks and the rest (default: ~/.config/ddostop/config.yaml)')
    .addOption(
      new Option('--store <dir>', 'keep incidents there (default: ~/.local/state/ddostop/incidents, of a live source)'),
    )
    .addOption(new Option('--no-store', 'keep no incidents'));
}

/** `withSources`, `withRecording`: the options other commands have as well. */
export function addWatchCommand(program: Command, shared: (command: Command) => Command): void {
  const watch = program
    .command('watch')
    .description('headless monitor: one JSON line an event, incidents kept, hooks told');
  withZones(withStore(shared(watch)), 'its log session is held while this runs')
    .argument('[filter...]', 'pcap-filter expression, as with tcpdump')
    .option('--demo', 'the built-in scenario')
    .option('--scenario <name>', 'with --demo: attacks, crowd (many people at once), http-flood', 'attacks')
    .option('--duration <time>', 'end after so long, e.g. 1h')
    .option('--metrics <addr>', 'figures for Prometheus on that address, e.g. 127.0.0.1:9209')
    .option('--syslog <where>', 'incidents as RFC 5424: udp://HOST:PORT, tcp://HOST:PORT or local')
    .option('--reputation <file...>', REPUTATION_HELP)
    .addHelpText('after', EXAMPLES)
    .action(async (filter: string[], flags: WatchFlags) => {
      const { runWatch } = await import('./watch-command.js');
      process.exitCode = await runWatch(sourceFor(flags, filter), {
        config: flags.config ?? null,
        store: typeof flags.store === 'string' ? flags.store : null,
        keepsNothing: flags.store === false,
        metrics: flags.metrics ?? null,
        syslog: flags.syslog ?? null,
        durationSec: flags.duration === undefined ? null : parseDuration('--duration', flags.duration),
        record: recordOptions(flags),
        reputation: flags.reputation ?? [],
        edge: edgeTargetOf(flags),
      });
    });
}

function sourceFor(flags: WatchFlags, filter: string[]): SourceSpec {
  if (flags.demo) return demoSource(flags, 'max', null);
  const source = sourceOf(flags, filter);
  if (source !== null) return source;
  if (flags.cloudflare !== undefined) return { kind: 'none' };
  throw new UserError(
    'USAGE',
    'watch needs a source, got none',
    'E.g. ddostop watch -i eth0, ddostop watch --cloudflare example.com, or ddostop watch -r flood.pcap.',
  );
}

const EXAMPLES = `
Events: incident.opened, .updated, .ended; source.live, .retrying, .paused, .ended; mitigation.apply, .confirm, .undo...;
hook.delivered, hook.failed; config.changed. Each is one line of JSON with schema, event, time (UTC) and sensor.

Examples:
  sudo ddostop watch -i eth0                            for weeks, under a service manager
  sudo ddostop watch -i eth0 --metrics :9209 --syslog local
  ddostop watch --cloudflare example.com                requests at the edge, and what Cloudflare tells of attacks
  ddostop watch -r flood.pcap --store ./case | jq -r 'select(.event == "incident.opened").incident.target'
  ddostop watch --demo                                  the built-in scenario, at full speed
  ddostop watch --demo --scenario crowd                 many people at once: no attack

Exit codes: 0 told to stop, or the source has ended; 1 failed; 2 wrong usage; 3 the source was damaged.`;
