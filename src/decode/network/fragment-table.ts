/**
 * Ports of datagrams of which a first fragment was seen, for the later ones. 1024 sets of four, the oldest of a set goes: a flood
 * of fragments displaces, it never grows. A fragment that comes before the first one stays without ports (seen reordered: rare).
 * A datagram is its addresses, protocol and identification (RFC 791 §3.2, RFC 8200 §4.5), compared in full.
 */
import { Has, type HeaderColumns, NO_TRANSPORT } from '../../records/packet-batch.js';
import type { Cursor } from '../cursor.js';

const SETS = 1024;
const WAYS = 4;
/** Source, target, identification, protocol with version. */
const KEY_WORDS = 10;
/** Golden ratio, and two primes of xxHash: collisions only displace, so the mix need not be secret. */
const MIX = 0x9e3779b1;
const MIX_ID = 0x85ebca77;

export class FragmentTable {
  /** Later fragments that got ports, and those whose first was not seen. */
  joined = 0;
  unjoined = 0;
  /** 4096 × 10 words = 160 KiB. */
  readonly #keys = new Int32Array(SETS * WAYS * KEY_WORDS);
  readonly #ports = new Int32Array(SETS * WAYS);
  /** Transport protocol; 0: free. */
  readonly #transports = new Uint8Array(SETS * WAYS);
  /** The way that goes next. */
  readonly #next = new Uint8Array(SETS);
  readonly #key = new Int32Array(KEY_WORDS);

  /** Once a decoded row, with the cursor as its decoding left it: notes a first fragment, completes a later one. */
  join(columns: HeaderColumns, row: number, cursor: Cursor): void {
    const has = columns.has[row] as number;
    if ((has & Has.laterFragment) !== 0) this.#complete(columns, row, cursor.fragmentId);
    else if ((has & Has.firstFragment) !== 0 && (has & Has.ports) !== 0) this.#note(columns, row, cursor.fragmentId);
  }

  #note(columns: HeaderColumns, row: number, id: number): void {
    const set = this.#fillKey(columns, row, id);
    const known = this.#find(set);
    const slot = known >= 0 ? known : set * WAYS + (this.#next[set] as number);
    if (known < 0) this.#next[set] = ((this.#next[set] as number) + 1) % WAYS;
    this.#keys.set(this.#key, slot * KEY_WORDS);
    this.#ports[slot] = ((columns.srcPort[row] as number) << 16) | (columns.dstPort[row] as number);
    this.#transports[slot] = columns.transport[row] as number;
  }

  #complete(columns: HeaderColumns, row: number, id: number): void {
    const slot = this.#find(this.#fillKey(columns, row, id));
    if (slot < 0) {
      this.unjoined += 1;
      return;
    }
    this.joined += 1;
    const ports = this.#ports[slot] as number;
    columns.srcPort[row] = ports >>> 16;
    columns.dstPort[row] = ports & 0xffff;
    if (columns.transport[row] === NO_TRANSPORT) columns.transport[row] = this.#transports[slot] as number;
  }

  /** Returns the set. */
  #fillKey({ version, src, dst, protocol }: HeaderColumns, row: number, id: number): number {
    const key = this.#key;
    let mixed = Math.imul(id, MIX_ID);
    for (let word = 0; word < 4; word += 1) {
      key[word] = src[row * 4 + word] as number;
      key[word + 4] = dst[row * 4 + word] as number;
      mixed = Math.imul(mixed ^ (key[word] as number), MIX) ^ (key[word + 4] as number);
    }
    key[8] = id;
    key[9] = ((version[row] as number) << 8) | (protocol[row] as number);
    return Math.imul(mixed, MIX) >>> 22;
  }

  #find(set: number): number {
    for (let slot = set * WAYS; slot < set * WAYS + WAYS; slot += 1) {
      if (this.#transports[slot] !== 0 && this.#isKeyOf(slot)) return slot;
    }
    return -1;
  }

  #isKeyOf(slot: number): boolean {
    for (let word = 0; word < KEY_WORDS; word += 1) {
      if (this.#keys[slot * KEY_WORDS + word] !== this.#key[word]) return false;
    }
    return true;
  }
}
