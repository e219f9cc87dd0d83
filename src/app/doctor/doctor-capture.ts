/** Can captures be read, and can packets be taken from an interface? By doing it: the built-in scenario is counted, the loopback is opened. */
import { messageOf, UserError } from '../../errors.js';
import { formatCount } from '../../format/number-format.js';
import { Pipeline } from '../../pipeline/pipeline.js';
import { randomWord } from '../../platform/random-word.js';
import type { CollectorSink } from '../../records/collector.js';
import type { SourceSpec } from '../ingest/ingest-protocol.js';
import { readingOf } from '../ingest/source-pace.js';
import { demoSource } from '../options/source-options.js';
import { type DoctorCheck, missing, refused, works } from './doctor-check.js';

const LOOPBACK = 'lo';
/** Reaches into the first attack; the whole scenario takes seconds to make. */
const ENOUGH_PACKETS = 20_000;
/** The ring opens within 50 ms, tcpdump within a second. */
const LIVE_TIMEOUT_MS = 5000;
/** Not "setcap" on Node: every script of every account would have the right. */
const RING_FIX =
  'sudo setpriv --reuid="$(id -u)" --regid="$(id -g)" --init-groups --inh-caps=+net_raw --ambient-caps=+net_raw ddostop -i eth0   or with sudo alone';

/** The main job. */
export async function checkReading(): Promise<DoctorCheck> {
  const id = 'captures';
  const title = 'reading captures';
  try {
    const source = demoSource({}, 'max', null);
    const enough = new AbortController();
    const pipeline = new Pipeline({
      seed: randomWord(),
      reading: readingOf(source),
      ranksFlows: false,
      windows: false,
    });
    const sink: CollectorSink = {
      memory: pipeline.frameMemory,
      pushFrames: (batch) => {
        pipeline.pushFrames(batch);
        if (pipeline.aggregate.packets >= ENOUGH_PACKETS) enough.abort();
      },
      health: () => {},
      dropped: () => {},
    };
    await (await opened(source)).run(sink, enough.signal);
    pipeline.finish();
    const { packets } = pipeline.aggregate;
    if (packets < ENOUGH_PACKETS)
      return refused(id, title, `the built-in scenario gave only ${packets} packets`, REPORT);
    const how = pipeline.frameMemory === null ? 'without WebAssembly: slower' : 'by WebAssembly';
    return works(id, title, `${formatCount(packets)} packets of the built-in scenario, counted ${how}`);
  } catch (error) {
    return refused(id, title, messageOf(error), REPORT);
  }
}

const REPORT = 'This should work everywhere Node does; report it with the line above.';

/** Packet ring and tcpdump, each for itself: one of them is enough. */
export async function checkLive(): Promise<DoctorCheck[]> {
  return [await checkRing(), await checkTcpdump()];
}

async function checkRing(): Promise<DoctorCheck> {
  const id = 'packet-ring';
  const title = 'capture by ring';
  const error = await tryLive('ring');
  if (error === null) return works(id, title, `a packet ring opens on ${LOOPBACK}`);
  const what = error.what.replace(/^--capture ring is not possible: /, '');
  if (/koffi/.test(what)) return missing(id, title, what, 'npm install koffi, beside ddostop');
  if (/EPERM|EACCES/.test(what)) return refused(id, title, what, RING_FIX);
  return error.code === 'INTERFACE_DOWN' ? refused(id, title, what, error.hint) : missing(id, title, what);
}

async function checkTcpdump(): Promise<DoctorCheck> {
  const id = 'tcpdump';
  const title = 'capture by tcpdump';
  const error = await tryLive('tcpdump');
  if (error === null) return works(id, title, `it captures on ${LOOPBACK}`);
  return error.code === 'TCPDUMP_MISSING'
    ? missing(id, title, error.what, error.hint)
    : refused(id, title, error.what, error.hint);
}

/** Null when it went live. */
async function tryLive(capture: 'ring' | 'tcpdump'): Promise<UserError | null> {
  const direction = 'in' as const;
  const spec: SourceSpec = {
    kind: 'live',
    interface: LOOPBACK,
    filter: '',
    snapLen: 96,
    direction,
    capture,
    bufferKib: 1024,
    fanout: null,
  };
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), LIVE_TIMEOUT_MS);
  let isLive = false;
  const sink: CollectorSink = {
    pushFrames: () => {},
    dropped: () => {},
    health: (state) => {
      if (state !== 'live') return;
      isLive = true;
      abort.abort();
    },
  };
  try {
    await (await opened(spec)).run(sink, abort.signal);
  } catch (error) {
    if (isLive) return null;
    if (error instanceof UserError) return error;
    return new UserError('CAPTURE', messageOf(error), '');
  } finally {
    clearTimeout(timer);
  }
  return isLive
    ? null
    : new UserError('CAPTURE', `nothing was ready within ${LIVE_TIMEOUT_MS} ms`, 'Try it again on a calmer machine.');
}

/** A part of its own, as of a report: the ring, tcpdump, the scenario. */
async function opened(source: SourceSpec) {
  const { openSource } = await import('../ingest/source.js');
  return openSource(source, { programUrl: import.meta.url, keepTrying: false });
}
