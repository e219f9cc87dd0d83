/** A collector sink that remembers what it was given. */
import type { CollectorSink, SourceState } from '../../src/records/collector.js';
import type { FrameBatch } from '../../src/records/frame-batch.js';
import { framesOf, type ReadFrame } from './read-frames.js';

export class RecordingSink implements CollectorSink {
  readonly frames: ReadFrame[] = [];
  readonly states: SourceState[] = [];
  droppedFrames = 0;
  /** Called after every batch. */
  onFrames: () => void = () => {};

  pushFrames(batch: FrameBatch): void {
    this.frames.push(...framesOf(batch));
    this.onFrames();
  }

  health(state: SourceState): void {
    this.states.push(state);
  }

  dropped(frames: number): void {
    this.droppedFrames = frames;
  }
}
