/** Facts of a capture by the built program itself: `ddostop report --format json --exact`, one process a capture. */
import { spawn } from 'node:child_process';
import { ExitCode } from '../../src/errors.js';
import type { Facts } from './verify-captures.js';

/** FoxIO's expectations are of before the text was changed for ALPN that is not ASCII. The truth cuts lists itself. */
const OPTIONS = ['--format', 'json', '--exact', '--top', '10000', '--ja4-compat'];
/** What may take this long is a hang. */
const TIMEOUT_MS = 20_000;

/** Rejects when the program crashed, hung, or printed no report. `program`: path of dist/ddostop.cjs. */
export async function reportByProgram(
  program: string,
  path: string,
  options: readonly string[] = OPTIONS,
): Promise<Facts> {
  const child = spawn(process.execPath, [program, 'report', ...options, path], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text.out += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text.err += part;
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (...end) => resolve(end));
  });
  if (code === ExitCode.done || code === ExitCode.damagedInput) return JSON.parse(text.out) as Facts;
  throw new Error(`ended with ${code ?? signal}: ${text.err.slice(0, 300)}`);
}
