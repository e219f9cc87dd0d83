/** The program: command line in, exit code out. */
import { CommanderError } from 'commander';
import packageFile from '../package.json' with { type: 'json' };
import { commandLine } from './app/command-line.js';
import { exitCodeOf } from './app/exit-code.js';
import { settleEngine } from './app/settle-engine.js';
import { sayBug, sayError } from './app/standard-error.js';
import { watchOutput } from './app/standard-output.js';
import { ExitCode, UserError } from './errors.js';

const program = commandLine(packageFile.version, async (source, options) => {
  watchOutput();
  const { runMonitor } = await import('./app/monitor/monitor-command.js');
  return runMonitor(source, options);
});

async function run(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else if (error instanceof UserError) {
      sayError(error.message);
      process.exitCode = exitCodeOf(error);
    } else {
      sayBug(error);
      process.exitCode = ExitCode.failed;
    }
  }
  settleEngine();
}

void run();
