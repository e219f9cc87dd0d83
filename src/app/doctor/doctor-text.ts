/** The report as text: a line a check, and below what would enable the rest. Says by words what it says by signs. */
import { cleanText, visibleLines } from '../../format/clean-text.js';
import type { CheckState, DoctorCheck, DoctorReport } from './doctor-check.js';

const SIGNS: Readonly<Record<CheckState, string>> = { ok: '+ ok', missing: '- missing', refused: '! refused' };
const SIGN_CELLS = 11;
const MAX_DETAIL = 200;

export function doctorText({ program, host, ok, checks }: DoctorReport): string {
  const titleCells = Math.max(...checks.map(({ title }) => title.length)) + 2;
  const lines = checks.map(
    ({ state, title, detail }) =>
      `${SIGNS[state].padEnd(SIGN_CELLS)}${title.padEnd(titleCells)}${cleanText(detail, MAX_DETAIL)}`,
  );
  const fixes = checks.flatMap((check) => fixLines(check));
  const head = `${program} on ${host === '' ? 'this machine' : cleanText(host, 255)}`;
  const tail = fixes.length === 0 ? [] : ['', 'What would enable the rest:', ...fixes];
  return `${[head, '', ...lines, ...tail, '', verdict(ok, host)].join('\n')}\n`;
}

function fixLines({ title, fix }: DoctorCheck): string[] {
  if (fix === null || fix === '') return [];
  return [
    '',
    `${title}:`,
    ...visibleLines(fix.trimEnd())
      .split('\n')
      .map((line) => `  ${line}`.trimEnd()),
  ];
}

function verdict(ok: boolean, host: string): string {
  if (host !== '') return ok ? 'The machine can be asked.' : 'The machine cannot be asked.';
  return ok ? 'Captures can be read.' : 'Captures cannot be read.';
}
