/** The program: command line in, exit code out. */
import { CommanderError } from 'commander';
import packageFile from '../package.json' with { type: 'json' };
import { commandLine } from './app/command-line.js';
import { exitCodeOf } from './app/exit-code.js';
import { settleEngine } from './app/settle-engine.js';
import { ExitCode, UserError } from './errors.js';

/** `| head` closes the pipe: whoever reads has seen enough. Anything else, such as a full disk, is a failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  const hasReader = error.code !== 'EPIPE';
  if (hasReader) process.stderr.write(`OUTPUT_WRITE: cannot write the result: ${error.message}. Write it elsewhere.\n`);
  settleEngine();
  process.exit(hasReader ? ExitCode.failed : ExitCode.done);
});

const program = commandLine(packageFile.version, async (source, options) => {
  const { runMonitor } = await import('./app/monitor-command.js');
  return runMonitor(source, options);
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else if (error instanceof UserError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitCodeOf(error);
  } else throw error;
}
settleEngine();
