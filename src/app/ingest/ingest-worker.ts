/** The ingest worker: owns everything hot. Reads, decodes, counts and judges; posts a tick every `tickMs`. */
import { parentPort, workerData } from 'node:worker_threads';
import { BaselineTrigger } from '../../detect/baseline/baseline-trigger.js';
import { Baselines } from '../../detect/baseline/baselines.js';
import { RampTrigger } from '../../detect/ramp-trigger.js';
import { messageOf } from '../../errors.js';
import { formatClock } from '../../format/time-format.js';
import { LiveRows } from '../../pipeline/live-rows.js';
import { LoadGovernor } from '../../pipeline/load-governor.js';
import { Pipeline } from '../../pipeline/pipeline.js';
import { randomWord } from '../../platform/random-word.js';
import type { EvidenceRequest } from '../../recording/evidence-request.js';
import type { CollectorSink, SourceEnd } from '../../records/collector.js';
import type { DiffRequest } from '../../records/diff-request.js';
import type { SourceStatus } from '../../snapshot/snapshot.js';
import { packInput, transferOfInput } from '../analysis/analysis-protocol.js';
import { BaselineKeeper } from '../baselines/baseline-keeper.js';
import { plainError } from '../plain-error.js';
import type { Reputation } from '../report/reputation-lists.js';
import { EvidenceDesk } from './evidence-desk.js';
import { canReadAgain } from './evidence-sources.js';
import { FrameTap } from './frame-tap.js';
import type { FromWorker, ToWorker, WorkerData } from './ingest-protocol.js';
import { LinkTypeWatch } from './link-type-watch.js';
import { LoadMeter } from './load-meter.js';
import { SilenceClock } from './silence-clock.js';
import { openSource } from './source.js';
import { isPaced, readingOf } from './source-pace.js';

const {
  source: spec,
  programUrl,
  tickMs,
  application,
  record,
  reputation: listFiles,
  detection,
  baselines: baselinesSpec,
  idPrefix,
} = workerData as WorkerData;
const port = parentPort;
if (port === null) throw new Error('ingest-worker: not started as a worker');

const abort = new AbortController();
/** A live source does not wait; a file or a pipe does, so of those nothing is ever left out. */
const meter = spec.kind === 'live' ? new LoadMeter(new LoadGovernor()) : null;
const baselines = baselinesSpec === null ? null : new Baselines({ learns: baselinesSpec.learns });
const keeper =
  baselinesSpec === null || baselines === null
    ? null
    : new BaselineKeeper(baselinesSpec.file, baselines.store, {
        learns: baselinesSpec.learns,
        tell: (text) => post({ type: 'news', news: { isGood: false, text } }),
      });
const pipeline = new Pipeline({
  seed: randomWord(),
  windows: true,
  levels: 4,
  governor: meter?.governor ?? null,
  rows: new LiveRows(),
  reading: readingOf(spec),
  detection,
  triggers: baselines === null ? [] : [new BaselineTrigger(baselines), new RampTrigger(baselines)],
  idPrefix,
});
const collector = openSource(spec, { programUrl, keepTrying: true });
let status: SourceStatus = { name: collector.name, state: 'connecting', detail: '', paced: isPaced(spec) };
const tap = new FrameTap(spec, {
  record,
  keepsRecent: !canReadAgain(spec),
  application,
  tell: (news) => post({ type: 'news', news }),
});
/** Frames go through the tap first. */
const counting = tap.before(pipeline);
const desk = new EvidenceDesk({
  spec,
  tap,
  pipeline,
  application,
  sourceName: () => status.name,
  isEnded: () => status.state === 'ended',
});
const linkTypes = new LinkTypeWatch();
/** Null: there are no lists, or they are still read. */
let reputation: Reputation | null = null;
/** Attacks that were told. */
let alarms = 0;
let gapFromSec: number | null = null;
const silence = new SilenceClock(tickMs);
/** Ticks since the newest batch. */
let quietTicks = 0;
/** Silence after which a stream counts as paused. */
const QUIET_MS = 3000;

const sink: CollectorSink = {
  memory: pipeline.frameMemory,
  pushFrames(batch) {
    silence.end();
    quietTicks = 0;
    if (status.state === 'paused') status = { ...status, state: 'live', detail: '' };
    if (meter === null) counting.pushFrames(batch);
    else meter.push(batch, counting);
    tellAlarm();
    if (gapFromSec === null || Number.isNaN(gapFromSec)) return;
    pipeline.markGap(gapFromSec, pipeline.nowSec);
    gapFromSec = null;
  },
  health(state, detail) {
    if (state === 'retrying' || state === 'paused') gapFromSec ??= pipeline.nowSec;
    status = { ...status, name: collector.name, state, detail };
  },
  dropped(frames) {
    pipeline.dropped = frames;
    meter?.dropped(frames);
    tap.dropped(frames);
  },
};

