/** The rows that `ddostop diff` compares, read from captures: attack and good from two files, or both from one. */
import { basename } from 'node:path';
import { UserError } from '../../errors.js';
import { RowCollector } from '../../pipeline/row-collector.js';
import type { GoodKind, Span } from '../../signature/analysis.js';
import type { Rates } from '../../signature/diff/attack-fraction.js';
import type { RowSides, SessionInput } from '../../signature/session.js';
import { readCapture } from '../ingest/capture-reading.js';
import type { DiffCommand } from './diff-command.js';
import { type AttackWindow, attackWindowOf } from './diff-window.js';

export interface ReadSides {
  readonly input: SessionInput;
  readonly name: string;
  /** Captures broke off; what lies before was read. */
  readonly damages: readonly UserError[];
}

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
  const attackEnd = await readCapture(attack, [attacks], 'reading');
  const toTarget = new RowCollector({ seed, target });
  const goods = target === null ? toTarget : new RowCollector({ seed, target: null });
  const goodEnd = await readCapture(good, target === null ? [goods] : [toTarget, goods], 'reading');
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
    damages: [...damageOf(attack, attackEnd.damage), ...damageOf(good, goodEnd.damage)],
  };
}

/** Which of the two. */
function damageOf(path: string, damage: UserError | null): UserError[] {
  return damage === null ? [] : [new UserError(damage.code, `${basename(path)}: ${damage.what}`, damage.hint)];
}

/** Twice through the file: who is attacked and since when, then the rows. */
async function readOne(command: DiffCommand, { path, from, to }: One): Promise<ReadSides> {
  const window = await attackWindowOf(path, { target: command.target, from, to });
  const { attacks, goods, rest } = collectorsOf(command.seed, window);
  const { damage } = await readCapture(path, [attacks, goods, ...(rest === null ? [] : [rest])], 'reading');
  const hasBefore = goods.packetsSeen >= LEAST_GOOD;
  const others = hasBefore || rest === null || rest.packetsSeen === 0 ? null : rest;
  const is: GoodKind = hasBefore ? 'before' : others === null ? 'none' : 'rest';
  return {
    input: {
      target: window.target,
      attack: { ...sidesOf(attacks), ...spanOf(attacks) },
      good:
        others === null
          ? { ...sidesOf(goods), ...spanOf(goods), is }
          : { packets: others.packets, requests: null, hellos: null, ...spanOf(others), is },
      rates: is === 'before' ? ratesOf(attacks, goods) : null,
    },
    name: basename(path),
    damages: damage === null ? [] : [damage],
  };
}

/** `rest`: of the attack's time, what went to others; null where nobody in particular is attacked. */
function collectorsOf(seed: number, { target, fromSec, toSec, goodToSec, attacks: except }: AttackWindow) {
  return {
    attacks: new RowCollector({ seed, target, fromSec, toSec }),
    goods: new RowCollector({ seed, target, toSec: goodToSec, except }),
    rest: target === null ? null : new RowCollector({ seed, target, isRest: true, fromSec, toSec }),
  };
}

function ratesOf(attacks: RowCollector, goods: RowCollector): Rates | null {
  if (!(attacks.seconds >= LEAST_RATE_SEC) || !(goods.seconds >= LEAST_RATE_SEC)) return null;
  return { attackPps: attacks.packetsSeen / attacks.seconds, goodPps: goods.packetsSeen / goods.seconds };
}

function sidesOf(rows: RowCollector): RowSides {
  return { packets: rows.packets, requests: rows.requests, hellos: rows.hellos };
}

function spanOf(rows: RowCollector): Span {
  return { fromSec: rows.firstSec, toSec: rows.lastSec };
}
