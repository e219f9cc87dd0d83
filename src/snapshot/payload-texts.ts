/** What payloads said, for the screen that asks for it. A snapshot for other screens does none of this. */
import type { Layer7Aggregate, Layer7Counts } from '../aggregate/layer7-aggregate.js';
import type { TextDimension } from '../aggregate/text-dimension.js';
import type { TextRole } from '../records/text-role.js';
import type { ViewRequest } from '../records/view-request.js';
import { type Ranking, talkerOf } from './ranked-text.js';
import type { PayloadLosses, PayloadStride, PayloadTexts, Talker, TalkerTop } from './snapshot.js';

/** A text may be 1 kB: of a dozen tables with rows for a whole screen each, more would cost more than anybody scrolls. */
const MOST_ROWS = 60;

export interface Payloads {
  readonly found: Layer7Aggregate;
  /** Asked only when the view wants texts. */
  readonly reader: { losses(): PayloadLosses; oneIn(): PayloadStride };
}

/** `isSampled`: packets were left out. Null: the view wants no texts. */
export function payloadTexts(
  { found, reader }: Payloads,
  { texts }: ViewRequest,
  ranking: Ranking,
  isSampled: boolean,
): PayloadTexts | null {
  if (texts.length === 0) return null;
  const seen = found.seenRoles();
  const tops: Partial<Record<TextRole, TalkerTop>> = {};
  for (const role of texts) {
    const dimension = found.dimension(role);
    if (dimension !== null) tops[role] = textTop(dimension, ranking, isSampled || found.isSampled(role));
  }
  return {
    messages: { ...found.counts },
    perSec: perSecond(found.countsIn(ranking.scope), ranking.windowSec),
    windowSec: ranking.windowSec,
    losses: reader.losses(),
    oneIn: reader.oneIn(),
    seen,
    tops,
  };
}

function perSecond(counts: Layer7Counts, windowSec: number): Layer7Counts {
  const rates = Object.entries(counts).map(([name, count]) => [name, count / windowSec]);
  return Object.fromEntries(rates) as Layer7Counts;
}

function textTop(dimension: TextDimension, { rows, scope, windowSec }: Ranking, isSampled: boolean): TalkerTop {
  const { distinct, exact } = dimension.distinct();
  const byText = new Map<string, Talker>();
  for (const { text, row } of dimension.top(Math.min(rows, MOST_ROWS), scope)) {
    const talker = talkerOf(text, row, windowSec);
    const other = byText.get(text);
    byText.set(text, other === undefined ? talker : sumOf(other, talker));
  }
  return { rows: [...byText.values()], distinct, exact: exact && !isSampled };
}

/** Different bytes may read the same: where a text is cut, was not kept, or is no UTF-8. A row is what its text says. */
function sumOf(a: Talker, b: Talker): Talker {
  return {
    key: a.key,
    pps: a.pps + b.pps,
    bps: a.bps + b.bps,
    packets: a.packets + b.packets,
    bytes: a.bytes + b.bytes,
  };
}
