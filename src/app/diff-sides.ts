/** The rows that `ddostop diff` compares, read from captures: attack and good from two files, or both from one. */
import { basename } from 'node:path';
import { prefixTest } from '../aggregate/row-filter.js';
import { UserError } from '../errors.js';
import type { Incident } from '../incident/incident.js';
import { Pipeline } from '../pipeline/pipeline.js';
import { RowCollector } from '../pipeline/row-collector.js';
import { randomWord } from '../platform/random-word.js';
import type { CollectorSink, SourceEnd } from '../records/collector.js';
import type { FrameBatch } from '../records/frame-batch.js';
import type { PacketRows } from '../records/packet-samples.js';
import type { GoodKind, Span } from '../signature/analysis.js';
import type { Rates } from '../signature/diff/attack-fraction.js';
import type { RowSides, SessionInput } from '../signature/session.js';
import type { DiffCommand } from './diff-command.js';
import { openSource } from './source.js';
import { type PlainSpan, parseTime } from './time-option.js';

export interface ReadSides {
  readonly input: SessionInput;
  readonly name: string;
  /** A capture broke off; what lies before it was read. */
  readonly damage: UserError | null;
}

/** Seconds before an onset that are not taken for good: it may have begun below the floor. */
const ONSET_MARGIN_SEC = 1;
/** Fewer packets of before are no baseline. */
const LEAST_GOOD = 200;
/** Shorter windows give no rate worth the name. */
const LEAST_RATE_SEC = 0.5;

export async function readSides(command: DiffCommand): Promise<ReadSides> {
  return command.captures.kind === 'two' ? readTwo(command, command.captures) : readOne(command, command.captures);
}

type Two = DiffCommand['captures'] & { readonly kind: 'two' };
type One = DiffCommand['captures'] & { readonly kind: 'one' };

async function readTwo({ target, seed }: DiffCommand, { attack, good }: Two): Promise<ReadSides> {
  const attacks = new RowCollector({ seed, target });
  const damage = await readInto(attack, [attacks]);
  const toTarget = new RowCollector({ seed, target });
  const goods = target === null ? toTarget : new RowCollector({ seed, target: null });
  const goodDamage = await readInto(good, target === null ? [goods] : [toTarget, goods]);
  // Good traffic of other hosts stands in where there is none of the target.
  const reference = toTarget.packetsSeen >= LEAST_GOOD ? toTarget : goods;
  return {
    input: {
      target,
      attack: { ...sidesOf(attacks), ...spanOf(attacks) },
      good: { ...sidesOf(reference), ...spanOf(reference), is: reference.packetsSeen === 0 ? 'none' : 'capture' },
      rates: null,
    },
    name: `${basename(attack)} against ${basename(good)}`,
    damage: damage ?? goodDamage,
  };
}

/** Twice through the file: who is attacked and since when, then the rows. */
async function readOne(command: DiffCommand, { path, from, to }: One): Promise<ReadSides> {
  if (path === '-') {
    throw new UserError(
      'USAGE',
      'diff reads its capture twice, and stdin can be read once',
      'Write it to a file first.',
    );
  }
  const found = await surveyOf(path);
  const target = command.target ?? found.target;
  const window = windowOf({ from, to }, found, target);
  const before = { fromSec: -Infinity, toSec: window.fromSec - (from === null ? ONSET_MARGIN_SEC : 0) };
  const { seed } = command;
  const attacks = new RowCollector({ seed, target, ...window });
  const goods = new RowCollector({ seed, target, ...before });
  const rest = new RowCollector({ seed, target: null, ...window });
  const damage = await readInto(path, [attacks, goods, rest]);
  const hasBefore = goods.packetsSeen >= LEAST_GOOD;
  const others = hasBefore || target === null ? null : otherRows(rest, target);
  const is: GoodKind = hasBefore ? 'before' : (others?.rows.length ?? 0) > 0 ? 'rest' : 'none';
  return {
    input: {
      target,
      attack: { ...sidesOf(attacks), ...spanOf(attacks) },
      good:
        others === null
          ? { ...sidesOf(goods), ...spanOf(goods), is }
          : { packets: others, requests: null, hellos: null, ...spanOf(rest), is },
      rates: is === 'before' ? ratesOf(attacks, goods) : null,
    },
    name: basename(path),
    damage,
  };
}

