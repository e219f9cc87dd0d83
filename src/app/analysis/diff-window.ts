/** Of one capture that has both: who is attacked, from when to when, and which other attacks there are. */
import { UserError } from '../../errors.js';
import { covers, parsePrefix } from '../../format/address.js';
import type { Incident } from '../../incident/incident.js';
import { Pipeline } from '../../pipeline/pipeline.js';
import type { TimeSpan } from '../../pipeline/row-collector.js';
import { randomWord } from '../../platform/random-word.js';
import { readCapture } from '../ingest/capture-reading.js';
import { type PlainSpan, parseTime } from '../options/time-option.js';

export interface AttackWindow extends TimeSpan {
  /** Asked for, or the one attacked most; null: nobody in particular. */
  readonly target: string | null;
  /** Where good traffic ends at the latest. */
  readonly goodToSec: number;
  /** Every attack on the target, with what comes just before and after it: no good traffic. */
  readonly attacks: readonly TimeSpan[];
}

export interface AskedWindow extends PlainSpan {
  readonly target: string | null;
}

/** Seconds before an onset and after an end that are not taken for good: it begins below the floor, and its answers trail. */
const MARGIN_SEC = 1;
/** A time that was given may be so far from the one that was found. */
const NEAR_SEC = 5;

export async function attackWindowOf(path: string, asked: AskedWindow): Promise<AttackWindow> {
  if (path === '-') {
    throw new UserError(
      'USAGE',
      'diff reads its capture twice, and stdin can be read once',
      'Write it to a file first.',
    );
  }
  const { firstSec, incidents } = await surveyOf(path);
  const target = asked.target ?? largestOf(incidents)?.target ?? null;
  const ofTarget = incidents.filter((incident) => isOf(incident, target));
  const { fromSec, toSec } = spanOf(asked, firstSec, ofTarget);
  if (!(fromSec < toSec)) {
    throw new UserError('USAGE', '--from does not lie before --to', 'Give the beginning of the attack, then its end.');
  }
  return {
    target,
    fromSec,
    toSec,
    goodToSec: fromSec - (asked.from === null ? MARGIN_SEC : 0),
    attacks: ofTarget.map(({ openedAt, endedAt }) => ({
      fromSec: openedAt - MARGIN_SEC,
      toSec: (endedAt ?? Infinity) + MARGIN_SEC,
    })),
  };
}

interface Survey {
  /** NaN: no packet. */
  readonly firstSec: number;
  readonly incidents: readonly Incident[];
}

async function surveyOf(path: string): Promise<Survey> {
  const pipeline = new Pipeline({ seed: randomWord(), ranksFlows: false, reading: 'inAll' });
  let firstSec = Number.NaN;
  const first = {
    pushFrames: ({ count, sec, nsec }: { count: number; sec: ArrayLike<number>; nsec: ArrayLike<number> }) => {
      if (Number.isNaN(firstSec) && count > 0) firstSec = (sec[0] as number) + (nsec[0] as number) / 1e9;
    },
  };
  const { isStopped } = await readCapture(path, [first, pipeline], 'looking for the attack in');
  if (isStopped) {
    throw new UserError('STOPPED', 'stopped before it was known what is attacked', 'Let it read the capture once.');
  }
  pipeline.finish();
  return { firstSec, incidents: pipeline.incidents().filter(({ detectedAt }) => detectedAt !== null) };
}

function largestOf(incidents: readonly Incident[]): Incident | undefined {
  return incidents.toSorted((a, b) => b.packets - a.packets)[0];
}

function isOf({ target }: Incident, wanted: string | null): boolean {
  const [inner, outer] = [parsePrefix(target), wanted === null ? null : parsePrefix(wanted)];
  return inner !== null && outer !== null && covers(outer, inner);
}

/** What was asked for; what is left open is that of the attack going on then, or of the largest. */
function spanOf({ from, to }: PlainSpan, firstSec: number, incidents: readonly Incident[]): TimeSpan {
  const asked = {
    fromSec: from === null ? null : parseTime('--from', from, firstSec),
    toSec: to === null ? null : parseTime('--to', to, firstSec),
  };
  const found = incidentAt(asked, incidents);
  return { fromSec: asked.fromSec ?? found?.openedAt ?? -Infinity, toSec: asked.toSec ?? found?.endedAt ?? Infinity };
}

function incidentAt(
  { fromSec, toSec }: { readonly fromSec: number | null; readonly toSec: number | null },
  incidents: readonly Incident[],
): Incident | undefined {
  if (fromSec === null && toSec === null) return largestOf(incidents);
  const isNear = ({ openedAt, endedAt }: Incident) =>
    fromSec === null
      ? openedAt < (toSec as number) && (endedAt ?? Infinity) > (toSec as number) - NEAR_SEC
      : openedAt < fromSec + NEAR_SEC && (endedAt ?? Infinity) > fromSec;
  return largestOf(incidents.filter(isNear));
}
