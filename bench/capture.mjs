/** Whole processes that read a capture: `ddostop report` against libpcap's empty loop and the C reference, in turn. */
import { compiled } from './lib/compile.mjs';
import { ratios, rounds, timed } from './lib/measure.mjs';
import { reportCommand } from './lib/program.mjs';
import { costRow, row } from './lib/rows.mjs';
import { capture, KINDS } from './lib/workloads.mjs';

/** Wall time over libpcap's empty loop; over `floor 3` (read, decode, six count-min tables and HyperLogLogs in C). */
const GOALS = {
  a: { libpcap: 1.0, reference: 1.6 },
  b: { libpcap: 0.85, reference: 1.6 },
  c: { libpcap: 0.7 },
  d: { libpcap: 1.1 },
};
const MAX_PEAK_MIB = 64;
const MAX_PEAK_DIFFERENCE_MIB = 4;

export default function run(options) {
  const files = options.files ?? Object.keys(KINDS);
  const rows = [];
  const peaks = {};
  for (const kind of files) {
    const file = capture(kind, options.packets);
    const sides = sidesOf(file, options);
    const results = rounds(options.pairs ?? 5, Object.values(sides));
    const of = (side) => results.map((round) => round[Object.keys(sides).indexOf(side)]);
    peaks[kind] = of('ddostop').map(({ peakMib }) => peakMib);
    for (const [peer, atMost] of Object.entries(GOALS[kind]))
      rows.push(
        row(`${file.name} / ${peer}`, ratios(results, 0, Object.keys(sides).indexOf(peer)), {
          unit: 'x',
          goal: { atMost },
        }),
      );
    for (const side of Object.keys(sides)) rows.push(costRow(`  ${side}`, of(side)));
  }
  return [...rows, ...memoryRows(peaks)];
}

function sidesOf(file, options) {
  const sides = {
    ddostop: () => timed(reportCommand(options, file.path)),
    libpcap: () => timed([compiled('noop_pcap'), file.path]),
  };
  if (GOALS[file.kind].reference !== undefined)
    sides.reference = () => timed([compiled('floor'), '3', file.path, 'read']);
  return sides;
}

function memoryRows(peaks) {
  const rows = ['a', 'b']
    .filter((kind) => kind in peaks)
    .map((kind) =>
      row(`peak memory, ${kind}`, peaks[kind], {
        unit: ' MiB',
        digits: 1,
        goal: { atMost: MAX_PEAK_MIB },
        worst: true,
      }),
    );
  if (rows.length < 2) return rows;
  const apart = Math.abs(Math.max(...peaks.a) - Math.max(...peaks.b));
  return [
    ...rows,
    row('peak memory, a and b apart', [apart], { unit: ' MiB', digits: 1, goal: { atMost: MAX_PEAK_DIFFERENCE_MIB } }),
  ];
}
