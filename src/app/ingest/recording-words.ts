/** How a recording is shown in the status line. */
import type { RecordingBadge } from '../../../components/panels/StatusLine.js';
import { formatCount } from '../../format/number-format.js';
import type { RecordingStatus } from '../../records/recording-status.js';

/** Null when nothing is recorded. */
export function recordingBadge(status: RecordingStatus | null): RecordingBadge | null {
  if (status === null) return null;
  const { state, unrecorded } = status;
  const lost = unrecorded > 0 ? ` -${formatCount(unrecorded)}` : '';
  return { text: `${state === 'failing' ? 'REC ERROR' : 'REC'}${lost}`, isGood: state === 'recording' };
}
