/** `npm run verify:signatures -- [FOLDER]`: a table of recall and harm by tcpdump, and whether good against good is refused; 0 when all bounds hold. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExitCode } from '../../src/errors.js';
import { BOUNDS, type DiffFacts, summaryOf, verifyAttacks, verifyRefusals } from './verify-signatures.js';

/** This tool is bundled to dist/tools/. */
const PROGRAM = fileURLToPath(new URL('../ddostop.cjs', import.meta.url));
const folder = process.argv[2] ?? process.env['DDOSTOP_CAPTURES'] ?? '../shared/captures';

if (existsSync(join(folder, 'MANIFEST.tsv'))) {
  const scratch = mkdtempSync(join(tmpdir(), 'ddostop-signatures-'));
  try {
    process.exitCode = verify(scratch) ? ExitCode.done : ExitCode.failed;
  } finally {
    rmSync(scratch, { recursive: true });
  }
} else {
  console.error(`CAPTURES_NOT_FOUND: no MANIFEST.tsv in "${folder}". Give the folder of captures with ground truth.`);
  process.exitCode = ExitCode.usage;
}

function verify(scratch: string): boolean {
  const cases = verifyAttacks(folder, scratch, runDiff);
  console.log('| attack | seed | recall | stated | harm | stated | rule |\n|---|---|---|---|---|---|---|');
  for (const { name, seed, facts, recall, harm } of cases) {
    const { rule, refused } = facts;
    console.log(
      rule === null
        ? `| ${name} | ${seed} | refused | | | | ${refused?.code}: ${refused?.message} |`
        : `| ${name} | ${seed} | ${percent(recall)} | ${bounds(rule.recall)} | ${percent(harm)} | ${bounds(rule.collateral)} | ${rule.text.replaceAll('|', '\\|')} |`,
    );
  }
  const refusals = verifyRefusals(folder, scratch, runDiff);
  console.log('\n| good against good | result |\n|---|---|');
  for (const { name, facts } of refusals) {
    console.log(
      `| ${name} | ${facts.refused === null ? `A RULE: ${facts.rule?.text}` : `${facts.refused.code}: ${facts.refused.message}`} |`,
    );
  }
  const summary = summaryOf(cases, refusals);
  console.log(
    `\n${cases.length} cases, ${summary.rules} rules: mean recall ${percent(summary.meanRecall)}, mean harm ${percent(summary.meanHarm)}, worst harm ` +
      `${percent(summary.worstHarm)}; stated recall holds in ${percent(summary.recallCovered)}, stated harm in ${percent(summary.harmCovered)}; ` +
      `refused attacks: ${summary.refused.join(', ') || 'none'}; good against good not refused: ${summary.goodNotRefused.join(', ') || 'none'}`,
  );
  return (
    summary.meanRecall >= BOUNDS.meanRecall &&
    summary.meanHarm <= BOUNDS.meanHarm &&
    summary.worstHarm <= BOUNDS.worstHarm &&
    summary.recallCovered >= BOUNDS.covered &&
    summary.harmCovered >= BOUNDS.covered &&
    summary.goodNotRefused.length === 0
  );
}

function runDiff(attack: string, good: string): DiffFacts {
  const text = execFileSync(
    process.execPath,
    [PROGRAM, 'diff', '--attack', attack, '--good', good, '--format', 'json'],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    },
  );
  return JSON.parse(text) as DiffFacts;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)} %`;
}

function bounds({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${percent(low)} to ${percent(high)}`;
}
