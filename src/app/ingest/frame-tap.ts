/** What happens to frames besides being counted: they are recorded, or the newest ones are kept for evidence. */
import { basename } from 'node:path';
import { CaptureClock } from '../../pipeline/capture-clock.js';
import { randomWord } from '../../platform/random-word.js';
import { DISK_ASIDE, DISK_AT_ONCE } from '../../recording/disk.js';
import type { WriterOptions } from '../../recording/pcapng-writer.js';
import { RecentFrames } from '../../recording/recent-frames.js';
import type { RecordNews } from '../../recording/record-health.js';
import { type RecordOptions, RollingRecord } from '../../recording/rolling-record.js';
import type { FrameBatch } from '../../records/frame-batch.js';
import type { RecordingStatus } from '../../records/recording-status.js';
import type { SourceSpec } from './ingest-protocol.js';

/** No reader of captures gives longer frames (collectors/pcap/capture-limits.ts). */
const MAX_FRAME_BYTES = 256 * 1024;
/** A VLAN tag that the kernel took off is put back beyond the snap length. */
const VLAN_TAG_BYTES = 4;

/** What takes frames: the pipeline. */
interface Counting {
  pushFrames(frames: FrameBatch): void;
  readonly nowSec: number;
}

export interface TapOptions {
  readonly record: RecordOptions | null;
  /** Where nothing is recorded, keep the newest frames in memory. */
  readonly keepsRecent: boolean;
  /** "ddostop 0.1.0". */
  readonly application: string;
  readonly tell: (news: RecordNews) => void;
}

export class FrameTap {
  readonly record: RollingRecord | null;
  readonly recent: RecentFrames | null;

  constructor(spec: SourceSpec, { record, keepsRecent, application, tell }: TapOptions) {
    const frames: WriterOptions = { application, ...originOf(spec) };
    // A live source does not wait for a disk; a file or a pipe does.
    const disk = spec.kind === 'live' ? DISK_ASIDE : DISK_AT_ONCE;
    const clock = new CaptureClock();
    this.record = record === null ? null : new RollingRecord({ options: record, frames, clock, disk, tell });
    this.recent = record === null && keepsRecent ? new RecentFrames(randomWord()) : null;
  }

  get status(): RecordingStatus | null {
    return this.record?.status ?? null;
  }

  /** In front of `counting`, which may rearrange the rows of a batch. */
  before(counting: Counting): Counting {
    const { record, recent } = this;
    if (record === null && recent === null) return counting;
    return {
      pushFrames(frames) {
        record?.take(frames);
        recent?.take(frames);
        counting.pushFrames(frames);
      },
      get nowSec() {
        return counting.nowSec;
      },
    };
  }

  /** Frames lost ahead of us since the start. */
  dropped(frames: number): void {
    if (this.record !== null) this.record.dropped = frames;
  }

  /** Every quarter of a second or so. */
  tick(): void {
    this.record?.tick(performance.now());
  }

  /** Nothing more will come. */
  async close(): Promise<void> {
    await this.record?.close();
  }
}

/** What the frames came from, as the files of a recording say it. */
export function originOf(spec: SourceSpec): { interfaceName: string; snapLen: number; filter: string } {
  switch (spec.kind) {
    case 'live':
      return { interfaceName: spec.interface, snapLen: spec.snapLen + VLAN_TAG_BYTES, filter: spec.filter };
    case 'none':
      return { interfaceName: 'none', snapLen: MAX_FRAME_BYTES, filter: '' };
    case 'demo':
      return { interfaceName: 'demo', snapLen: MAX_FRAME_BYTES, filter: '' };
    case 'file': {
      const interfaceName = spec.path === '-' ? 'stdin' : basename(spec.path);
      return { interfaceName, snapLen: MAX_FRAME_BYTES, filter: spec.filter };
    }
  }
}
