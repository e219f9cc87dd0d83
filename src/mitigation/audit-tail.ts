/** What is added to the audit log, by whichever program on this machine: looked at from where the last look ended. */
import { open, stat } from 'node:fs/promises';
import { type AuditRecord, parseRecord } from './audit-log.js';

/** Of one look; a storm of records is read in several. */
const MOST_BYTES = 1 << 20;
/** Requests remembered, so that a result finds what it was about. */
const MOST_REQUESTS = 500;

/** A result with the request it answers; null when that was before the first look. */
export interface AuditNews {
  readonly record: AuditRecord;
  readonly request: AuditRecord['request'] | null;
}

export class AuditTail {
  readonly #path: string;
  /** Bytes read; NaN: nothing was looked at yet. */
  #at = Number.NaN;
  #inode = 0;
  #rest = '';
  readonly #requests = new Map<string, AuditRecord['request']>();

  constructor(path: string) {
    this.#path = path;
  }

  /** What was there before is not news. */
  async begin(): Promise<void> {
    const file = await stat(this.#path).catch(() => null); // no log yet
    this.#at = file?.size ?? 0;
    this.#inode = file?.ino ?? 0;
  }

  /** Results since the last look, oldest first. Empty when the log cannot be read: who writes it says why. */
  async look(): Promise<AuditNews[]> {
    const file = await stat(this.#path).catch(() => null);
    if (file === null) return [];
    // Rotated: the rest of the old file is in nobody's way, the new one is read from its begin.
    if (file.ino !== this.#inode || file.size < this.#at) {
      this.#inode = file.ino;
      this.#at = 0;
      this.#rest = '';
    }
    if (file.size === this.#at) return [];
    const text = await this.#read(Math.min(file.size - this.#at, MOST_BYTES)).catch(() => '');
    const lines = (this.#rest + text).split('\n');
    this.#rest = (lines.pop() as string).slice(0, MOST_BYTES);
    return lines.flatMap((line) => this.#newsOf(parseRecord(line)));
  }

  async #read(bytes: number): Promise<string> {
    const file = await open(this.#path, 'r');
    try {
      const buffer = Buffer.alloc(bytes);
      const { bytesRead } = await file.read(buffer, 0, bytes, this.#at);
      this.#at += bytesRead;
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  }

  #newsOf(record: AuditRecord | null): AuditNews[] {
    if (record === null) return [];
    if (record.request !== undefined) this.#remember(record.id, record.request);
    return record.event === 'intent' ? [] : [{ record, request: this.#requests.get(record.id) ?? null }];
  }

  #remember(id: string, request: AuditRecord['request']): void {
    this.#requests.delete(id);
    this.#requests.set(id, request);
    for (const oldest of this.#requests.keys()) {
      if (this.#requests.size <= MOST_REQUESTS) break;
      this.#requests.delete(oldest);
    }
  }
}
