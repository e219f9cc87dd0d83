/**
 * Lines of an edge's log from bytes to tables, on one core: records a second by CPU time, and resident memory while every URI is another one. Run by
 * `npm run bench -- edge`, prints lines of JSON. Arguments: passes, distinct URIs.
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

const [passes = 12, distinct = 10_000_000] = process.argv.slice(2).map(Number);

/** Messages whose lines have a time of `sec` + 0.5, and the place of its digits in each: a pass moves it on without making new lines. */
function messagesOf(lines: readonly string[]): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < lines.length; at += LINES_A_MESSAGE) {
    messages.push(Buffer.from(`${lines.slice(at, at + LINES_A_MESSAGE).join('\n')}\n`));
  }
  return messages;
}

function cpuSec(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function ratesOf(): void {
  const traffic = new EdgeTraffic(7);
  const lines = Array.from({ length: LINES }, (_, i) => {
    const options = { sec: START_SEC + (i * 9) / LINES };
    return i % 1000 < FLOOD ? traffic.flood(options) : traffic.normal(options);
  });
  const bytes = lines.reduce((sum, line) => sum + line.length, 0);
  const messages = messagesOf(lines);
  for (const kind of ['parsed', 'parsed and counted'] as const) {
    const rates: number[] = [];
    for (let pass = 0; pass < passes; pass += 1) {
      const pipeline = new EdgePipeline({ seed: 7 });
      const reader = new LogLineReader(kind === 'parsed' ? { pushLogs: () => {} } : pipeline);
      const before = cpuSec();
      for (const message of messages) reader.push(message);
      rates.push(LINES / (cpuSec() - before));
      if (reader.counts.records !== LINES) throw new Error(`edge-lines: ${reader.counts.records} of ${LINES} records.`);
    }
    const sorted = rates.slice(2).sort((a, b) => a - b);
    const figure = {
      kind,
      bytesALine: bytes / LINES,
      median: sorted[sorted.length >> 1],
      least: sorted[0],
      most: sorted.at(-1),
    };
    console.log(JSON.stringify(figure));
  }
}

/** Every record has a path and a query that no other has, and so has its user agent. */
function memoryOf(): void {
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

ratesOf();
memoryOf();
