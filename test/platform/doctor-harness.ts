/** `ddostop doctor` as a program of its own, so that a test can run it as any account. */
import { Command } from 'commander';
import { addDoctorCommand } from '../../src/app/doctor/doctor-options.js';
import { sayError } from '../../src/app/standard-error.js';
import { UserError } from '../../src/errors.js';

const program = new Command('ddostop').exitOverride();
addDoctorCommand(program, () => process.stdout);
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof UserError) sayError(error.message);
  process.exitCode = error instanceof UserError ? 1 : Number((error as { exitCode?: number }).exitCode ?? 70);
}
