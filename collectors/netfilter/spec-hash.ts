/** A short name for a long text, to tell two rules apart that share a handle. Not against an adversary: whoever writes rules is root. */

/** 64 bits as 16 hex digits (two FNV-1a with different starts over UTF-16 units). */
export function specHash(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b) ^ (high >>> 13);
  }
  return (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0');
}

/** Parts of a key, none of which can hold the separator: names in the kernel end at a NUL. */
export function keyOf(...parts: readonly (string | number)[]): string {
  return parts.join('\0');
}

/** Id of a mitigation of ours in a rule's comment ("ddostop:k3f9a why=…"); null: not ours. */
export function mitigationIdOf(comment: string): string | null {
  return /^ddostop:([a-z2-7]{5})(?: |$)/.exec(comment)?.[1] ?? null;
}
