/** The words of one iptables rule: comment apart, target, sets. Read once and kept, since a rule's words change rarely and its counter always. */
import type { RuleVerdict } from '../../../src/records/counter-sample.js';
import { type QuotedWord, quotedWords } from '../quoted-lines.js';
import { mitigationIdOf, specHash } from '../spec-hash.js';

export interface SavedSpec {
  /** Without its chain and its comment. */
  readonly text: string;
  readonly comment: string;
  /** Null: none, it counts only. */
  readonly target: string | null;
  /** Of the target when it is no chain of the table. */
  readonly verdict: RuleVerdict;
  readonly sets: readonly string[];
  readonly hash: string;
  readonly mitigationId: string | null;
}

/** Targets that let the packet go on with the next rule. */
const GOES_ON = new Set(
  (
    'LOG NFLOG ULOG AUDIT MARK CONNMARK SECMARK CONNSECMARK CT NOTRACK TRACE TOS DSCP ECN TTL HL CLASSIFY SET TCPMSS ' +
    'TCPOPTSTRIP CHECKSUM RATEEST TEE LED IDLETIMER HMARK'
  ).split(' '),
);
const VERDICTS: Readonly<Record<string, RuleVerdict>> = {
  ACCEPT: 'accept',
  DROP: 'drop',
  REJECT: 'reject',
  QUEUE: 'queue',
  NFQUEUE: 'queue',
};

export class SpecReader {
  #kept = new Map<string, SavedSpec>();
  #used = new Map<string, SavedSpec>();

  begin(): void {
    this.#used = new Map();
  }

  /** What was not read since `begin` is forgotten. */
  end(): void {
    this.#kept = this.#used;
  }

  read(words: string): SavedSpec {
    const spec = this.#used.get(words) ?? this.#kept.get(words) ?? readSpec(words);
    this.#used.set(words, spec);
    return spec;
  }
}

export function readSpec(line: string): SavedSpec {
  const words = quotedWords(line);
  let target: string | null = null;
  let comment = '';
  let text = line;
  const sets: string[] = [];
  // From the last word to the first, so that taking the comment out moves nothing that is still to be read.
  for (let at = words.length - 1; at >= 0; at -= 1) {
    const option = words[at] as QuotedWord;
    const value = words[at + 1];
    if (option.isQuoted || value === undefined) continue;
    if ((option.text === '-j' || option.text === '-g') && !value.isQuoted) target = value.text;
    else if (option.text === '--match-set') sets.unshift(value.text);
    else if (option.text === '--comment' && isCommentMatch(words, at)) {
      comment = value.text;
      text = without(text, words[at - 2]?.at ?? 0, value.end);
    }
  }
  return {
    text,
    comment,
    target,
    verdict: target === null ? 'continue' : (VERDICTS[target] ?? (GOES_ON.has(target) ? 'continue' : 'other')),
    sets,
    hash: specHash(line),
    mitigationId: mitigationIdOf(comment),
  };
}

function isCommentMatch(words: readonly QuotedWord[], at: number): boolean {
  return words[at - 1]?.text === 'comment' && words[at - 2]?.text === '-m';
}

function without(text: string, from: number, to: number): string {
  return `${text.slice(0, from)}${text.slice(to)}`.replace(/ {2,}/g, ' ').trim();
}
