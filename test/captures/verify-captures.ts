/** Every capture of a folder with ground truth (TRUTH.md, MANIFEST.tsv, truth/) against our report of it: packets, and payloads. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { messageOf } from '../../src/errors.js';
import { compareWithTruth, type Difference, type Truth } from './ground-truth.js';
import { KNOWN_EXCEPTIONS, type KnownException, LAYER7_EXCEPTIONS } from './known-exceptions.js';
import { compareLayer7, foxioJa4, type Layer7Truth } from './layer7-truth.js';
import type { Layer7Facts, ReportFacts } from './report-facts.js';

const MAX_SECONDS = 5;
const CAPTURE_NAME = /\.(pcap|pcapng|cap)(\.gz)?$/;

export type Facts = ReportFacts & Layer7Facts;

/** What is compared apart, and the share of captures that must be equal in it. */
export const PARTS = { packets: 0.99, layer7: 0.97 } as const;
export type PartName = keyof typeof PARTS;
const PART_NAMES = Object.keys(PARTS) as PartName[];

export type Outcome = 'equal' | 'exception' | 'unequal' | 'crashed';

export interface PartVerdict {
  readonly outcome: Outcome;
  readonly differences: readonly Difference[];
  /** Reason of an exception, or what a crash said. */
  readonly note: string;
}

export interface CaptureVerdict {
  readonly file: string;
  readonly category: string;
  readonly parts: Readonly<Record<PartName, PartVerdict>>;
  readonly seconds: number;
}

/** Runs `report` over all captures of `folder`. The report must be exact, and list all there is (the truth has 20 entries a list). */
export async function verifyCaptures(
  folder: string,
  report: (path: string) => Facts | Promise<Facts>,
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
  report: (path: string) => Facts | Promise<Facts>,
): Promise<CaptureVerdict> {
  const startMs = performance.now();
  const seconds = (): number => (performance.now() - startMs) / 1000;
  try {
    const facts = await report(join(folder, file));
    const truth = JSON.parse(readFileSync(truthPath(folder, file), 'utf8')) as Truth & Layer7Truth;
    const packets = judge(compareWithTruth(facts, truth), KNOWN_EXCEPTIONS.get(file));
    const layer7 = judge(compareLayer7(facts, truth, foxioJa4(folder, file)), LAYER7_EXCEPTIONS.get(file));
    return { file, category, parts: { packets, layer7 }, seconds: seconds() };
  } catch (error) {
    const crashed: PartVerdict = { outcome: 'crashed', differences: [], note: messageOf(error) };
    return { file, category, parts: { packets: crashed, layer7: crashed }, seconds: seconds() };
  }
}

function judge(differences: readonly Difference[], exception: KnownException | undefined): PartVerdict {
  if (differences.length === 0) return { outcome: 'equal', differences, note: '' };
  if (differences[0]?.field !== exception?.field) return { outcome: 'unequal', differences, note: '' };
  return { outcome: 'exception', differences, note: exception?.reason ?? '' };
}

function truthPath(folder: string, file: string): string {
  return join(folder, 'truth', `${file}.json`);
}

function readCategories(folder: string): Map<string, string> {
  const lines = readFileSync(join(folder, 'MANIFEST.tsv'), 'utf8').trimEnd().split('\n').slice(1);
  return new Map(lines.map((line) => line.split('\t')).map((columns) => [columns[0]!, columns[4]!]));
}

const countEqual = (verdicts: readonly CaptureVerdict[], part: PartName): number =>
  verdicts.filter(({ parts }) => parts[part].outcome === 'equal').length;

/** Why the run as a whole fails; empty when it passes. */
export function failuresOf(verdicts: readonly CaptureVerdict[]): string[] {
  const failures = verdicts.flatMap(({ file, parts, seconds }) => [
    ...(parts.packets.outcome === 'crashed' ? [`${file} crashed: ${parts.packets.note}`] : []),
    ...(seconds > MAX_SECONDS ? [`${file} took ${seconds.toFixed(1)} s, expected at most ${MAX_SECONDS} s`] : []),
    ...PART_NAMES.filter((part) => parts[part].outcome === 'unequal').map(
      (part) => `${file} is unequal in ${part} and no named exception`,
    ),
  ]);
  for (const part of PART_NAMES) {
    // An exception is unequal all the same; it only has to be named.
    const equal = countEqual(verdicts, part);
    if (equal >= verdicts.length * PARTS[part]) continue;
    failures.push(`${equal} of ${verdicts.length} equal in ${part}, expected ${PARTS[part] * 100} %`);
  }
  return failures;
}

/** The lines `npm run verify:captures` prints. */
export function formatVerdicts(verdicts: readonly CaptureVerdict[]): string[] {
  const categories = [...new Set(verdicts.map(({ category }) => category))].toSorted();
  const tally = (name: string, of: readonly CaptureVerdict[]): string => {
    const parts = PART_NAMES.map((part) => `${part} ${`${countEqual(of, part)}/${of.length}`.padEnd(8)}`).join(' ');
    return `${name.padEnd(14)} equal: ${parts}`.trimEnd();
  };
  const details = verdicts.flatMap(({ file, category, parts }) =>
    PART_NAMES.filter((part) => parts[part].outcome !== 'equal').map((part) => {
      const { outcome, differences, note } = parts[part];
      const [first] = differences;
      const what = first ? `${first.field}: got ${first.got}, expected ${first.expected}` : '';
      return `${outcome} in ${part}: ${file} (${category}) ${what}${note === '' ? '' : ` — ${note}`}`;
    }),
  );
  const share = (part: PartName): string =>
    `${part} ${((100 * countEqual(verdicts, part)) / Math.max(1, verdicts.length)).toFixed(1)} %`;
  return [
    ...categories.map((category) =>
      tally(
        category,
        verdicts.filter((verdict) => verdict.category === category),
      ),
    ),
    `${tally('all', verdicts)} (${PART_NAMES.map(share).join(', ')})`,
    ...details,
  ];
}
