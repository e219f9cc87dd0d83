/** Tells DNS on a port that is not its own from anything else that happens to have its header. */
import type { DnsMessage } from './dns-message.js';

/** One question of a class in use (RFC 6895 §3.2), with nothing behind it where nothing is announced. */
export function isWholeQuestion(
  { questions, qclass, answers, authorities, additionals, nextAt }: DnsMessage,
  end: number,
): boolean {
  if (questions !== 1 || !(qclass === 1 || qclass === 3 || qclass === 4 || qclass === 255)) return false;
  return answers + authorities + additionals > 0 || nextAt === end;
}
