/** What waits for all hooks: on the disk where it takes it, else in memory; bounded in number, bytes and age. */
import { join } from 'node:path';
import { messageOf } from '../errors.js';
import type { Clock } from '../platform/clock.js';
import type { HookMessage } from './hook-message.js';
import { entryText, fileNameOf, type SpoolEntry } from './spool-entry.js';
import type { SpoolFolder } from './spool-folder.js';

export interface SpoolBounds {
  readonly mostMessages: number;
  readonly mostBytes: number;
  readonly mostAgeMs: number;
}

/** A flood of incidents over a weekend without the other side: 5000 messages, 64 MiB, three days. */
export const SPOOL_BOUNDS: SpoolBounds = { mostMessages: 5000, mostBytes: 64 << 20, mostAgeMs: 3 * 86_400_000 };

/** An hour beyond the longest wait: a clock that was set back must not hold a message for years. */
const MOST_AHEAD_MS = 2 * 3_600_000;

export class MessageSpool {
  readonly #entries = new Map<string, SpoolEntry>();
  readonly #bytes = new Map<string, number>();
  #allBytes = 0;
  /** Where no folder counts. */
  #nextOrder = 1;

  constructor(
    private readonly folder: SpoolFolder | null,
    private readonly clock: Clock,
    private readonly bounds: SpoolBounds,
    private readonly onTrouble: (words: string) => void,
  ) {}

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get entries(): readonly SpoolEntry[] {
    return [...this.#entries.values()];
  }

  /** Resolves when it is on the disk, or when the disk did not take it. `isKept` false: another process sends it, its file is enough. */
  async add(message: HookMessage, isKept: boolean): Promise<SpoolEntry> {
    const entry: SpoolEntry = {
      message,
      order: this.folder?.takeOrder() ?? this.#nextOrder++,
      queuedAtMs: this.clock.nowMs(),
      attempts: 0,
      notBeforeMs: 0,
      file: null,
      mayHaveArrived: false,
      held: null,
    };
    await this.write(entry);
    if (isKept || entry.file === null) this.#remember(entry);
    return entry;
  }

  /** What waits on the disk and is not known here: of an earlier run, or of another process. `isKnown`: is over. */
  async scan(isKnown: (key: string) => boolean): Promise<SpoolEntry[]> {
    const found: SpoolEntry[] = [];
    const { folder } = this;
    for (const name of (await folder?.list()) ?? []) {
      const key = name.slice(17, -'.json'.length);
      const known = this.#entries.get(key);
      if (known !== undefined && fileNameOf(known) === name) continue;
      if (known !== undefined || isKnown(key)) {
        await folder?.remove(join(folder.path, name)).catch(() => {}); // one message twice; the next look tries again
        continue;
      }
      const entry = await folder?.read(name);
      if (entry === 'damaged') this.onTrouble(`${name} in the spool is damaged and was put aside`);
      if (entry === 'damaged' || entry === null || entry === undefined) continue;
      entry.notBeforeMs = Math.min(entry.notBeforeMs, this.clock.nowMs() + MOST_AHEAD_MS);
      this.#remember(entry);
      found.push(entry);
    }
    return found;
  }

  async write(entry: SpoolEntry): Promise<void> {
    if (this.folder === null) return;
    try {
      entry.file = await this.folder.write(entry);
    } catch (error) {
      this.onTrouble(`a message waits in memory only, the spool cannot be written: ${messageOf(error)}`);
    }
  }

  async remove(entry: SpoolEntry): Promise<void> {
    const { key } = entry.message;
    this.#entries.delete(key);
    this.#allBytes -= this.#bytes.get(key) ?? 0;
    this.#bytes.delete(key);
    if (this.folder === null || entry.file === null) return;
    try {
      await this.folder.remove(entry.file);
    } catch (error) {
      this.onTrouble(
        `${fileNameOf(entry)} cannot be removed from the spool and will be sent again: ${messageOf(error)}`,
      );
    }
  }

  /** Too old, and beyond the bounds: updates and notes before what opens and ends, the oldest first. */
  surplus(isUnderWay: (entry: SpoolEntry) => boolean): readonly { readonly entry: SpoolEntry; readonly why: string }[] {
    const nowMs = this.clock.nowMs();
    const free = this.entries.filter((entry) => !isUnderWay(entry));
    const old = free.filter(({ queuedAtMs }) => nowMs - queuedAtMs >= this.bounds.mostAgeMs);
    const rest = free
      .filter((entry) => !old.includes(entry))
      .sort((a, b) => weightOf(a.message) - weightOf(b.message) || a.order - b.order);
    const extra: SpoolEntry[] = [];
    let count = this.#entries.size - old.length;
    let bytes = this.#allBytes - old.reduce((sum, { message }) => sum + (this.#bytes.get(message.key) ?? 0), 0);
    for (const entry of rest) {
      if (count <= this.bounds.mostMessages && bytes <= this.bounds.mostBytes) break;
      extra.push(entry);
      count -= 1;
      bytes -= this.#bytes.get(entry.message.key) ?? 0;
    }
    return [
      ...old.map((entry) => ({ entry, why: 'it waited too long' })),
      ...extra.map((entry) => ({ entry, why: 'too many messages wait' })),
    ];
  }

  #remember(entry: SpoolEntry): void {
    const bytes = Buffer.byteLength(entryText(entry));
    this.#entries.set(entry.message.key, entry);
    this.#bytes.set(entry.message.key, bytes);
    this.#allBytes += bytes;
  }
}

function weightOf({ event }: HookMessage): number {
  return event === 'updated' || event === 'note' ? 0 : 1;
}
