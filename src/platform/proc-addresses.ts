/** Addresses of a host's interfaces from /proc, where no program is needed. proc_net(5); the kernel's net/ipv4/fib_trie.c, net/ipv6/addrconf.c. */

const MAX_ADDRESSES = 4096;

/** /proc/net/fib_trie: a leaf "|-- 192.0.2.10", then "/32 host LOCAL". Each stands in the main and the local trie. */
export function parseFibTrie(text: string): string[] {
  const found = new Set<string>();
  let leaf: string | null = null;
  for (const line of text.split('\n')) {
    leaf = /\|-- ([0-9.]{7,15})\s*$/.exec(line)?.[1] ?? leaf;
    if (leaf !== null && /\/32 host LOCAL\s*$/.test(line) && found.size < MAX_ADDRESSES) found.add(leaf);
  }
  return [...found];
}

/** /proc/net/if_inet6: 32 hex digits, then index, prefix length, scope, flags, name. */
export function parseIfInet6(text: string): string[] {
  const addresses = text
    .split('\n')
    .slice(0, MAX_ADDRESSES)
    .map((line) => /^([0-9a-f]{32}) /.exec(line)?.[1]);
  return addresses.filter((hex) => hex !== undefined).map((hex) => (hex.match(/.{4}/g) as string[]).join(':'));
}
