/** From exec to something useful: Node alone, --version, a small report, the first frame. */
import { rounds, timed } from './lib/measure.mjs';
import { reportCommand } from './lib/program.mjs';
import { costRow, row } from './lib/rows.mjs';
import { firstFrame } from './lib/screen-run.mjs';
import { mean } from './lib/statistics.mjs';
import { capture } from './lib/workloads.mjs';

const PACKETS = 1000;
const MAX_FIRST_FRAME_MS = 300;

export default async function run(options) {
  const file = capture('b', PACKETS);
  const commands = {
    'node -e 0': [process.execPath, '-e', '0'],
    'ddostop --version': [process.execPath, options.program, '--version'],
    'ddostop report, 1000 packets': reportCommand(options, file.path),
  };
  const sides = Object.values(commands).map((argv) => () => timed(argv));
  const results = [];
  const frames = [];
  for (let pair = 0; pair < (options.pairs ?? 5); pair += 1) {
    results.push(...rounds(1, sides));
    frames.push(await firstFrame([process.execPath, options.program, '-r', file.path]));
  }
  const peak = mean(frames.map(({ peakMib }) => peakMib)).toFixed(0);
  return [
    ...Object.keys(commands).map((name, side) =>
      costRow(
        name,
        results.map((round) => round[side]),
      ),
    ),
    row(
      'first frame of the screen, 120x40',
      frames.map(({ frameMs }) => frameMs),
      { unit: ' ms', digits: 0, goal: { atMost: MAX_FIRST_FRAME_MS }, note: `peak ${peak} MiB` },
    ),
  ];
}
