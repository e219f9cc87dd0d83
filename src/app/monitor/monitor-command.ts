/** `ddostop` and `ddostop demo`: feed, mitigation and screen put together. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { type Config, DEFAULT_CONFIG } from '../../config/config.js';
import { defaultConfigPath } from '../../config/config-path.js';
import { UserError } from '../../errors.js';
import { MAX_TTL_SEC } from '../../mitigation/owner-comment.js';
import { MAX_WINDOW_SEC } from '../../mitigation/plan/plan-limits.js';
import { systemClock } from '../../platform/clock.js';
import { AnalysisDesk } from '../analysis/analysis-desk.js';
import type { PackedInput } from '../analysis/analysis-protocol.js';
import { baselinesFor } from '../baselines/baseline-path.js';
import type { MonitorOptions } from '../command-line.js';
import type { ConfigFile } from '../config-file.js';
import { EdgeDesk } from '../edge/edge-desk.js';
import type { EdgeDiffAsk } from '../edge/edge-protocol.js';
import { LateCases } from '../incidents/late-cases.js';
import type { SourceSpec } from '../ingest/ingest-protocol.js';
import { WorkerFeed } from '../ingest/worker-feed.js';
import { LateDoor } from '../mitigate/late-door.js';
import { RulesDesk } from '../netfilter/rules-desk.js';
import { parseDuration } from '../options/duration-option.js';
import { edgeTargetOf } from '../options/edge-options.js';
import { recordOptions } from '../options/record-options.js';
import { integerOf } from '../options/source-options.js';
import { runPrefix } from '../run-prefix.js';
import { runTui } from '../screen/tui.js';
import { TUI_DEFAULTS } from '../screen/tui-options.js';
import { boundYoungHeap } from '../young-heap.js';
import { backendFor, openDoors } from './monitor-doors.js';

/** Built beside this file (scripts/build.mjs). */
const WORKER = new URL('./ingest-worker.cjs', import.meta.url);
const COUNTERS = new URL('./netfilter-worker.cjs', import.meta.url);
const EDGE = new URL('./edge-worker.cjs', import.meta.url);
const ANALYST = new URL('./analysis-worker.cjs', import.meta.url);
/** 115 200 baud, eight data bits: 60 % of 11 520 bytes a second. */
const SLOW_BYTES_PER_SEC = 6900;

/** Resolves with the exit code when the screen has been given back. Throws UserError when the source can never work. */
export async function runMonitor(source: SourceSpec, options: MonitorOptions): Promise<number> {
  boundYoungHeap();
  const file = await configOf(options);
  const config = file?.now ?? DEFAULT_CONFIG;
  const keeps = keepsIncidents(source, options);
  const idPrefix = keeps ? runPrefix() : 'i';
  const feed = new WorkerFeed(WORKER, source, recordOptions(options), options.reputation, {
    detection: config.detection,
    baselines: baselinesFor(source, config),
    idPrefix,
  });
  const cases = keeps ? new LateCases(casesOf(config, source, options)) : null;
  const edge = edgeOf(options);
  const analysis = new AnalysisDesk(ANALYST, {
    rowsFor: (request) => ('of' in request ? rowsOfEdge(edge, request) : feed.rowsFor(request)),
  });
  const rules = rulesOf(source, options);
  const stop = new AbortController();
  let failure: unknown = null;
  let closeDoor = () => Promise.resolve();
  void feed.failed.then((error) => {
    failure = error;
    stop.abort();
  });
  try {
    // Opened while the first frame is drawn: it looks at a firewall, or calls an API.
    const opening = openDoors(source, options);
    opening.catch((error) => {
      failure = error;
      stop.abort();
    });
    closeDoor = () => opening.then(({ close }) => close()).catch(() => {});
    const exitCode = await runTui({
      ...TUI_DEFAULTS,
      feed,
      mitigation: new LateDoor(opening.then(({ door }) => door)),
      analysis,
      rules,
      edge,
      cases,
      idPrefix,
      config: file,
      setDetection: (detection) => feed.setDetection(detection),
      startsWithRules: options.netfilter !== undefined && edge === null,
      startsWithEdge: edge !== null && source.kind === 'none',
      cannotAct: opening.then(({ cannotAct }) => cannotAct).catch(() => ({ firewall: null, edge: null })),
      backend: backendFor(source, options),
      actsOn: options.on ?? '',
      readOnly: options.readOnly ?? false,
      ascii: options.ascii ?? false,
      fps: options.fps === undefined ? null : integerOf('--fps', options.fps, 1, 10),
      maxBytesPerSec: bytesPerSec(options),
      theme: options.theme ?? TUI_DEFAULTS.theme,
      allow: options.allow ?? [],
      ttlSec: secondsOf('--ttl', options.ttl, TUI_DEFAULTS.ttlSec, MAX_TTL_SEC),
      confirmWindowSec: secondsOf(
        '--confirm-window',
        options.confirmWindow,
        TUI_DEFAULTS.confirmWindowSec,
        MAX_WINDOW_SEC,
      ),
      stop: stop.signal,
      onGap: (seconds) => feed.markGap(seconds),
    });
    if (failure !== null) throw failure;
    return exitCode;
  } finally {
    await Promise.all([feed.close(), analysis.close(), rules?.close(), edge?.close(), closeDoor(), cases?.close()]);
    // A pipe on stdin would keep the process alive for its writer.
    setImmediate(() => process.exit());
  }
}

