/** The same pipe with ddostop and with `tcpdump --count` at its end. */
import { ratios, rounds, timedShell } from './lib/measure.mjs';
import { costRow, row } from './lib/rows.mjs';
import { hasTool } from './lib/tools.mjs';
import { capture } from './lib/workloads.mjs';

export default function run(options) {
  if (!hasTool('tcpdump')) return [];
  return (options.files ?? ['a', 'b']).flatMap((kind) => {
    const file = capture(kind, options.packets);
    const results = rounds(options.pairs ?? 5, [
      () => timedShell('cat "$1" | "$2" "$3" report --format json -', [file.path, process.execPath, options.program]),
      () => timedShell('cat "$1" | tcpdump --count -r -', [file.path]),
    ]);
    return [
      row(`${file.name} / tcpdump --count`, ratios(results, 0, 1), { unit: 'x', goal: { atMost: 1 } }),
      costRow(
        '  cat | ddostop report -',
        results.map(([ours]) => ours),
      ),
      costRow(
        '  cat | tcpdump --count -r -',
        results.map(([, theirs]) => theirs),
      ),
    ];
  });
}
