/**
 * The comment of a set element: who holds it, so that the kernel alone can answer "what is live, whose, for how long".
 *   id=k3f9a:t:600:30 why=manual                          one owner: on trial (t), 600 s once confirmed, 30 s now
 *   id=k3f9a:c:600:421,b2c4d:t:3600:30 why=manual was=9/540   two plans hold the same prefix; 9 packets, 540 bytes counted before a rewrite
 * The last number of an owner is its life in seconds from the moment the element was written: with the kernel's own `timeout` and `expires` that
 * gives each owner's remaining time without any wall clock.
 */
import type { NftCounter } from '../platform/nft-json.js';

export interface Owner {
  readonly id: string;
  readonly confirmed: boolean;
  /** Seconds it is to live once confirmed. */
  readonly ttlSec: number;
  /** Seconds from the writing of the element. */
  readonly lifeSec: number;
}

export interface ElementComment {
  readonly owners: readonly Owner[];
  readonly why: string;
  /** What earlier elements of this prefix had counted: rewriting an element restarts the kernel's counter. */
  readonly was: NftCounter;
}

/** Three owners of 23 bytes, why and was stay below the 120 bytes that every nft can reload. */
export const MAX_OWNERS = 3;
export const MAX_COMMENT_BYTES = 120;
/** One word; the charset survives nft, iptables and ipset without quoting. */
export const WHY_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,23}$/;
/** 30 days, so that an owner stays within 23 bytes. */
export const MAX_TTL_SEC = 2_592_000;

const COMMENT_PATTERN =
  /^id=([a-z2-7:,0-9]+) why=([A-Za-z0-9][A-Za-z0-9._-]{0,23})(?: was=([0-9]{1,16})\/([0-9]{1,16}))?$/;
const OWNER_PATTERN = /^([a-z2-7]{5}):([tc]):([0-9]{1,7}):([0-9]{1,7})$/;

export function formatComment({ owners, why, was }: ElementComment): string {
  const ids = owners.map(({ id, confirmed, ttlSec, lifeSec }) => `${id}:${confirmed ? 'c' : 't'}:${ttlSec}:${lifeSec}`);
  const comment = `id=${ids.join(',')} why=${why}`;
  const counted = ` was=${was.packets}/${was.bytes}`;
  // Huge counts may not fit behind three owners; the count is the part that can be missed.
  return was.packets === 0 || comment.length + counted.length > MAX_COMMENT_BYTES ? comment : comment + counted;
}

/** Null when it is not a comment of ours, whoever wrote it. */
export function parseComment(text: string | null): ElementComment | null {
  const match = text === null || text.length > MAX_COMMENT_BYTES ? null : COMMENT_PATTERN.exec(text);
  if (match === null) return null;
  const [, ids, why, packets = '0', bytes = '0'] = match as unknown as [string, string, string, string?, string?];
  const owners: Owner[] = [];
  for (const part of ids.split(',')) {
    const owner = OWNER_PATTERN.exec(part);
    if (owner === null) return null;
    owners.push({
      id: owner[1] as string,
      confirmed: owner[2] === 'c',
      ttlSec: Number(owner[3]),
      lifeSec: Number(owner[4]),
    });
  }
  return { owners, why, was: { packets: Number(packets), bytes: Number(bytes) } };
}
