/** `--reputation`: local lists, and what they say of the rows of a screen, a report and a diff. A part of its own, loaded with the option. */
import { type IpList, IpLists } from '../../enrich/ip-lists/ip-lists.js';
import { withRowLists } from '../../enrich/row-lists.js';
import { cleanText } from '../../format/clean-text.js';
import { formatExact } from '../../format/number-format.js';
import type { HelloRows } from '../../records/hello-samples.js';
import type { PacketRows } from '../../records/packet-samples.js';
import type { RequestRows } from '../../records/request-samples.js';
import type { Report, ReportLayer } from '../../report/report.js';
import type { ReportTop } from '../../report/report-top.js';
import type { EdgeView } from '../../snapshot/edge-view.js';
import type { Snapshot } from '../../snapshot/snapshot.js';
import { listedRows } from './reputation-rows.js';

interface Side {
  readonly packets: PacketRows;
  readonly requests: RequestRows | null;
  readonly hellos: HelloRows | null;
}

const NAME_CELLS = 48;

export class Reputation {
  private constructor(readonly lists: IpLists) {}

  /** Throws UserError. */
  static async load(paths: readonly string[]): Promise<Reputation> {
    return new Reputation(await IpLists.load(paths));
  }

  /** What could not be read of the lists; a line each, clean. */
  get remarks(): string[] {
    return this.lists.lists.flatMap((list) => remarkOf(list) ?? []);
  }

  snapshot(snapshot: Snapshot): Snapshot {
    const { sources } = snapshot;
    return { ...snapshot, sources: { ...sources, rows: listedRows(sources.rows, this.lists) } };
  }

  edge(view: EdgeView): EdgeView {
    const { edgeClients: top } = view.tops;
    if (top === undefined) return view;
    return { ...view, tops: { ...view.tops, edgeClients: { ...top, rows: listedRows(top.rows, this.lists) } } };
  }

  report(report: Report): Report {
    return {
      ...report,
      outer: this.#layer(report.outer),
      inner: this.#layer(report.inner),
      reputation: this.lists.lists.map(({ name, entries, damaged }) => ({ list: name, entries, damaged })),
    };
  }

  /** Both sides of a diff. */
  sides<Input extends { readonly attack: Side; readonly good: Side }>(input: Input): Input {
    return { ...input, attack: this.#side(input.attack), good: this.#side(input.good) };
  }

  #layer(layer: ReportLayer): ReportLayer {
    return { ...layer, sources: this.#top(layer.sources), sourcePrefixes: this.#top(layer.sourcePrefixes) };
  }

  #top(top: ReportTop): ReportTop {
    const { byPackets, byBytes } = top;
    return { ...top, byPackets: listedRows(byPackets, this.lists), byBytes: listedRows(byBytes, this.lists) };
  }

  #side<One extends Side>(side: One): One {
    const { packets, requests, hellos } = side;
    return {
      ...side,
      packets: withRowLists(packets, this.lists),
      requests: requests === null ? null : withRowLists(requests, this.lists),
      hellos: hellos === null ? null : withRowLists(hellos, this.lists),
    };
  }
}

/** Null: every line was read. An empty list is worth a word too. */
function remarkOf({ name, entries, damaged, damagedLines }: IpList): string | null {
  const shown = cleanText(name, NAME_CELLS);
  const [first] = damagedLines;
  if (first === undefined) return entries === 0 ? `list ${shown} is empty` : null;
  return `list ${shown}: ${formatExact(damaged)} of ${formatExact(entries + damaged)} lines are no address, the first in line ${first.number}: ${JSON.stringify(first.text)}`;
}
