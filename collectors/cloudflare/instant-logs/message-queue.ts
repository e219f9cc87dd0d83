/**
 * Messages between the socket and the reader: bounded, the oldest shed first, and what is shed counted in records. A line may lie across
 * messages: the rest of a shed line goes with it, and the reader is told not to wait for the rest of one it has begun.
 */
import { type LineEnds, lineEndsOf, linesIn, restOfLine } from './message-lines.js';

export interface QueueBounds {
  readonly bytes: number;
  readonly messages: number;
}

export const QUEUE_BOUNDS: QueueBounds = { bytes: 8 * 2 ** 20, messages: 4096 };

/** Null: the stream ended, what follows continues nothing. */
type Entry = { readonly bytes: Uint8Array; readonly ends: LineEnds } | null;

const UNBEGUN: LineEnds = { continues: false, isOpen: false, last: 0 };

export class MessageQueue {
  #entries: Entry[] = [];
  #first = 0;
  #bytes = 0;
  /** Of the newest message. */
  #ends = UNBEGUN;
  #shedRecords = 0;
  #shedMessages = 0;
  /** What is taken next does not continue what was taken last. */
  #isCut = false;
  /** The begin of the line that comes next was shed. */
  #skipsRest = false;

  constructor(readonly bounds = QUEUE_BOUNDS) {}

  get length(): number {
    return this.#entries.length - this.#first;
  }

  get shedRecords(): number {
    return this.#shedRecords;
  }

  get shedMessages(): number {
    return this.#shedMessages;
  }

  /** 0..1, of the fuller bound. */
  get fill(): number {
    return Math.max(this.#bytes / this.bounds.bytes, this.length / this.bounds.messages);
  }

  push(bytes: Uint8Array): void {
    const ends = lineEndsOf(bytes, this.#ends);
    this.#ends = ends;
    this.#append({ bytes, ends });
    if (this.#skipsRest) this.#skipRest(this.#entries.length - 1);
    while (this.length > 1 && (this.#bytes > this.bounds.bytes || this.length > this.bounds.messages)) this.#shed();
  }

  /** The stream broke. */
  end(): void {
    this.#ends = UNBEGUN;
    this.#skipsRest = false;
    this.#append(null);
  }

  /** The oldest message; `isCut`: it continues nothing, so whoever waits for the rest of a line waits in vain. Undefined: empty. */
  take(): { readonly bytes: Uint8Array; readonly isCut: boolean } | undefined {
    if (this.length === 0) return undefined;
    const entry = this.#remove();
    const isCut = this.#isCut || entry === null;
    this.#isCut = false;
    return { bytes: entry?.bytes ?? new Uint8Array(0), isCut };
  }

  #shed(): void {
    const entry = this.#remove();
    this.#isCut = true;
    if (entry === null) return;
    this.#shedMessages += 1;
    // A line that began before was counted there: shed as well, or by the reader, which has its begin and gets no more.
    this.#shedRecords += linesIn(entry.bytes, entry.ends.continues);
    this.#skipsRest = entry.ends.isOpen;
    while (this.#skipsRest && this.length > 0 && this.#skipRest(this.#first)) {}
  }

  /** Takes the rest of a shed line off the message at `index`. True: there is nothing left of it, and it was the oldest. */
  #skipRest(index: number): boolean {
    const entry = this.#entries[index] as Entry;
    if (entry === null || !entry.ends.continues) {
      this.#skipsRest = false;
      return false;
    }
    const at = restOfLine(entry.bytes);
    this.#skipsRest = at === entry.bytes.length && entry.ends.isOpen;
    this.#bytes -= at;
    this.#entries[index] = { bytes: entry.bytes.subarray(at), ends: { ...entry.ends, continues: false } };
    if (at < entry.bytes.length || index !== this.#first) return false;
    this.#remove();
    return true;
  }

  #append(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += entry?.bytes.length ?? 0;
  }

  #remove(): Entry {
    const entry = this.#entries[this.#first] as Entry;
    this.#entries[this.#first] = null;
    this.#first += 1;
    this.#bytes -= entry?.bytes.length ?? 0;
    if (this.#first === this.#entries.length || this.#first >= this.bounds.messages) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
    return entry;
  }
}
