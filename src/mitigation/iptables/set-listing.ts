/** What `ipset save NAME` prints, as plain objects. ipset(8): one `create`, then one `add` a line; a comment holds no quote. */
import { UserError } from '../../errors.js';
import type { NftCounter } from '../../platform/nft-json.js';

export interface ListedSet {
  readonly name: string;
  /** E.g. "hash:net". */
  readonly type: string;
  readonly elements: readonly ListedElement[];
}

export interface ListedElement {
  readonly value: string;
  /** Null: it has no end. */
  readonly expiresSec: number | null;
  readonly counter: NftCounter;
  readonly comment: string | null;
  /** It has an option that we never write (nomatch, a mark): somebody else's. */
  readonly isOdd: boolean;
}

/** A set as `ipset -t list` tells it: short however many elements it has. */
export interface SetHead {
  readonly name: string;
  readonly type: string;
  /** Null: ipset before 6.30 does not say. */
  readonly entries: number | null;
}

const CREATE = /^create (\S{1,31}) (\S{1,40}) /;
const ADD = /^add (\S{1,31}) (\S{1,120})(.*)$/;

/** Names are somebody's: one that is no plain word is left out. */
export function parseHeads(text: string): SetHead[] {
  return text.split(/^Name: /m).flatMap((block) => {
    const name = /^([A-Za-z0-9._-]{1,31})\n/.exec(block)?.[1];
    const type = /^Type: (\S{1,40})$/m.exec(block)?.[1];
    const entries = /^Number of entries: ([0-9]{1,10})$/m.exec(block)?.[1];
    if (name === undefined || type === undefined) return [];
    return [{ name, type, entries: entries === undefined ? null : Number(entries) }];
  });
}

/** Null: the text lists nothing. Throws UserError for what is no listing. */
export function parseSet(text: string): ListedSet | null {
  let head: { readonly name: string; readonly type: string } | null = null;
  const elements: ListedElement[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const create = CREATE.exec(line);
    if (create !== null) {
      head = { name: create[1] as string, type: create[2] as string };
      continue;
    }
    const add = ADD.exec(line);
    if (add === null) throw garbled(line);
    elements.push(readElement(add[2] as string, add[3] as string));
  }
  return head === null ? null : { ...head, elements };
}

function readElement(value: string, tail: string): ListedElement {
  const comment = / comment "([^"]*)"/.exec(tail);
  const words = tail
    .replace(/ comment "[^"]*"/, '')
    .split(' ')
    .filter((word) => word !== '');
  const numbers: Record<string, number> = {};
  let isOdd = false;
  for (let at = 0; at < words.length; at += 2) {
    const [name, number] = [words[at] as string, Number(words[at + 1])];
    if (!['timeout', 'packets', 'bytes'].includes(name) || !Number.isFinite(number)) {
      isOdd = true;
      break;
    }
    numbers[name] = number;
  }
  const timeout = numbers['timeout'] ?? 0;
  return {
    value,
    expiresSec: timeout === 0 ? null : timeout,
    counter: { packets: numbers['packets'] ?? 0, bytes: numbers['bytes'] ?? 0 },
    comment: comment?.[1] ?? null,
    isOdd,
  };
}

function garbled(line: string): UserError {
  return new UserError(
    'IPSET_OUTPUT',
    `expected lines "create" and "add" of ipset, got ${JSON.stringify(line.slice(0, 60))}`,
    'Look at "sudo ipset save"; this version of ipset may print another form.',
  );
}
