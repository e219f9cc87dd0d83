/**
 * The promise of `ddostop diff`, held against tcpdump: the rule is made from the first half of a real attack with unlabelled good traffic in it, and
 * judged on the second half and on good flows that it has never seen. And good traffic against good traffic must give no rule at all.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ATTACK_CASES, type AttackCase, GOOD_CATEGORY } from './attack-cases.js';
import { countByTcpdump, type Frame, flowKeyOf, framesByFilter, readFrames, writeFrames } from './labelled-frames.js';

/** Of the window, good traffic that nobody has labelled. */
const UNLABELLED_SHARE = 0.2;
export const SEEDS: readonly number[] = [1, 2, 3];

export interface DiffFacts {
  readonly attackFraction: number;
  readonly rule: {
    readonly text: string;
    readonly recall: Bounds;
    readonly collateral: Bounds;
    readonly backends: { readonly bpf: string | null };
  } | null;
  readonly refused: { readonly code: string; readonly message: string } | null;
}

interface Bounds {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Runs `ddostop diff --attack A --good B --format json`. */
export type RunDiff = (attack: string, good: string) => DiffFacts;

export interface CaseResult {
  readonly name: string;
  readonly seed: number;
  readonly facts: DiffFacts;
  /** By tcpdump, of the second half; NaN when refused. */
  readonly recall: number;
  /** By tcpdump, of unseen good flows. */
  readonly harm: number;
  readonly heldOut: { readonly attack: number; readonly good: number };
}

export interface RefusalResult {
  readonly name: string;
  readonly facts: DiffFacts;
}

export function verifyAttacks(
  folder: string,
  scratch: string,
  run: RunDiff,
  seeds: readonly number[] = SEEDS,
): CaseResult[] {
  const good = goodFrames(folder);
  return seeds.flatMap((seed) =>
    ATTACK_CASES.map((attackCase) => verifyCase(folder, scratch, attackCase, good, seed, run)),
  );
}

function verifyCase(
  folder: string,
  scratch: string,
  { file, toTarget, attack }: AttackCase,
  good: readonly Frame[],
  seed: number,
  run: RunDiff,
): CaseResult {
  const path = join(folder, file);
  const frames = framesByFilter(path, toTarget, join(scratch, 'all.pcap'));
  const attacks = framesByFilter(path, attack, join(scratch, 'attack.pcap'));
  const [first, second] = cutAtMidpoint(frames, attacks);
  const random = randomOf(seed);
  const [known, unseen] = splitByFlow(good, random);
  const [mixed, reference] = takeSome(
    known,
    Math.round((first.length * UNLABELLED_SHARE) / (1 - UNLABELLED_SHARE)),
    random,
  );
  const [windowPath, goodPath, secondPath, unseenPath] = ['window', 'good', 'second', 'unseen'].map((name) =>
    join(scratch, `${name}.pcap`),
  ) as [string, string, string, string];
  writeFrames(windowPath, mixInto(first, mixed, random));
  writeFrames(goodPath, reference);
  writeFrames(secondPath, second);
  writeFrames(unseenPath, unseen);
  const facts = run(windowPath, goodPath);
  const bpf = facts.rule?.backends.bpf ?? null;
  const attackPackets = countByTcpdump(secondPath, attack);
  const isJudged = bpf !== null;
  return {
    name: file,
    seed,
    facts,
    recall: isJudged ? countByTcpdump(secondPath, `(${attack}) and (${bpf})`) / attackPackets : Number.NaN,
    harm: isJudged ? countByTcpdump(unseenPath, bpf) / unseen.length : Number.NaN,
    heldOut: { attack: attackPackets, good: unseen.length },
  };
}

/** Good against good: packets taken in turn, flows apart, files apart. */
export function verifyRefusals(
  folder: string,
  scratch: string,
  run: RunDiff,
  seeds: readonly number[] = SEEDS,
): RefusalResult[] {
  const files = goodFiles(folder);
  const perFile = files.map((file) => readFrames(join(folder, file)));
  const all = perFile.flat();
  const splits: [string, Frame[], Frame[]][] = [
    ['interleaved', all.filter((_, i) => i % 2 === 0), all.filter((_, i) => i % 2 === 1)],
  ];
  for (const seed of seeds) splits.push([`by flow, seed ${seed}`, ...splitByFlow(all, randomOf(seed))]);
  files.forEach((file, i) => {
    splits.push([`file ${file}`, perFile[i] as Frame[], perFile.filter((_, other) => other !== i).flat()]);
  });
  splits.push([
    'files in turn',
    perFile.filter((_, i) => i % 2 === 0).flat(),
    perFile.filter((_, i) => i % 2 === 1).flat(),
  ]);
  return splits.map(([name, one, other]) => {
    const [a, b] = [join(scratch, 'a.pcap'), join(scratch, 'b.pcap')];
    writeFrames(a, one);
    writeFrames(b, other);
    return { name, facts: run(a, b) };
  });
}

function goodFiles(folder: string): string[] {
  return readFileSync(join(folder, 'MANIFEST.tsv'), 'utf8')
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([, , , , category]) => category === GOOD_CATEGORY)
    .map(([file]) => file as string);
}

