/**
 * Lines of an edge's log from bytes to tables, on one core: records a second by CPU time, and resident memory while every URI is another one. Run by
 * `npm run bench -- edge`, prints lines of JSON. Arguments: "rate" and how many passes, or "memory" and how many URIs.
 */
import { LogLineReader } from '../../collectors/cloudflare/instant-logs/log-line-reader.js';
import { EdgePipeline } from './edge-pipeline.js';
import { EdgeTraffic } from './edge-traffic.fixture.js';

const LINES = 50_000;
const LINES_A_MESSAGE = 20;
/** Of a thousand lines so many are of a flood. */
const FLOOD = 300;
const START_SEC = 1_795_000_000;
const RECORDS_A_SECOND = 100_000;
const TIME = '"EdgeStartTimestamp":"';
const ISO_LENGTH = 24;
/** Of the lines: 100 000 a second. */
const SPAN_SEC = LINES / RECORDS_A_SECOND;

const [what = 'rate', count = '12'] = process.argv.slice(2);

interface Message {
  readonly bytes: Buffer;
  /** Where the time of each line is, and how many seconds behind the first line's. */
  readonly times: readonly (readonly [at: number, second: number])[];
}

function messagesOf(lines: readonly string[]): Message[] {
  return Array.from({ length: lines.length / LINES_A_MESSAGE }, (_, message) => {
    const own = lines.slice(message * LINES_A_MESSAGE, (message + 1) * LINES_A_MESSAGE);
    const bytes = Buffer.from(`${own.join('\n')}\n`);
    const times: [number, number][] = [];
    for (let at = bytes.indexOf(TIME); at >= 0; at = bytes.indexOf(TIME, at + 1)) {
      const from = at + TIME.length;
      times.push([from, Date.parse(bytes.toString('latin1', from, from + ISO_LENGTH)) / 1000 - START_SEC]);
    }
    return { bytes, times };
  });
}

/** As if the same came again later. */
function moveTo(messages: readonly Message[], sec: number): void {
  for (const { bytes, times } of messages) {
    for (const [at, second] of times) bytes.write(new Date((sec + second) * 1000).toISOString(), at, 'latin1');
  }
}

function cpuSec(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function ratesOf(passes: number): void {
  const traffic = new EdgeTraffic(7);
  const lines = Array.from({ length: LINES }, (_, i) => {
    const options = { sec: START_SEC + (i * SPAN_SEC) / LINES };
    return i % 1000 < FLOOD ? traffic.flood(options) : traffic.normal(options);
  });
  const bytes = lines.reduce((sum, line) => sum + line.length, 0);
  const messages = messagesOf(lines);
  for (const kind of ['parsed', 'parsed and counted'] as const) {
    const rates: number[] = [];
    const pipeline = new EdgePipeline({ seed: 7 });
    const reader = new LogLineReader(kind === 'parsed' ? { pushLogs: () => {} } : pipeline);
    for (let pass = 0; pass < passes; pass += 1) {
      moveTo(messages, START_SEC + pass * SPAN_SEC);
      const before = cpuSec();
      for (const { bytes } of messages) reader.push(bytes);
      rates.push(LINES / (cpuSec() - before));
    }
    if (reader.counts.records !== LINES * passes) throw new Error(`edge-lines: ${reader.counts.records} records.`);
    // The first passes are compiled while they run.
    const perSec = rates.slice(2);
    console.log(JSON.stringify({ kind, bytesALine: bytes / LINES, perSec }));
  }
}

/** Every record has a path and a query that no other has, and so has its user agent. */
function memoryOf(distinct: number): void {
  const traffic = new EdgeTraffic(11);
  const pipeline = new EdgePipeline({ seed: 7 });
  const reader = new LogLineReader(pipeline);
  const line = traffic.normal({ sec: START_SEC });
  const before = process.memoryUsage.rss() / 2 ** 20;
  let mostMib = 0;
  const atMillions: number[] = [];
  const started = cpuSec();
  for (let made = 0; made < distinct; made += LINES_A_MESSAGE) {
    let text = '';
    for (let i = made; i < made + LINES_A_MESSAGE; i += 1) {
      const word = wordOf(i);
      const sec = START_SEC + Math.floor(i / RECORDS_A_SECOND);
      text += `${line.slice(0, -1)},"ClientRequestPath":"/${word}/x","ClientRequestURI":"/${word}/x?${word}","ClientRequestUserAgent":"a ${word}","EdgeStartTimestamp":${sec}}\n`;
    }
    reader.push(Buffer.from(text));
    if (made % 100_000 === 0) {
      const mib = process.memoryUsage.rss() / 2 ** 20;
      mostMib = Math.max(mostMib, mib);
      if (made % 1_000_000 === 0) atMillions.push(Math.round(mib));
      pipeline.setView({ window: '60s', rows: 100, roles: ['edgePaths', 'edgeUserAgents'], filter: [] });
      pipeline.view();
    }
  }
  const paths = pipeline.view().tops.edgePaths;
  console.log(
    JSON.stringify({
      kind: 'memory',
      distinct,
      counted: paths?.distinct,
      before: Math.round(before),
      mostMib: Math.round(mostMib),
      atMillions,
      perSec: Math.round(distinct / (cpuSec() - started)),
    }),
  );
}

/** Letters only, which no template masks. */
function wordOf(number: number): string {
  let text = '';
  for (let rest = number, i = 0; i < 8; i += 1, rest = Math.floor(rest / 20)) text += 'ghijklmnopqrstuvwxyz'[rest % 20];
  return text;
}

if (what === 'rate') ratesOf(Number(count));
else memoryOf(Number(count));
