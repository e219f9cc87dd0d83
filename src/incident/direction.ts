/** Into our networks, or out of them: an attack that our own machines take part in is another kind of trouble. */
import { type Prefix, parsePrefix } from '../format/address.js';
import { PrefixMap } from '../sketch/prefix-map.js';
import type { Incident } from './incident.js';

export class OwnNetworks {
  readonly #networks = new PrefixMap<true>();

  constructor(networks: readonly Prefix[]) {
    for (const network of networks) this.#networks.set(network, true);
  }

  /** `sources`: the largest ones. */
  directionOf(target: string, sources: Incident['sources']['top']): Incident['direction'] {
    if (this.#networks.isEmpty) return 'unknown';
    if (this.#holds(target)) return 'incoming';
    const packets = (rows: Incident['sources']['top']) => rows.reduce((sum, row) => sum + row.packets, 0);
    const ours = sources.filter(({ key }) => this.#holds(key));
    return ours.length > 0 && packets(ours) * 2 > packets(sources) ? 'outgoing' : 'unknown';
  }

  #holds(text: string): boolean {
    const prefix = parsePrefix(text);
    return prefix !== null && this.#networks.find(prefix) === true;
  }
}
