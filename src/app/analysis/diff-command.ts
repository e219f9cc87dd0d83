/** `ddostop diff`: attack against good traffic, from captures; the rule that follows, with what it does to both. */
import { ExitCode, UserError } from '../../errors.js';
import { visibleJson } from '../../format/clean-text.js';
import { buildDiffReport } from '../../report/diff-report.js';
import { diffText } from '../../report/diff-text.js';
import { buildFingerprint } from '../../report/fingerprint.js';
import type { Analysis } from '../../signature/analysis.js';
import type { Backend } from '../../signature/backend.js';
import { AnalysisSession } from '../../signature/session.js';
import { Reputation } from '../report/reputation-lists.js';
import { writeResult } from '../result-file.js';
import { sayError } from '../standard-error.js';
import { readSides } from './diff-sides.js';

export interface DiffCommand {
  /** Captures of the attack and of good traffic; or one capture that has both. */
  readonly captures:
    | { readonly kind: 'two'; readonly attack: string; readonly good: string }
    | { readonly kind: 'one'; readonly path: string; readonly from: string | null; readonly to: string | null };
  /** Address or prefix; null: any, of one capture the one under attack. */
  readonly target: string | null;
  readonly format: 'text' | 'json' | 'fingerprint';
  readonly backend: Backend | null;
  readonly lambda: number;
  readonly vlan: boolean;
  readonly seed: number;
  /** Attributes told in text. */
  readonly top: number;
  /** File to write to; null = stdout. */
  readonly output: string | null;
  /** Files: lists of addresses that sources are held against. */
  readonly reputation?: readonly string[];
}

/** Returns the exit code; throws UserError when there is nothing to print. A refusal is a result. */
export async function runDiff(command: DiffCommand): Promise<number> {
  const reputation = command.reputation?.length ? await Reputation.load(command.reputation) : null;
  for (const remark of reputation?.remarks ?? []) sayError(remark);
  const { input, name, damages } = await readSides(command);
  if (input.attack.packets.rows.length === 0) {
    throw (
      damages[0] ?? new UserError('DIFF_EMPTY', 'no packet of the attack was found', 'Check --target, --from and --to.')
    );
  }
  const session = new AnalysisSession(reputation?.sides(input) ?? input, {
    backend: command.backend,
    lambda: command.lambda,
    vlan: command.vlan,
  });
  const analysis = session.analyse();
  await writeResult(textOf(analysis, command, name), command.output);
  for (const { message } of damages) sayError(message);
  return damages.length === 0 ? ExitCode.done : ExitCode.damagedInput;
}

function textOf(analysis: Analysis, { format, top, backend }: DiffCommand, name: string): string {
  switch (format) {
    case 'json':
      return `${visibleJson(buildDiffReport(analysis))}\n`;
    case 'fingerprint':
      return `${visibleJson(buildFingerprint(analysis), 2)}\n`;
    case 'text':
      return diffText(analysis, { name, attributes: top, backend });
  }
}
