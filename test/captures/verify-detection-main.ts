/** `npm run verify:detection -- FOLDER [--benign-hours N]`: the scored table of real attacks; 0 when the acceptance list passes. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ExitCode } from '../../src/errors.js';
import type { Incident } from '../../src/incident/incident.js';
import { loopBenign } from './benign-hours.js';
import { reportByProgram } from './report-program.js';
import { detectionFailures, formatDetection, scoreAttacks, scoreQuiet } from './verify-detection.js';

/** This tool is bundled to dist/tools/. */
const PROGRAM = fileURLToPath(new URL('../ddostop.cjs', import.meta.url));
const { values, positionals } = parseArgs({
  options: { 'benign-hours': { type: 'string' } },
  allowPositionals: true,
});
const folder = positionals[0] ?? process.env['DDOSTOP_CAPTURES'] ?? '../shared/captures';
const hours = Number(values['benign-hours'] ?? 0);

async function incidentsOf(path: string): Promise<readonly Incident[]> {
  const report: unknown = await reportByProgram(PROGRAM, path, ['--format', 'json']);
  return (report as { readonly incidents: readonly Incident[] }).incidents;
}

function benignLines(): { readonly lines: readonly string[]; readonly failures: readonly string[] } {
  const { captures, rounds, packets, spanSec, busySec, alarms, incidents, boundPerHour } = loopBenign(folder, hours);
  return {
    lines: [
      `benign: ${captures} captures, ${rounds} rounds, ${packets} packets in ${(spanSec / 3600).toFixed(2)} h of capture time, ` +
        `${(busySec / 3600).toFixed(2)} h of it with packets`,
      `benign: ${alarms} alarms; with 95 % fewer than ${boundPerHour.toFixed(2)} an hour (3/T)`,
      ...incidents.map((line) => `    ${line}`),
    ],
    failures: alarms === 0 ? [] : [`${alarms} alarms in benign traffic`],
  };
}

if (existsSync(join(folder, 'MANIFEST.tsv')) && hours >= 0) {
  const rows = await scoreAttacks(folder, incidentsOf);
  const quiet = await scoreQuiet(folder, incidentsOf);
  const benign = hours > 0 ? benignLines() : { lines: [], failures: [] };
  const failures = [...detectionFailures(rows, quiet), ...benign.failures];
  console.log(
    [...formatDetection(rows, quiet), ...benign.lines, ...failures.map((line) => `FAILED ${line}`)].join('\n'),
  );
  process.exitCode = failures.length === 0 ? ExitCode.done : ExitCode.failed;
} else {
  console.error(`CAPTURES_NOT_FOUND: no MANIFEST.tsv in "${folder}". Give the folder of captures with ground truth.`);
  process.exitCode = ExitCode.usage;
}