/** An attack that was called does not wait for the next tick. */
function tellAlarm(): void {
  if (pipeline.alarms === alarms) return;
  alarms = pipeline.alarms;
  postTick();
}

function post(message: FromWorker): void {
  port?.postMessage(message);
}

/** A live source that says nothing reports that there is nothing; a file or a pipe may only be slow. */
function passTime(): void {
  if (spec.kind === 'live' && status.state === 'live')
    pipeline.passTime(silence.advance(pipeline.nowSec, performance.now()));
  else silence.end();
}

/** A pipe or a followed file that says nothing may be slow or gone: what is shown is old, and what comes is behind a gap. */
function noteQuiet(): void {
  if (spec.kind !== 'file' || !status.paced || status.state !== 'live') return;
  quietTicks += 1;
  if (quietTicks * tickMs < QUIET_MS) return;
  sink.health('paused', `no data since ${formatClock(pipeline.nowSec)}`);
}

function postTick(): void {
  for (const text of linkTypes.look(pipeline.linkTypes)) post({ type: 'news', news: { isGood: false, text } });
  const snapshot = pipeline.snapshot(status);
  post({
    type: 'tick',
    tick: {
      snapshot: reputation?.snapshot(snapshot) ?? snapshot,
      incidents: pipeline.incidents(),
      recording: tap.status,
    },
  });
}

function answer(message: ToWorker): void {
  switch (message.type) {
    case 'view':
      try {
        pipeline.setView(message.view);
      } catch (error) {
        status = { ...status, detail: messageOf(error) };
      }
      postTick();
      return;
    case 'impact':
      try {
        post({ type: 'impact', id: message.id, impact: pipeline.estimateImpact(message), error: null });
      } catch (error) {
        post({ type: 'impact', id: message.id, impact: null, error: plainError(error) });
      }
      return;
    case 'evidence':
      void writeEvidence(message.id, message.request);
      return;
    case 'rows':
      answerRows(message.id, message.request);
      return;
    case 'gap':
      gapFromSec ??= pipeline.nowSec;
      return;
    case 'detection':
      pipeline.setDetection(message.detection);
      return;
    case 'stop':
      desk.stop();
      abort.abort();
      return;
  }
}

function answerRows(id: number, request: DiffRequest): void {
  try {
    const rows = pipeline.rowsFor(request);
    const input = packInput(reputation?.sides(rows) ?? rows);
    port?.postMessage({ type: 'rows', id, input, error: null } satisfies FromWorker, transferOfInput(input));
  } catch (error) {
    post({ type: 'rows', id, input: null, error: plainError(error) });
  }
}

/** Never rejects. */
async function writeEvidence(id: number, request: EvidenceRequest): Promise<void> {
  try {
    const result = await desk.write(request, (progress) => post({ type: 'evidenceProgress', id, progress }));
    post({ type: 'evidence', id, result, error: null });
  } catch (error) {
    post({ type: 'evidence', id, result: null, error: plainError(error) });
  }
}

function endDetail(end: SourceEnd): string {
  return end.kind === 'incomplete' || end.kind === 'damaged'
    ? end.error.message
    : end.kind === 'stopped'
      ? 'stopped'
      : '';
}

/** Before the first packet, so that no row is shown as one that is on no list. */
async function readLists(): Promise<void> {
  const { Reputation } = await import('../report/reputation-lists.js');
  reputation = await Reputation.load(listFiles);
  for (const text of reputation.remarks) post({ type: 'news', news: { isGood: false, text } });
}

async function run(): Promise<void> {
  const timer = setInterval(() => {
    meter?.tick();
    tap.tick();
    keeper?.tick();
    passTime();
    noteQuiet();
    postTick();
  }, tickMs);
  try {
    if (listFiles.length > 0) await readLists();
    await keeper?.open();
    const end = await collector.run(sink, abort.signal);
    await tap.close();
    await keeper?.close();
    pipeline.finish();
    status = { ...status, state: 'ended', detail: endDetail(end) };
    postTick();
  } catch (error) {
    await tap.close();
    await keeper?.close();
    status = { ...status, state: 'ended', detail: messageOf(error) };
    postTick();
    post({ type: 'failed', error: plainError(error) });
  } finally {
    // From here on the worker only answers: the tables stay readable after the end of a capture.
    clearInterval(timer);
    if (abort.signal.aborted) port?.close();
  }
}

port.on('message', (message: ToWorker) => {
  answer(message);
  if (message.type === 'stop' && status.state === 'ended') port.close();
});
void run();
