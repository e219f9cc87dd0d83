/** Where an object of nft's listing lives, and the keys made of that. */
import type { RuleFamily } from '../../../src/records/counter-sample.js';
import { keyOf } from '../spec-hash.js';
import { asText, type Json } from './json-shape.js';

export interface Place {
  readonly family: RuleFamily;
  readonly table: string;
  readonly chain: string;
}

const FAMILIES: ReadonlySet<string> = new Set(['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev']);

/** Null: a word is missing that every object of its kind has. */
export function placeOf(json: Json, chainName: unknown): Place | null {
  const family = familyOf(json);
  const table = asText(json['table']);
  const chain = asText(chainName);
  return family === null || table === null || chain === null ? null : { family, table, chain };
}

export function familyOf(json: Json): RuleFamily | null {
  const family = json['family'];
  return typeof family === 'string' && FAMILIES.has(family) ? (family as RuleFamily) : null;
}

export function chainKey({ family, table, chain }: Place): string {
  return keyOf('nft', family, table, chain);
}

export function setKey({ family, table }: Place, name: string): string {
  return keyOf('set', family, table, name);
}

export function counterKey({ family, table }: Place, name: string): string {
  return keyOf('counter', family, table, name);
}
