/**
 * Addresses and prefixes: text <-> four 32-bit words (network order, signed). IPv4 sits in word 3 behind ::ffff:0:0.
 * Text form of IPv6: RFC 5952, with the dotted tail for ::a.b.c.d and ::ffff:a.b.c.d as inet_ntop prints it.
 */

export interface Prefix {
  readonly version: 4 | 6;
  /** Four words, host bits zero. */
  readonly words: readonly [number, number, number, number];
  /** Prefix length of the version: 0..32 or 0..128. */
  readonly length: number;
}

const V4_MAPPED = 0xffff;

export function formatIpv4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

export function formatIpv6(w0: number, w1: number, w2: number, w3: number): string {
  const groups = [
    w0 >>> 16, w0 & 0xffff, w1 >>> 16, w1 & 0xffff,
    w2 >>> 16, w2 & 0xffff, w3 >>> 16, w3 & 0xffff,
  ]; // biome-ignore format: eight groups read best in two rows
  // glibc's inet_ntop: ::a.b.c.d (compatible, but not :: or ::1-style short tails) and ::ffff:a.b.c.d keep the dotted tail.
  if (w0 === 0 && w1 === 0 && (w2 === V4_MAPPED || (w2 === 0 && w3 >>> 16 !== 0))) {
    return `::${w2 === V4_MAPPED ? 'ffff:' : ''}${formatIpv4(w3)}`;
  }
  const [runAt, runLength] = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (runLength < 2) return hex.join(':');
  return `${hex.slice(0, runAt).join(':')}::${hex.slice(runAt + runLength).join(':')}`;
}

/** First longest run of zero groups: RFC 5952 §4.2.3. */
function longestZeroRun(groups: readonly number[]): [at: number, length: number] {
  let bestAt = 0;
  let best = 0;
  for (let at = 0; at < 8; at += 1) {
    let end = at;
    while (end < 8 && groups[end] === 0) end += 1;
    if (end - at > best) {
      best = end - at;
      bestAt = at;
    }
    if (end > at) at = end;
  }
  return [bestAt, best];
}

/** Text of an address of `version`; `w0`..`w2` are ignored for IPv4. */
export function formatAddress(version: number, w0: number, w1: number, w2: number, w3: number): string {
  return version === 4 ? formatIpv4(w3) : formatIpv6(w0, w1, w2, w3);
}

/** "192.0.2.0/24"; a host prints without its length. */
export function formatPrefix(prefix: Prefix): string {
  const address = formatAddress(prefix.version, ...prefix.words);
  return prefix.length === (prefix.version === 4 ? 32 : 128) ? address : `${address}/${prefix.length}`;
}

/** Dotted quad, strictly four decimal parts without leading zeros (an octal reading elsewhere would name another host). */
export function parseIpv4(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let word = 0;
  for (const part of parts) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part)) return null;
    const value = Number(part);
    if (value > 255) return null;
    word = (word << 8) | value;
  }
  return word;
}

/** RFC 4291 §2.2 text, no zone, no brackets. */
export function parseIpv6(text: string): [number, number, number, number] | null {
  if (text.length > 45 || !/^[0-9a-fA-F:.]+$/.test(text)) return null;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] as string, halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] as string, true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const all = [...head, ...new Array<number>(missing).fill(0), ...tail];
  const word = (i: number) => ((all[i] as number) << 16) | (all[i + 1] as number) | 0;
  return [word(0), word(2), word(4), word(6)];
}

function groupsOf(text: string, mayEndInIpv4: boolean): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (part.includes('.')) {
      const v4 = mayEndInIpv4 && i === parts.length - 1 ? parseIpv4(part) : null;
      if (v4 === null) return null;
      groups.push(v4 >>> 16, v4 & 0xffff);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return null;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

/** "192.0.2.0/24", "2001:db8::/32" or a bare address. Host bits are cleared. Null when it is no prefix. */
export function parsePrefix(text: string): Prefix | null {
  const match = /^([0-9a-fA-F:.]+)(?:\/([0-9]{1,3}))?$/.exec(text);
  if (!match) return null;
  const [, address, lengthText] = match as unknown as [string, string, string | undefined];
  const v4 = address.includes(':') ? null : parseIpv4(address);
  const words = v4 === null ? parseIpv6(address) : ([0, 0, V4_MAPPED, v4] as [number, number, number, number]);
  if (words === null) return null;
  const version = v4 === null ? 6 : 4;
  const max = version === 4 ? 32 : 128;
  const length = lengthText === undefined ? max : Number(lengthText);
  if (length > max || (lengthText !== undefined && String(length) !== lengthText)) return null;
  return { version, words: maskWords(words, version === 4 ? length + 96 : length), length };
}

function maskWords(words: readonly number[], bits: number): [number, number, number, number] {
  const masked = words.map((word, i) => {
    const keep = bits - i * 32;
    return keep >= 32 ? word : keep <= 0 ? 0 : word & maskOf(keep);
  });
  return masked as [number, number, number, number];
}

/** Mask of the first `bits` bits of a word, 0..32. */
export function maskOf(bits: number): number {
  return bits === 0 ? 0 : (-1 << (32 - bits)) | 0;
}

/** True when `inner` lies inside (or equals) `outer`; false across versions. */
export function covers(outer: Prefix, inner: Prefix): boolean {
  if (outer.version !== inner.version || outer.length > inner.length) return false;
  const masked = maskWords(inner.words, outer.version === 4 ? outer.length + 96 : outer.length);
  return masked.every((word, i) => word === outer.words[i]);
}

/** True when they share at least one address. */
export function overlaps(a: Prefix, b: Prefix): boolean {
  return covers(a, b) || covers(b, a);
}
