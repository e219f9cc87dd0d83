/** Traffic without attacks, one capture behind the other with shifted clocks, through one pipeline: how often is an alarm raised? */
import { join } from 'node:path';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import type { FrameBatch } from '../../src/records/frame-batch.js';
import { CaptureFile } from '../support/capture-file.js';
import { manifestOf, wordsOf } from './verify-detection.js';

/** 2023-11-14 22:13:20 UTC; any time would do. */
const START_SEC = 1_700_000_000;
/** Between one capture and the next. */
const PAUSE_SEC = 1;
/** What people do all day; a capture of a category is not what its protocol was made to break. */
const ORDINARY = new Set(['benign', 'http', 'tls', 'quic', 'protocols', 'tunnel']);
/** A silence inside of a capture is cut to this: hours in which nothing was captured prove nothing. */
const LONGEST_SILENCE_SEC = 3;

export interface BenignHours {
  readonly captures: number;
  readonly rounds: number;
  readonly packets: number;
  readonly spanSec: number;
  /** Seconds with a packet. */
  readonly busySec: number;
  readonly alarms: number;
  readonly incidents: readonly string[];
  /** Largest rate of alarms an hour that is not excluded with 95 %, 3/T (the rule of three). */
  readonly boundPerHour: number;
}

export function loopBenign(folder: string, hours: number): BenignHours {
  const files = manifestOf(folder).filter(({ category }) => ORDINARY.has(category));
  const pipeline = new Pipeline({ windows: true, ranksFlows: false, seed: 1 });
  const clock = new ShiftedClock();
  const told = new Set<string>();
  let rounds = 0;
  while (clock.nowSec - START_SEC < hours * 3600) {
    rounds += 1;
    for (const { file } of files) {
      clock.nextCapture();
      const capture = new CaptureFile(join(folder, file));
      while (capture.step((frames) => pipeline.pushFrames(clock.shift(frames))));
      for (const incident of pipeline.incidents())
        if (incident.state !== 'suspect') told.add(`${file}: ${wordsOf(incident)}`);
    }
  }
  pipeline.finish();
  const spanSec = clock.nowSec - START_SEC;
  return {
    captures: files.length,
    rounds,
    packets: pipeline.aggregate.packets,
    spanSec,
    busySec: clock.busySec,
    alarms: pipeline.alarms,
    incidents: [...told],
    boundPerHour: (3 * 3600) / spanSec,
  };
}

/** Moves the times of frames so that captures follow each other; what goes backwards within one stands still. */
class ShiftedClock {
  nowSec = START_SEC;
  busySec = 0;
  #newest = Number.NaN;
  #lastBusy = Number.NaN;

  nextCapture(): void {
    this.#newest = Number.NaN;
    this.nowSec += PAUSE_SEC;
  }

  /** The same frames; their times are changed where they lie. */
  shift(frames: FrameBatch): FrameBatch {
    for (let row = 0; row < frames.count; row += 1) {
      const at = (frames.sec[row] as number) + (frames.nsec[row] as number) / 1e9;
      const gap = at - this.#newest;
      if (gap > 0) this.nowSec += Math.min(gap, LONGEST_SILENCE_SEC);
      if (!(gap <= 0)) this.#newest = at;
      const sec = Math.floor(this.nowSec);
      frames.sec[row] = sec;
      frames.nsec[row] = Math.floor((this.nowSec - sec) * 1e9);
      if (sec !== this.#lastBusy) this.busySec += 1;
      this.#lastBusy = sec;
    }
    return frames;
  }
}