function goodFrames(folder: string): Frame[] {
  return goodFiles(folder).flatMap((file) => readFrames(join(folder, file)));
}

/** At the middle of the attack's time; where all packets have one time, by number. */
function cutAtMidpoint(frames: readonly Frame[], attacks: readonly Frame[]): [Frame[], Frame[]] {
  const sorted = frames.toSorted((a, b) => a.sec - b.sec);
  const from = attacks.reduce((least, { sec }) => Math.min(least, sec), Infinity);
  const to = attacks.reduce((most, { sec }) => Math.max(most, sec), -Infinity);
  if (to - from < 1e-6) return [sorted.slice(0, sorted.length / 2), sorted.slice(sorted.length / 2)];
  const middle = (from + to) / 2;
  return [sorted.filter(({ sec }) => sec < middle), sorted.filter(({ sec }) => sec >= middle)];
}

function splitByFlow(frames: readonly Frame[], random: () => number): [Frame[], Frame[]] {
  const sides = new Map<string, boolean>();
  const halves: [Frame[], Frame[]] = [[], []];
  for (const frame of frames) {
    const key = flowKeyOf(frame);
    const isKnown = sides.get(key) ?? random() < 0.5;
    sides.set(key, isKnown);
    halves[isKnown ? 0 : 1].push(frame);
  }
  return halves;
}

function takeSome(frames: readonly Frame[], count: number, random: () => number): [Frame[], Frame[]] {
  const taken = new Set<number>();
  const wanted = Math.min(count, Math.floor(frames.length / 2));
  while (taken.size < wanted) taken.add(Math.floor(random() * frames.length));
  return [frames.filter((_, i) => taken.has(i)), frames.filter((_, i) => !taken.has(i))];
}

/** The good frames get times of the window, at random. */
function mixInto(attack: readonly Frame[], good: readonly Frame[], random: () => number): Frame[] {
  const from = attack[0]?.sec ?? 0;
  const span = (attack.at(-1)?.sec ?? from) - from;
  return [...attack, ...good.map((frame) => ({ ...frame, sec: from + random() * span }))].toSorted(
    (a, b) => a.sec - b.sec,
  );
}

/** Park and Miller's. */
function randomOf(seed: number): () => number {
  let state = seed * 7919 + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** What the promise is. */
export const BOUNDS = { meanRecall: 0.95, meanHarm: 0.0005, worstHarm: 0.005, covered: 0.9 } as const;

export interface Summary {
  readonly meanRecall: number;
  readonly meanHarm: number;
  readonly worstHarm: number;
  /** Of the rules: truth inside of the stated bounds. */
  readonly recallCovered: number;
  readonly harmCovered: number;
  readonly rules: number;
  readonly refused: readonly string[];
  readonly goodNotRefused: readonly string[];
}

export function summaryOf(cases: readonly CaseResult[], refusals: readonly RefusalResult[]): Summary {
  const ruled = cases.filter(({ facts }) => facts.rule !== null);
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const within = (value: number, { low, high }: Bounds) => value >= low - 1e-9 && value <= high + 1e-9;
  return {
    // A refused attack is not stopped.
    meanRecall: mean(cases.map(({ recall }) => (Number.isNaN(recall) ? 0 : recall))),
    meanHarm: mean(ruled.map(({ harm }) => harm)),
    worstHarm: Math.max(0, ...ruled.map(({ harm }) => harm)),
    recallCovered: mean(ruled.map(({ facts, recall }) => Number(within(recall, facts.rule!.recall)))),
    harmCovered: mean(ruled.map(({ facts, harm }) => Number(within(harm, facts.rule!.collateral)))),
    rules: ruled.length,
    refused: cases.filter(({ facts }) => facts.rule === null).map(({ name, seed }) => `${name} (seed ${seed})`),
    goodNotRefused: refusals.filter(({ facts }) => facts.rule !== null).map(({ name }) => name),
  };
}
