/**
 * One million prefixes: time to build, memory, and ns a lookup of random addresses (nearly every one misses the caches). Two shared cores, Node 20: IPv4
 * 91 ns, 15.9 MB, built in 0.7 s; IPv6 449 ns, 40.3 MB, 1.4 s.
 */
import { nextRandom } from './hash.js';
import type { PrefixTrie } from './prefix-trie.js';
import { PrefixTrieBuilder } from './prefix-trie-builder.js';

const PREFIXES = 1_000_000;
const LOOKUPS = 1 << 20;
const ROUNDS = 9;
let random = 42;

function word(): number {
  random = nextRandom(random);
  return random;
}

function measure(version: 4 | 6): void {
  const builder = new PrefixTrieBuilder(PREFIXES);
  const fillMs = performance.now();
  for (let i = 0; i < PREFIXES; i += 1) builder.add(version, ...prefixOf(version), 1 + (i % 30));
  const buildMs = performance.now();
  const trie = builder.build();
  const doneMs = performance.now();
  const { bytes, pieces } = trie;
  console.log(
    `IPv${version}: ${PREFIXES} prefixes, ${pieces} pieces, ${(bytes / 1e6).toFixed(1)} MB; fill ${(buildMs - fillMs).toFixed(0)} ms, build ${(doneMs - buildMs).toFixed(0)} ms`,
  );
  look(version, trie);
}

/** Shares as in lists of bad addresses: most are single, the others /24 to /16 (/48 to /32). */
function prefixOf(version: 4 | 6): [words: number[], length: number] {
  const isHost = (word() & 7) !== 0;
  if (version === 4) {
    const length = isHost ? 32 : 16 + ((word() >>> 1) % 9);
    return [[0, 0, 0, word() & (-1 << (32 - length))], length];
  }
  const head = 0x2a000000 | (word() & 0xfffff);
  return isHost ? [[head, word(), word(), word()], 128] : [[head, word() & -0x10000, 0, 0], 48];
}

function look(version: 4 | 6, trie: PrefixTrie): void {
  const words = Int32Array.from({ length: LOOKUPS * 4 }, (_, i) =>
    version === 6 && i % 4 === 0 ? 0x2a000000 | (word() & 0xfffff) : word(),
  );
  const nanoseconds: number[] = [];
  let found = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const startMs = performance.now();
    for (let i = 0; i < LOOKUPS; i += 1) if (trie.find(version, words, i * 4) !== 0) found += 1;
    nanoseconds.push(((performance.now() - startMs) * 1e6) / LOOKUPS);
  }
  nanoseconds.sort((a, b) => a - b);
  const median = nanoseconds[ROUNDS >> 1] as number;
  console.log(`  ${median.toFixed(0)} ns a lookup (${(1000 / median).toFixed(1)} M/s), ${found} found`);
}

measure(4);
measure(6);
