/** `npm run verify:captures -- FOLDER`: prints equal/total per category and every difference; 0 when the acceptance list passes. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExitCode } from '../../src/errors.js';
import { reportByProgram } from './report-program.js';
import { failuresOf, formatVerdicts, verifyCaptures } from './verify-captures.js';

/** This tool is bundled to dist/tools/. */
const PROGRAM = fileURLToPath(new URL('../ddostop.cjs', import.meta.url));
const folder = process.argv[2] ?? process.env['DDOSTOP_CAPTURES'] ?? '../shared/captures';
if (existsSync(join(folder, 'MANIFEST.tsv'))) {
  const verdicts = await verifyCaptures(folder, (path) => reportByProgram(PROGRAM, path));
  const failures = failuresOf(verdicts);
  console.log([...formatVerdicts(verdicts), ...failures.map((failure) => `FAILED ${failure}`)].join('\n'));
  process.exitCode = failures.length === 0 ? ExitCode.done : ExitCode.failed;
} else {
  console.error(`CAPTURES_NOT_FOUND: no MANIFEST.tsv in "${folder}". Give the folder of captures with ground truth.`);
  process.exitCode = ExitCode.usage;
}
