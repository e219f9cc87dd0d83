/** What a UserError means for the exit code: some say "the command line was wrong", the others "it failed". */
import { ExitCode, type UserError } from '../errors.js';

const USAGE_CODES = new Set([
  'USAGE',
  'NO_TERMINAL',
  'NEEDS_YES',
  'NOTHING_TO_DO',
  'TOO_MANY_PREFIXES',
  'PREFIX_TOO_WIDE',
  'BAD_PREFIX',
  'BAD_TTL',
  'BAD_WINDOW',
  'BAD_WORD',
  'BAD_ID',
  'BAD_GUARD',
  'BAD_DEVICE',
  'BAD_DURATION',
  'BAD_HOST',
  'BAD_LIMIT',
  'BAD_RATE',
  'BAD_SIGNATURE',
  'BAD_SSH_CONFIG',
  'TOO_MANY_LIMITS',
  'TOO_MANY_TARGETS',
  'INTERFACE_NAME',
  'RECORD_FOLDER',
  'REPLAY_LOOP',
  'REPLAY_SPEED',
]);

export function exitCodeOf(error: UserError): number {
  return USAGE_CODES.has(error.code) ? ExitCode.usage : ExitCode.failed;
}