/** The configuration, with what comes of it later; null: there is no file, and the reader is not loaded. */
async function configOf({ config }: MonitorOptions): Promise<ConfigFile | null> {
  if (config === undefined && !existsSync(defaultConfigPath())) return null;
  const { openConfig } = await import('../config-file.js');
  return openConfig(config ?? null);
}

/** A live source's; of a capture or of the built-in scenario only where a folder is named, so that practice is in nobody's figures. */
function keepsIncidents(source: SourceSpec, { store, cloudflare }: MonitorOptions): boolean {
  if (store === false) return false;
  return typeof store === 'string' || source.kind === 'live' || cloudflare !== undefined;
}

async function casesOf(config: Config, source: SourceSpec, { store, on }: MonitorOptions) {
  const { openCases } = await import('../incidents/open-cases.js');
  return openCases(config, {
    folder: typeof store === 'string' ? store : config.store.folder,
    sensor: config.sensor ?? hostname(),
    seesAfter: source.kind !== 'live' || on !== undefined,
    clock: systemClock,
    onTrouble: () => {}, // the screen says it where it is looked at
  });
}

/** Counters of the machine that is watched, when somebody looks; the built-in scenario has none. */
function rulesOf(source: SourceSpec, { netfilter, sshConfig = '' }: MonitorOptions): RulesDesk | null {
  if (netfilter === undefined && source.kind !== 'live') return null;
  const host = typeof netfilter === 'string' ? netfilter : '';
  return new RulesDesk(COUNTERS, { host, sshConfig });
}

/** Null: no zone is watched. */
function edgeOf(options: MonitorOptions): EdgeDesk | null {
  const target = edgeTargetOf(options);
  return target === null ? null : new EdgeDesk(EDGE, target);
}

function rowsOfEdge(edge: EdgeDesk | null, request: EdgeDiffAsk): Promise<PackedInput> {
  if (edge === null) throw new Error('monitor: requests of an edge asked for, and no zone is watched');
  return edge.rowsFor(request);
}

function bytesPerSec(options: MonitorOptions): number | null {
  if (options.maxBytesPerSec !== undefined)
    return integerOf('--max-bytes-per-sec', options.maxBytesPerSec, 500, 100_000_000);
  return options.slow ? SLOW_BYTES_PER_SEC : null;
}

/** Checked before the screen is taken: nobody should learn of a slip in the middle of an attack. */
function secondsOf(option: string, text: string | undefined, fallbackSec: number, maxSec: number): number {
  const seconds = text === undefined ? fallbackSec : parseDuration(option, text);
  if (seconds >= 1 && seconds <= maxSec) return seconds;
  throw new UserError('USAGE', `${option}: expected 1 s to ${maxSec} s, got ${seconds} s`, 'E.g. 30s, 10m.');
}
