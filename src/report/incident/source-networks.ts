/** Sources by the network they stand in: /24, and /48 of IPv6, the sizes that are announced and handed out. */
import { formatPrefix, parsePrefix } from '../../format/address.js';

const V4_LENGTH = 24;
const V6_LENGTH = 48;

/** "198.51.100.7" -> "198.51.100.0/24"; a wider prefix stays; null when it is no address. */
export function networkOf(key: string): string | null {
  const prefix = parsePrefix(key);
  if (prefix === null) return null;
  const length = prefix.version === 4 ? V4_LENGTH : V6_LENGTH;
  if (prefix.length <= length) return formatPrefix(prefix);
  const address = key.split('/')[0] as string;
  const network = parsePrefix(`${address}/${length}`);
  return network === null ? null : formatPrefix(network);
}

interface Counted {
  readonly key: string;
  readonly packets: number;
  readonly bytes: number;
}

/** Sums of a list of sources, largest first; keys that are no addresses are left out. */
export function byNetwork(sources: readonly Counted[]): Counted[] {
  const sums = new Map<string, Counted>();
  for (const { key, packets, bytes } of sources) {
    const network = networkOf(key);
    if (network === null) continue;
    const sum = sums.get(network);
    sums.set(network, {
      key: network,
      packets: (sum?.packets ?? 0) + packets,
      bytes: (sum?.bytes ?? 0) + bytes,
    });
  }
  return [...sums.values()].sort((a, b) => b.packets - a.packets);
}
