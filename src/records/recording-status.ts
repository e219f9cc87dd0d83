/** How a recording goes; made with every tick. */
export interface RecordingStatus {
  readonly folder: string;
  /** slow: the disk cannot keep up. failing: nothing can be written now. */
  readonly state: 'recording' | 'slow' | 'failing';
  /** Why it fails; null when it does not. */
  readonly error: string | null;
  /** Frames on the disk, those of files removed since included. */
  readonly frames: number;
  /** Frames that reached us and are in no file. */
  readonly unrecorded: number;
}
