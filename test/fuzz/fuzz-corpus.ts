/** What is mutated: whole capture files that are small, and frames of all of them. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { scenarioChunks } from '../../src/scenario/scenario.js';
import { readCaptureFileSync } from '../support/capture-file.js';
import { smallCapture } from '../support/sample-capture.js';

export interface CorpusFrame {
  readonly bytes: Uint8Array;
  readonly linkType: number;
}

export interface Corpus {
  readonly files: readonly Uint8Array[];
  readonly frames: readonly CorpusFrame[];
}

const MAX_FILE_BYTES = 65_536;
/** Of one capture, evenly spread. */
const FRAMES_EACH = 60;

/** `folder`: captures of any kind; without one the project's own samples, which are few. */
export function readCorpus(folder: string): Corpus {
  const files: Uint8Array[] = [smallCapture()];
  const frames: CorpusFrame[] = [];
  for (const path of capturesIn(folder)) {
    if (statSync(path).size <= MAX_FILE_BYTES) files.push(readFileSync(path));
    frames.push(...framesOf(path));
  }
  if (frames.length === 0) {
    const [first] = scenarioChunks();
    if (first !== undefined) files.push(first.slice(0, MAX_FILE_BYTES));
    frames.push({ bytes: smallCapture().slice(40, 40 + 60), linkType: 1 });
  }
  return { files, frames };
}

function capturesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /\.(pcap|pcapng|cap)$/.test(name));
  return names.sort().map((name) => join(folder, name));
}

function framesOf(path: string): CorpusFrame[] {
  const all: CorpusFrame[] = [];
  readCaptureFileSync(path, ({ count, at, capLen, bytes, linkType }) => {
    for (let row = 0; row < count && all.length < 5000; row += 1) {
      const from = at[row] as number;
      all.push({ bytes: bytes.slice(from, from + (capLen[row] as number)), linkType: linkType[row] as number });
    }
  });
  const step = Math.max(1, Math.floor(all.length / FRAMES_EACH));
  return all.filter((_, i) => i % step === 0).slice(0, FRAMES_EACH);
}
