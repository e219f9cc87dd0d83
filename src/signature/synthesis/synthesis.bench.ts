/**
 * What an analysis costs where the product makes it: in a warm worker thread, CPU milliseconds of the whole process while the main thread
 * waits. 50 000 rows, half of them attack; tables of made-up floods have 25 attributes, those of the built-in scenario what its packets
 * have. One JSON line a figure; run by `npm run bench -- synthesis`.
 */
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { CaptureReader, ReadState } from '../../../collectors/pcap/capture-reader.js';
import { RowCollector } from '../../pipeline/row-collector.js';
import { FrameBatch } from '../../records/frame-batch.js';
import { type PackedRows, packRows, transferOf, unpackRows } from '../../records/packed-rows.js';
import { type PacketRows, PacketSamples } from '../../records/packet-samples.js';
import { SCENARIO, scenarioChunks } from '../../scenario/scenario.js';
import { PACKET_ATTRIBUTES } from '../attributes/packet-attributes.js';
import { Can } from '../backend.js';
import { contrastOf, type PlainRow } from '../contrast.fixture.js';
import type { Contrast } from '../contrast.js';
import { attackFractionOf } from '../diff/attack-fraction.js';
import { diffOf } from '../diff/diff.js';
import type { RuleMatch } from '../rule.js';
import { packetContrast } from '../table/contrast-of.js';
import { clausesOf } from './clause-bits.js';
import { measure } from './measure.js';
import { synthesise } from './synthesise.js';
import {
  type Flood,
  floodTraffic,
  goodTraffic,
  mixedTraffic,
  randomOf,
  reflection,
  synFlood,
  udpFlood,
} from './traffic.fixture.js';
import { warmUp } from './warm-up.js';

const ROWS = 25_000;
const ATTRIBUTES = 25;
const RUNS = 15;
/** Between two runs: garbage of the last one is collected, compilers come to their end. */
const REST_MS = 20;
const START_SEC = 1_760_000_000;
const ATTACKS = { 'SYN flood': 'synFlood', 'DNS amplification': 'dnsAmplification' } as const;
const FLOODS: Readonly<Record<string, Flood>> = {
  'SYN flood': synFlood,
  reflection,
  'UDP flood': udpFlood,
  'two vectors': (random, i) => (i % 5 < 2 ? reflection(random, i) : synFlood(random, i)),
};

interface Figure {
  readonly what: 'pack' | 'table' | 'diff' | 'synthesis' | 'measure';
  readonly traffic: string;
  /** CPU and wall, ms, of each run; the first one is that of a process that has only been warmed up. */
  readonly cpuMs: readonly number[];
  readonly wallMs: readonly number[];
  readonly note?: string;
}

interface Sides<Rows> {
  readonly traffic: string;
  readonly attack: Rows;
  readonly good: Rows;
}

if (isMainThread) await ingest();
else analyse();

/** The part of the ingest thread: rows are read, packed, sent away. */
async function ingest(): Promise<void> {
  const worker = new Worker(fileURLToPath(import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 },
  });
  await new Promise((resolve) => worker.once('message', resolve));
  for (const [traffic, attack] of Object.entries(ATTACKS)) {
    const rows = scenarioRows(attack);
    say(await figure('pack', traffic, () => [packRows(rows.attack), packRows(rows.good)]));
    const sides: Sides<PackedRows> = { traffic, attack: packRows(rows.attack), good: packRows(rows.good) };
    worker.postMessage(sides, [...transferOf(sides.attack), ...transferOf(sides.good)]);
    await new Promise((resolve) => worker.once('message', resolve));
  }
  worker.postMessage(null);
}

function analyse(): void {
  warmUp();
  parentPort?.on('message', async (sides: Sides<PackedRows> | null) => {
    if (sides === null) {
      for (const [name, flood] of Object.entries(FLOODS)) await search(name, made(flood));
      parentPort?.close();
      return;
    }
    const rows = (packed: PackedRows) => unpackRows(packed, (buffers) => PacketSamples.from(buffers));
    const [attack, good] = [rows(sides.attack), rows(sides.good)];
    say(await figure('table', sides.traffic, () => packetContrast(attack, good)));
    await search(`scenario, ${sides.traffic}`, packetContrast(attack, good));
    parentPort?.postMessage('done');
  });
  parentPort?.postMessage('ready');
}

