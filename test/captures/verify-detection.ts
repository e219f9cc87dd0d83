/** Real attacks against their facts, cell by cell: target, vectors, what is not part of it. And what must raise no incident at all. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Incident } from '../../src/incident/incident.js';
import { ATTACK_TRUTH, type AttackFacts, type AttackTruth } from './attack-truth.js';

/** Part of the cells that must be right. */
export const LEAST_RIGHT = 0.9;
const ATTACKS = new Set(['attack']);

export interface Cell {
  readonly name: 'target' | 'vectors' | 'not part';
  readonly isRight: boolean;
  readonly got: string;
}

export interface DetectionRow {
  readonly file: string;
  readonly cells: readonly Cell[];
}

export interface QuietRow {
  readonly file: string;
  readonly category: string;
  /** Incidents of traffic that is no attack. */
  readonly incidents: readonly string[];
}

export type ReadIncidents = (path: string) => Promise<readonly Incident[]> | readonly Incident[];

/** What was decided: a suspicion is none yet. */
function decided(incidents: readonly Incident[]): readonly Incident[] {
  return incidents.filter(({ state }) => state !== 'suspect');
}

export async function scoreAttacks(folder: string, read: ReadIncidents): Promise<DetectionRow[]> {
  const rows: DetectionRow[] = [];
  for (const truth of ATTACK_TRUTH) {
    const path = join(folder, truth.file);
    if (existsSync(path)) rows.push({ file: truth.file, cells: cellsOf(truth, decided(await read(path))) });
  }
  return rows;
}

export function cellsOf({ attack }: AttackTruth, incidents: readonly Incident[]): Cell[] {
  if (attack === null) {
    const got = incidents.length === 0 ? 'no incident' : incidents.map(wordsOf).join('; ');
    return [{ name: 'target', isRight: incidents.length === 0, got }];
  }
  const [incident] = incidents;
  const isAlone = incidents.length === 1;
  const targets = incidents.map(({ target }) => target).join(', ');
  return [
    { name: 'target', isRight: isAlone && incident?.target === attack.target, got: targets || 'no incident' },
    vectorCell(attack, incident),
    restCell(attack, incident),
  ];
}

function vectorCell({ vectors, also = [] }: AttackFacts, incident: Incident | undefined): Cell {
  const named = incident?.vectors.map(({ id }) => id) ?? [];
  const areThere = vectors.every((names) => names.some((id) => named.includes(id)));
  const known = new Set([...vectors.flat(), ...also]);
  return {
    name: 'vectors',
    isRight: areThere && named.every((id) => known.has(id)),
    got: incident?.vectors.map(({ id, share }) => `${id} ${(100 * share).toFixed(1)} %`).join(', ') ?? 'none',
  };
}

function restCell({ packets: [least, most], notSources = [], notVectors = [] }: AttackFacts, of?: Incident): Cell {
  if (of === undefined) return { name: 'not part', isRight: false, got: 'no incident' };
  const slips: string[] = [];
  if (of.packets < least || of.packets > most) slips.push(`expected ${least} to ${most}`);
  for (const { key } of of.sources.top) if (notSources.includes(key)) slips.push(`source ${key}`);
  for (const { id } of of.vectors) if (notVectors.includes(id)) slips.push(`vector ${id}`);
  return {
    name: 'not part',
    isRight: slips.length === 0,
    got: [`${of.packets} packets`, ...slips].join(', '),
  };
}

export function wordsOf({ state, severity, target, vectors, packets, evidence }: Incident): string {
  const named = vectors.map(({ id }) => id).join('+');
  return `${state} ${severity} ${target} ${named} ${packets} packets (${evidence.join('; ')})`;
}

/** Every capture that is no attack. */
/** `of`: one in so many captures. */
export async function scoreQuiet(folder: string, read: ReadIncidents, of = 1): Promise<QuietRow[]> {
  const rows: QuietRow[] = [];
  for (const { file, category } of manifestOf(folder).filter((_, i) => i % of === 0)) {
    if (ATTACKS.has(category) || ATTACK_TRUTH.some((truth) => truth.file === file)) continue;
    const incidents = decided(await read(join(folder, file))).map(wordsOf);
    rows.push({ file, category, incidents });
  }
  return rows;
}

export function manifestOf(folder: string): { readonly file: string; readonly category: string }[] {
  const lines = readFileSync(join(folder, 'MANIFEST.tsv'), 'utf8').trimEnd().split('\n').slice(1);
  return lines
    .map((line) => line.split('\t'))
    .map((columns) => ({ file: columns[0] ?? '', category: columns[4] ?? '' }))
    .filter(({ file }) => existsSync(join(folder, file)));
}

export function rightShare(rows: readonly DetectionRow[]): { readonly right: number; readonly all: number } {
  const cells = rows.flatMap((row) => row.cells);
  return { right: cells.filter(({ isRight }) => isRight).length, all: cells.length };
}

/** Why the run fails; empty when it passes. */
export function detectionFailures(rows: readonly DetectionRow[], quiet: readonly QuietRow[]): string[] {
  const { right, all } = rightShare(rows);
  const failures =
    right >= all * LEAST_RIGHT ? [] : [`${right} of ${all} cells are right, expected ${LEAST_RIGHT * 100} %`];
  for (const { file, cells } of rows) {
    if (cells.length === 1 && !cells[0]?.isRight) failures.push(`${file} is no flood: ${cells[0]?.got}`);
  }
  for (const { file, incidents } of quiet)
    if (incidents.length > 0) failures.push(`${file} is no attack: ${incidents.join('; ')}`);
  return failures;
}

export function formatDetection(rows: readonly DetectionRow[], quiet: readonly QuietRow[]): string[] {
  const { right, all } = rightShare(rows);
  const cell = ({ name, isRight, got }: Cell) => `    ${isRight ? 'ok   ' : 'WRONG'} ${name.padEnd(8)} ${got}`;
  const withSome = quiet.filter(({ incidents }) => incidents.length > 0);
  return [
    ...rows.flatMap(({ file, cells }) => [file, ...cells.map(cell)]),
    `cells right: ${right}/${all} (${((100 * right) / Math.max(1, all)).toFixed(1)} %)`,
    `captures without attack: ${quiet.length}, with an incident: ${withSome.length}`,
    ...withSome.map(({ file, category, incidents }) => `    ${file} (${category}): ${incidents.join('; ')}`),
  ];
}
