/** `ddostop incidents` and `ddostop notify` as a program of their own: the commands of the product without the rest of it. */
import { Command, CommanderError } from 'commander';
import { exitCodeOf } from '../../src/app/exit-code.js';
import { addIncidentsCommand } from '../../src/app/incidents/incidents-options.js';
import { addNotifyCommand } from '../../src/app/incidents/notify-options.js';
import { settleEngine } from '../../src/app/settle-engine.js';
import { sayError } from '../../src/app/standard-error.js';
import { ExitCode, UserError } from '../../src/errors.js';

const program = new Command('ddostop').enablePositionalOptions().exitOverride((error) => {
  throw error.exitCode === 0 ? error : Object.assign(error, { exitCode: ExitCode.usage });
});
addIncidentsCommand(program);
addNotifyCommand(program);
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else if (error instanceof UserError) {
    sayError(error.message);
    process.exitCode = exitCodeOf(error);
  } else throw error;
}
settleEngine();
