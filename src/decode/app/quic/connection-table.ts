/** QUIC connections whose ClientHello is awaited or was read: a ring, the oldest goes first. Columns, as all tables on the hot side. */
import { FLOW_WORDS } from '../../flow-words.js';
import { KEYS_BYTES } from './initial-keys.js';
import { MAX_CONNECTION_ID_BYTES } from './long-header.js';

/** `answered`: its first hello was read; a server may ask for another (HelloRetryRequest, RFC 8446 §4.1.4). */
const State = { free: 0, pending: 1, answered: 2, done: 3 } as const;
/** Length of a server's connection ID that was not seen yet. */
const UNKNOWN = 255;

export class ConnectionTable {
  /** Connections that had to go before their hello was complete. */
  evicted = 0;
  /** After `find`: the newest connection of the flow whose hello is awaited, or -1. */
  pending = -1;
  readonly #slots: number;
  readonly #flows: Int32Array;
  readonly #clientIds: Uint8Array;
  readonly #clientIdLengths: Uint8Array;
  readonly #serverIds: Uint8Array;
  readonly #serverIdLengths: Uint8Array;
  readonly #keys: Uint8Array;
  readonly #states: Uint8Array;
  #newest = 0;

  constructor(slots: number) {
    this.#slots = slots;
    this.#flows = new Int32Array(slots * FLOW_WORDS);
    this.#clientIds = new Uint8Array(slots * MAX_CONNECTION_ID_BYTES);
    this.#clientIdLengths = new Uint8Array(slots);
    this.#serverIds = new Uint8Array(slots * MAX_CONNECTION_ID_BYTES);
    this.#serverIdLengths = new Uint8Array(slots).fill(UNKNOWN);
    this.#keys = new Uint8Array(slots * KEYS_BYTES);
    this.#states = new Uint8Array(slots);
  }

  /** A slot for a new connection, `id[at, end)` being what its keys were made of. */
  open(flow: Int32Array, id: Uint8Array, at: number, end: number, keys: Uint8Array): number {
    const slot = (this.#newest + 1) % this.#slots;
    this.#newest = slot;
    if (this.#states[slot] === State.pending) this.evicted += 1;
    this.#states[slot] = State.pending;
    this.#flows.set(flow.subarray(0, FLOW_WORDS), slot * FLOW_WORDS);
    this.#clientIds.set(id.subarray(at, end), slot * MAX_CONNECTION_ID_BYTES);
    this.#clientIdLengths[slot] = end - at;
    this.#serverIdLengths[slot] = UNKNOWN;
    this.#keys.set(keys, slot * KEYS_BYTES);
    return slot;
  }

  /** The connection of a client's packet with this target ID: the one it chose, or the one the server told it. -1 when unknown. */
  find(flow: Int32Array, id: Uint8Array, at: number, end: number): number {
    this.pending = -1;
    for (let slot = this.#newest, left = this.#slots; left > 0; left -= 1, slot = this.#older(slot)) {
      if (!this.#isFlow(slot, flow)) continue;
      if (isId(this.#clientIds, this.#clientIdLengths, slot, id, at, end)) return slot;
      if (isId(this.#serverIds, this.#serverIdLengths, slot, id, at, end)) return slot;
      if (this.pending < 0 && this.#states[slot] === State.pending) this.pending = slot;
    }
    return -1;
  }

  /** The newest connection that a packet of the server belongs to; -1 when there is none. */
  findServer(flow: Int32Array): number {
    for (let slot = this.#newest, left = this.#slots; left > 0; left -= 1, slot = this.#older(slot)) {
      if (this.#isReverse(slot, flow)) return slot;
    }
    return -1;
  }

  /** Another connection of the slot's flow whose hello was read, older than `slot`; -1 when there is none. */
  finishedBefore(slot: number, flow: Int32Array): number {
    for (let other = this.#older(slot); other !== slot; other = this.#older(other)) {
      if (this.#states[other]! >= State.answered && this.#isFlow(other, flow)) return other;
    }
    return -1;
  }

  setServerId(slot: number, id: Uint8Array, at: number, end: number): void {
    this.#serverIds.set(id.subarray(at, end), slot * MAX_CONNECTION_ID_BYTES);
    this.#serverIdLengths[slot] = end - at;
  }

  keysOf(slot: number): Uint8Array {
    return this.#keys.subarray(slot * KEYS_BYTES, (slot + 1) * KEYS_BYTES);
  }

  isDone(slot: number): boolean {
    return this.#states[slot] === State.done;
  }

  answer(slot: number): void {
    this.#states[slot] = State.answered;
  }

  isAnswered(slot: number): boolean {
    return this.#states[slot] === State.answered;
  }

  finish(slot: number): void {
    this.#states[slot] = State.done;
  }

  #older(slot: number): number {
    return slot === 0 ? this.#slots - 1 : slot - 1;
  }

  #isFlow(slot: number, flow: Int32Array): boolean {
    if (this.#states[slot] === State.free) return false;
    const flows = this.#flows;
    for (let word = FLOW_WORDS - 1, at = slot * FLOW_WORDS; word >= 0; word -= 1) {
      if (flows[at + word] !== flow[word]) return false;
    }
    return true;
  }

  #isReverse(slot: number, flow: Int32Array): boolean {
    if (this.#states[slot] === State.free) return false;
    const flows = this.#flows;
    const at = slot * FLOW_WORDS;
    const ports = flow[8]!;
    if (flows[at + 8] !== ((ports << 16) | (ports >>> 16))) return false;
    for (let word = 0; word < 4; word += 1) {
      if (flows[at + word] !== flow[word + 4] || flows[at + word + 4] !== flow[word]) return false;
    }
    return true;
  }
}

function isId(ids: Uint8Array, lengths: Uint8Array, slot: number, id: Uint8Array, at: number, end: number): boolean {
  if (lengths[slot] !== end - at) return false;
  const base = slot * MAX_CONNECTION_ID_BYTES;
  for (let i = 0; i < end - at; i += 1) {
    if (ids[base + i] !== id[at + i]) return false;
  }
  return true;
}
