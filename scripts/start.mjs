// npm start [-- ARGS]: sets up when needed, then runs the program; without arguments the built-in scenario.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { buildIfNeeded, install, root } from './set-up.mjs';

install();
buildIfNeeded();
const child = spawn(process.execPath, [join(root, 'dist/ddostop.cjs'), ...process.argv.slice(2)], { stdio: 'inherit' });
// The terminal sends its signals to both of us: the program decides when to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => {});
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 1)));
