/** Every capture of a folder with ground truth (TRUTH.md, MANIFEST.tsv, truth/) against our report of it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { messageOf } from '../../src/errors.js';
import { compareWithTruth, type Difference, isInnerOnly, type Truth } from './ground-truth.js';
import { KNOWN_EXCEPTIONS } from './known-exceptions.js';
import type { ReportFacts } from './report-facts.js';

/** Categories of MANIFEST.tsv that must be nearly all equal. */
export const ACCEPTANCE_CATEGORIES = ['attack', 'benign', 'pcap-format', 'pcapng', 'l2-encap', 'truncated'] as const;
const ACCEPTANCE_SHARE = 0.97;
const MAX_SECONDS = 5;
const CAPTURE_NAME = /\.(pcap|pcapng|cap)(\.gz)?$/;

/** `outer-equal`: all but what lies inside a tunnel we do not open. */
export type Outcome = 'equal' | 'outer-equal' | 'exception' | 'unequal' | 'crashed';

export interface CaptureVerdict {
  readonly file: string;
  readonly category: string;
  readonly outcome: Outcome;
  readonly differences: readonly Difference[];
  /** Reason of an exception, or what a crash said. */
  readonly note: string;
  readonly seconds: number;
}

/** Runs `report` over all captures of `folder`. The report must be exact and keep at least 20 entries a list. */
export async function verifyCaptures(
  folder: string,
  report: (path: string) => ReportFacts | Promise<ReportFacts>,
): Promise<CaptureVerdict[]> {
  const categories = readCategories(folder);
  const files = readdirSync(folder).filter((name) => CAPTURE_NAME.test(name) && existsSync(truthPath(folder, name)));
  const verdicts: CaptureVerdict[] = [];
  for (const file of files.toSorted())
    verdicts.push(await verifyCapture(folder, file, categories.get(file) ?? 'derived', report));
  return verdicts;
}

async function verifyCapture(
  folder: string,
  file: string,
  category: string,
  report: (path: string) => ReportFacts | Promise<ReportFacts>,
): Promise<CaptureVerdict> {
  const startMs = performance.now();
  const seconds = (): number => (performance.now() - startMs) / 1000;
  try {
    const facts = await report(join(folder, file));
    const truth = JSON.parse(readFileSync(truthPath(folder, file), 'utf8')) as Truth;
    const differences = compareWithTruth(facts, truth);
    const exception = KNOWN_EXCEPTIONS.get(file);
    const outcome = outcomeOf(differences, exception?.field);
    const note = outcome === 'exception' ? (exception?.reason ?? '') : '';
    return { file, category, outcome, differences, note, seconds: seconds() };
  } catch (error) {
    return { file, category, outcome: 'crashed', differences: [], note: messageOf(error), seconds: seconds() };
  }
}

function outcomeOf(differences: readonly Difference[], excusedField: string | undefined): Outcome {
  if (differences.length === 0) return 'equal';
  if (differences[0]!.field === excusedField) return 'exception';
  return isInnerOnly(differences) ? 'outer-equal' : 'unequal';
}

function truthPath(folder: string, file: string): string {
  return join(folder, 'truth', `${file}.json`);
}

function readCategories(folder: string): Map<string, string> {
  const lines = readFileSync(join(folder, 'MANIFEST.tsv'), 'utf8').trimEnd().split('\n').slice(1);
  return new Map(lines.map((line) => line.split('\t')).map((columns) => [columns[0]!, columns[4]!]));
}

export interface CategoryTally {
  readonly category: string;
  readonly total: number;
  readonly equal: number;
  readonly outerEqual: number;
  readonly exceptions: number;
}

export function tallyByCategory(verdicts: readonly CaptureVerdict[]): CategoryTally[] {
  const categories = [...new Set(verdicts.map(({ category }) => category))].toSorted();
  return categories.map((category) => {
    const ofCategory = verdicts.filter((verdict) => verdict.category === category);
    const count = (outcome: Outcome): number => ofCategory.filter((verdict) => verdict.outcome === outcome).length;
    return {
      category,
      total: ofCategory.length,
      equal: count('equal'),
      outerEqual: count('outer-equal'),
      exceptions: count('exception'),
    };
  });
}

/** Why the run as a whole fails; empty when it passes. */
export function failuresOf(verdicts: readonly CaptureVerdict[]): string[] {
  const failures = verdicts.flatMap(({ file, outcome, seconds, note }) => [
    ...(outcome === 'crashed' ? [`${file} crashed: ${note}`] : []),
    ...(seconds > MAX_SECONDS ? [`${file} took ${seconds.toFixed(1)} s, expected at most ${MAX_SECONDS} s`] : []),
  ]);
  const required = acceptanceOf(verdicts);
  const equal = required.filter(({ outcome }) => outcome === 'equal').length;
  // An exception is unequal all the same; it only has to be named.
  if (equal < required.length * ACCEPTANCE_SHARE) {
    failures.push(
      `${equal} of ${required.length} equal in the acceptance categories, expected ${ACCEPTANCE_SHARE * 100} %`,
    );
  }
  for (const { file, outcome } of required) {
    if (outcome === 'unequal' || outcome === 'outer-equal') failures.push(`${file} is unequal and no named exception`);
  }
  return failures;
}

function acceptanceOf(verdicts: readonly CaptureVerdict[]): CaptureVerdict[] {
  return verdicts.filter(({ category }) => (ACCEPTANCE_CATEGORIES as readonly string[]).includes(category));
}

/** The lines `npm run verify:captures` prints. */
export function formatVerdicts(verdicts: readonly CaptureVerdict[]): string[] {
  const tallies = tallyByCategory(verdicts).map(({ category, total, equal, outerEqual, exceptions }) => {
    const inner = outerEqual > 0 ? `, ${outerEqual} more but for tunnels we do not open` : '';
    const known = exceptions > 0 ? `, ${exceptions} known exceptions` : '';
    return `${category.padEnd(14)} ${equal}/${total} equal${inner}${known}`;
  });
  const equal = verdicts.filter(({ outcome }) => outcome === 'equal').length;
  const details = verdicts
    .filter(({ outcome }) => outcome !== 'equal')
    .map(({ file, category, outcome, differences, note }) => {
      const first = differences[0];
      const what = first ? `${first.field}: got ${first.got}, expected ${first.expected}` : '';
      return `${outcome} ${file} (${category}) ${what}${note === '' ? '' : ` — ${note}`}`;
    });
  const required = acceptanceOf(verdicts);
  const requiredEqual = required.filter(({ outcome }) => outcome === 'equal').length;
  const share = ((100 * requiredEqual) / Math.max(1, required.length)).toFixed(1);
  return [
    ...tallies,
    `acceptance     ${requiredEqual}/${required.length} equal (${share} %): ${ACCEPTANCE_CATEGORIES.join(', ')}`,
    `all            ${equal}/${verdicts.length} equal`,
    ...details,
  ];
}