async function search(traffic: string, contrast: Contrast): Promise<void> {
  const options = { backendMask: Can.nft };
  const found = synthesise(fresh(contrast), options);
  const rule: RuleMatch = 'rule' in found ? found.rule : { kind: 'packet', target: null, clauses: [] };
  const fraction = attackFractionOf(contrast);
  const note = `${contrast.columns.length} attributes, ${'rule' in found ? `${rule.clauses.length} clauses` : found.refused.code}`;
  say(await figure('diff', traffic, () => diffOf(fresh(contrast)), note));
  say(await figure('synthesis', traffic, () => synthesise(fresh(contrast), options), note));
  say(await figure('measure', traffic, () => measure(contrast, clausesOf(contrast, rule), fraction), note));
}

/** A copy without what is remembered about the first one. */
function fresh(contrast: Contrast): Contrast {
  return { ...contrast };
}

async function figure(what: Figure['what'], traffic: string, run: () => unknown, note?: string): Promise<Figure> {
  const cpuMs: number[] = [];
  const wallMs: number[] = [];
  for (let i = 0; i < RUNS; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    const [startMs, start] = [performance.now(), process.cpuUsage()];
    run();
    const { user, system } = process.cpuUsage(start);
    wallMs.push(performance.now() - startMs);
    cpuMs.push((user + system) / 1000);
  }
  return { what, traffic, cpuMs, wallMs, ...(note === undefined ? {} : { note }) };
}

function say(figure: Figure): void {
  process.stdout.write(`${JSON.stringify(figure)}\n`);
}

/** Rows to everybody: while one is attacked, and in the seconds before. */
function scenarioRows(attack: (typeof ATTACKS)[keyof typeof ATTACKS]): { attack: PacketRows; good: PacketRows } {
  const fromSec = START_SEC + SCENARIO[attack].fromSec;
  const toSec = START_SEC + SCENARIO[attack].toSec;
  const goodSec = fromSec - 15;
  const attacks = new RowCollector({ rows: ROWS, seed: 1, target: null, fromSec, toSec });
  const goods = new RowCollector({ rows: ROWS, seed: 1, target: null, fromSec: goodSec, toSec: fromSec - 1 });
  const reader = new CaptureReader();
  const batch = new FrameBatch();
  for (const chunk of scenarioChunks(undefined, START_SEC)) {
    for (let at = 0; at < chunk.length; ) {
      const space = reader.space();
      const piece = chunk.subarray(at, at + space.length);
      space.set(piece);
      reader.wrote(piece.length);
      at += piece.length;
      while (reader.next(batch) === ReadState.frames) {
        attacks.pushFrames(batch);
        goods.pushFrames(batch);
      }
    }
    if (attacks.lastSec >= toSec - 1) break;
  }
  return { attack: attacks.packets, good: goods.packets };
}

/** Four fifths of the attack rows are the flood's, and attributes of a few values, the same on both sides, fill up to 25. */
function made(flood: Flood): Contrast {
  const attack = mixedTraffic(floodTraffic(flood, ROWS * 0.8, 2), goodTraffic(ROWS * 0.2, 3));
  const all = filled([...attack, ...goodTraffic(ROWS, 1)]);
  return contrastOf(all.slice(0, ROWS), all.slice(ROWS));
}

function filled(rows: readonly PlainRow[]): PlainRow[] {
  const below = randomOf(7);
  const has = new Set(rows.flatMap((row) => Object.keys(row.values)));
  const more = PACKET_ATTRIBUTES.filter(({ name, type }) => !has.has(name) && type !== 'text' && type !== 'prefix');
  const names = more.slice(0, ATTRIBUTES - has.size).map(({ name }) => name);
  return rows.map((row) => ({
    ...row,
    values: { ...row.values, ...Object.fromEntries(names.map((name) => [name, below(300)])) },
  }));
}