/** Of the same time, what went to others. */
function otherRows({ packets }: RowCollector, target: string): PacketRows {
  const isTarget = prefixTest(target, 'dst');
  const kept = Array.from(packets.rows.keys()).filter((i) => !isTarget(packets.samples, packets.rows[i] as number));
  return {
    ...packets,
    rows: Int32Array.from(kept, (i) => packets.rows[i] as number),
    weights: Float64Array.from(kept, (i) => packets.weights[i] as number),
  };
}

interface Survey {
  readonly firstSec: number;
  /** The largest incident's; null where there was none. */
  readonly target: string | null;
  readonly incidents: readonly Incident[];
}

async function surveyOf(path: string): Promise<Survey> {
  const pipeline = new Pipeline({ seed: randomWord(), ranksFlows: false, reading: 'inAll' });
  let firstSec = Number.NaN;
  await readInto(path, [
    {
      pushFrames: (batch) => {
        if (Number.isNaN(firstSec) && batch.count > 0) firstSec = batch.sec[0] as number;
        pipeline.pushFrames(batch);
      },
    },
  ]);
  pipeline.finish();
  const incidents = pipeline.incidents().filter(({ detectedAt }) => detectedAt !== null);
  const largest = incidents.toSorted((a, b) => b.packets - a.packets)[0];
  return { firstSec, target: largest?.target ?? null, incidents };
}

/** What was asked for; else the span of the target's incident; else all of the capture. */
function windowOf(
  asked: PlainSpan,
  { firstSec, incidents }: Survey,
  target: string | null,
): { fromSec: number; toSec: number } {
  const incident = incidents.filter((each) => each.target === target).toSorted((a, b) => b.packets - a.packets)[0];
  const fromSec = asked.from === null ? (incident?.openedAt ?? -Infinity) : parseTime('--from', asked.from, firstSec);
  const toSec = asked.to === null ? (incident?.endedAt ?? Infinity) : parseTime('--to', asked.to, firstSec);
  if (fromSec < toSec) return { fromSec, toSec };
  throw new UserError('USAGE', '--from lies behind --to', 'Give the beginning of the attack, then its end.');
}

function ratesOf(attacks: RowCollector, goods: RowCollector): Rates | null {
  const seconds = (rows: RowCollector) => rows.lastSec - rows.firstSec;
  if (!(seconds(attacks) >= LEAST_RATE_SEC) || !(seconds(goods) >= LEAST_RATE_SEC)) return null;
  return { attackPps: attacks.packetsSeen / seconds(attacks), goodPps: goods.packetsSeen / seconds(goods) };
}

function sidesOf(rows: RowCollector): RowSides {
  return { packets: rows.packets, requests: rows.requests, hellos: rows.hellos };
}

function spanOf(rows: RowCollector): Span {
  return { fromSec: rows.firstSec, toSec: rows.lastSec };
}

interface TakesFrames {
  pushFrames(batch: FrameBatch): void;
}

/** Resolves with what was wrong with the capture, if something was; rejects when it cannot be read at all. */
async function readInto(path: string, takers: readonly TakesFrames[]): Promise<UserError | null> {
  const source = { kind: 'file', path, filter: '', speed: 'max', loop: false, follow: false } as const;
  const collector = openSource(source, { programUrl: import.meta.url, keepTrying: false });
  const sink: CollectorSink = {
    pushFrames: (batch) => {
      for (const taker of takers) taker.pushFrames(batch);
    },
    health: () => {},
    dropped: () => {},
  };
  const end: SourceEnd = await collector.run(sink, new AbortController().signal);
  if (end.kind !== 'damaged' && end.kind !== 'incomplete') return null;
  if (collector.format === null) throw end.error;
  return end.error;
}
