/** `ddostop mitigate` alone, bundled by the namespace tests and run inside a namespace. */
import { Command } from 'commander';
import { addMitigateCommand } from '../../src/app/mitigate/mitigate-register.js';

const program = new Command('ddostop');
addMitigateCommand(program);
await program.parseAsync();
