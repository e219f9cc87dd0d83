// npm run bench -- NAME [options]: measures in bench/NAME.mjs, prints a table, keeps the figures in bench/results.json.
// `npm run bench -- --help` says what there is. Compare runs of one machine, made in turn; nothing here is a test.
import { mkdirSync } from 'node:fs';
import { BenchError } from '../bench/lib/bench-error.mjs';
import { HELP, parseCommand } from '../bench/lib/options.mjs';
import { cache } from '../bench/lib/paths.mjs';
import { install } from './set-up.mjs';

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
])
  process.once(signal, () => process.exit(code)); // what is left behind is removed at exit
process.exitCode = await main(process.argv.slice(2));

async function main(words) {
  let command;
  try {
    command = parseCommand(words);
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    console.error(`bench: ${error.message}. npm run bench -- --help says more.`);
    return 2;
  }
  if (command.isHelp) {
    process.stdout.write(HELP);
    return 0;
  }
  install();
  mkdirSync(cache, { recursive: true });
  let failures = 0;
  for (const name of command.names) failures += (await measured(name, command.options)) ? 0 : 1;
  return failures === 0 ? 0 : 1;
}

/** False when it could not be measured; the next bench still can. */
async function measured(name, asked) {
  // Modules that need the installed packages are loaded once these are there.
  const { programPath } = await import('../bench/lib/program.mjs');
  const { commit, load, machineFacts, writeResults } = await import('../bench/lib/results.mjs');
  const { table } = await import('../bench/lib/rows.mjs');
  try {
    const { program, ...numbers } = asked;
    const options = { ...numbers, program: programPath(program) };
    const { default: run } = await import(`../bench/${name}.mjs`);
    const [date, loadBefore] = [new Date().toISOString(), load()];
    console.log(`${name}, load ${loadBefore.join(' ')}`);
    const rows = await run(options);
    if (rows.length === 0) return true;
    writeResults(name, {
      date,
      commit: commit(),
      machine: machineFacts(),
      loadBefore,
      loadAfter: load(),
      asked: numbers,
      rows,
    });
    console.log(`${table(rows)}\n`);
    return true;
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    console.error(`bench: ${name}: ${error.message}`);
    return false;
  }
}
