/** From a path or "-" to bytes of a capture: file, pipe, FIFO, socket, gzip, zstd; told apart by what they are, never by name. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';
import { UserError } from '../../src/errors.js';
import type { ByteSource } from './byte-source.js';
import { openError } from './capture-file-errors.js';
import { FileSource, STDIN_FD } from './file-source.js';
import { GzipSource } from './gzip-source.js';
import { PipeSource } from './pipe-source.js';
import { ZstdSource } from './zstd/zstd-source.js';

export const STDIN_PATH = '-';
const MAGIC_BYTES = 4;
const GZIP_MAGIC = 0x1f8b;
const ZSTD_MAGIC = 0x28b52ffd;
/** 0x184D2A50 to 0x184D2A5F, little-endian (RFC 8878 §3.1.2): pzstd writes one in front. */
const ZSTD_SKIPPABLE_MASK = 0xf0ff_ffff;
const ZSTD_SKIPPABLE = 0x502a4d18;

/** Throws UserError when there is nothing to read. `follow`: the end of a regular file is only a pause. */
export function openSource(path: string, follow = false): ByteSource {
  const { source, sizeBytes } = openRaw(path, follow);
  return new SniffingSource(source, sizeBytes);
}

interface Opened {
  readonly source: ByteSource;
  /** All there will be; infinite where nobody knows. */
  readonly sizeBytes: number;
}

function openRaw(path: string, follow: boolean): Opened {
  if (path === STDIN_PATH) return sourceOf(STDIN_FD, 'standard input', follow);
  let fd: number;
  try {
    // Non-blocking: opening a FIFO must not wait for its writer in a thread nobody can stop. Regular files ignore it.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw openError(path, error);
  }
  try {
    return sourceOf(fd, path, follow);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function sourceOf(fd: number, name: string, follow: boolean): Opened {
  const stat = fstatSync(fd);
  if (stat.isFIFO() || stat.isSocket()) return { source: new PipeSource(fd, name), sizeBytes: Infinity };
  if (stat.isDirectory()) throw new UserError('CAPTURE_OPEN', `"${name}" is a folder`, 'Name a capture file in it.');
  if (stat.isCharacterDevice() && isatty(fd)) {
    const hint = 'Pipe a capture in, as in "ssh HOST tcpdump -U -w - | ddostop -r -", or name a file.';
    throw new UserError('STDIN_IS_TERMINAL', `${name} is a terminal, expected a capture`, hint);
  }
  const source = new FileSource(fd, name, follow && stat.isFile());
  return { source, sizeBytes: stat.isFile() && !follow ? stat.size : Infinity };
}

/** Looks at the first bytes and puts a decompressor in front where they ask for one. */
class SniffingSource implements ByteSource {
  /** Known once the first bytes were read. */
  get readsAhead(): boolean {
    return this.#isKnown && this.#source.readsAhead;
  }

  #source: ByteSource;
  readonly #sizeBytes: number;
  #isKnown = false;

  constructor(source: ByteSource, sizeBytes: number) {
    this.#source = source;
    this.#sizeBytes = sizeBytes;
  }

  read(into: Uint8Array): number | Promise<number> {
    return this.#isKnown ? this.#source.read(into) : this.#readFirst(into);
  }

  async #readFirst(into: Uint8Array): Promise<number> {
    let got = 0;
    while (got < MAGIC_BYTES) {
      const more = await this.#source.read(into.subarray(got));
      if (more === 0) return got;
      got += more;
    }
    this.#isKnown = true;
    const source = decompressorOf(into, new PrefixedSource(into.slice(0, got), this.#source), this.#sizeBytes);
    if (source === null) return got;
    this.#source = source;
    return source.read(into);
  }

  close(): void {
    this.#source.close();
  }
}

function decompressorOf(bytes: Uint8Array, source: ByteSource, sizeBytes: number): ByteSource | null {
  const magic = new DataView(bytes.buffer, bytes.byteOffset, MAGIC_BYTES).getUint32(0, false);
  if (magic >>> 16 === GZIP_MAGIC) return new GzipSource(source);
  const isSkippable = (magic & ZSTD_SKIPPABLE_MASK) >>> 0 === (ZSTD_SKIPPABLE & ZSTD_SKIPPABLE_MASK) >>> 0;
  return magic === ZSTD_MAGIC || isSkippable ? new ZstdSource(source, sizeBytes) : null;
}

/** Bytes already read, then the rest. */
class PrefixedSource implements ByteSource {
  readonly readsAhead = false;
  readonly #prefix: Uint8Array;
  readonly #source: ByteSource;
  #at = 0;

  constructor(prefix: Uint8Array, source: ByteSource) {
    this.#prefix = prefix;
    this.#source = source;
  }

  read(into: Uint8Array): number | Promise<number> {
    if (this.#at === this.#prefix.length) return this.#source.read(into);
    const count = Math.min(into.length, this.#prefix.length - this.#at);
    into.set(this.#prefix.subarray(this.#at, this.#at + count));
    this.#at += count;
    return count;
  }

  close(): void {
    this.#source.close();
  }
}
