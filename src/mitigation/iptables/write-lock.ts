/**
 * What several commands change together is changed by one ddostop at a time: neither ipset nor several iptables-restore are a transaction. The kernel keeps
 * the lock, a set of numbers: 0 is there while somebody writes, with a timeout, so that it goes with a writer that died; the other number changes
 * with every writer, so that nobody acts on a state read before. Claims fail by `add` of what is there and `del` of what is not: they come before any
 * line with -exist, for in a restore that stays on for all lines behind it (seen with ipset 7.17).
 */
import { LOCK_SET } from './names.js';

/** Two restores may wait 5 s each for the xtables lock. */
export const LOCK_SEC = 15;
/** For as long as reading takes: whoever finds nothing left to do leaves it behind. */
const RESERVE_SEC = 5;
const MAX_GENERATION = 255;

export interface LockState {
  readonly exists: boolean;
  readonly generation: number | null;
  /** Of who is writing now, or died within the last seconds; null: nobody. */
  readonly holder: string | null;
}

export const NO_LOCK: LockState = { exists: false, generation: null, holder: null };

const RELEASE = `del ${LOCK_SET} 0`;

/** First lines of an act made from a state. `token`: ours. */
export function claimLines({ exists, generation, holder }: LockState, token: string): string[] {
  const hold = `add ${LOCK_SET} 0 timeout ${LOCK_SEC} comment "${token}"`;
  if (!exists)
    return [
      `create ${LOCK_SET} bitmap:port range 0-${MAX_GENERATION} timeout 0 comment`,
      hold,
      generationLine(firstGeneration(token)),
    ];
  const next = generation === null ? firstGeneration(token) : (generation % MAX_GENERATION) + 1;
  // What was read while another one wrote is half of its act (rules that nothing arms yet look dead): even if it has ended since, the claim must fail.
  const isHalf = holder !== null && holder !== token;
  const expected = isHalf ? next : generation;
  const lines = [hold, ...(expected === null ? [] : [`del ${LOCK_SET} ${expected}`]), generationLine(next)];
  return holder === token ? lines.map((line) => `${line} -exist`) : lines;
}

/** Last line of an act. */
export function releaseLine(): string {
  return `${RELEASE} -exist`;
}

/** A claim that failed as a line that takes the lock for the next one, made from a state that is read meanwhile; null: it did not fail by its claim. */
export function reserveLine(stdin: string, stderr: string): string | null {
  const lines = stdin.split('\n');
  const failed = lines[(failedLine(stderr) ?? 0) - 1] ?? '';
  if (!isLockLine(failed) || failed.endsWith(' -exist')) return null;
  const hold = lines.find((line) => line.startsWith(`add ${LOCK_SET} 0 `)) ?? '';
  const own = failed.startsWith('del ') ? ' -exist' : ''; // the line before it has taken the lock
  return `${hold.replace(/timeout [0-9]+/, `timeout ${RESERVE_SEC}`)}${own}`;
}

export function isLockLine(line: string): boolean {
  return line.split(' ', 2)[1] === LOCK_SET;
}

/** Counted from 1; null: the message names none. */
export function failedLine(stderr: string): number | null {
  const match = /Error in line ([0-9]{1,7}):/.exec(stderr);
  return match === null ? null : Number(match[1]);
}

/** By chance: a lock that went with the last mitigation and was made anew must not count up to a number somebody has read before. */
function firstGeneration(token: string): number {
  return ((Number.parseInt(token.slice(0, 8), 16) || 0) % MAX_GENERATION) + 1;
}

function generationLine(generation: number): string {
  return `add ${LOCK_SET} ${generation}`;
}
