/**
 * The terminal program on a fixture, as its own process: tests bundle it and run it in a pty. Options by environment:
 * HARNESS_STILL=1 no ticks after the first; HARNESS_CALM=1 no attack; HARNESS_READ_ONLY=1; HARNESS_ASCII=1;
 * HARNESS_THROW=sync|async throws on SIGUSR2; HARNESS_STDIN=1 counts the bytes of stdin and says so at the end.
 */
import { runTui } from '../../src/app/screen/tui.js';
import { TUI_DEFAULTS } from '../../src/app/screen/tui-options.js';
import { FixtureDoor } from './fixture-door.js';
import { FixtureFeed } from './snapshot-fixture.js';

const { env } = process;
const feed = new FixtureFeed({ hasAttack: !env['HARNESS_CALM'] });
if (!env['HARNESS_STILL']) feed.run();
let stdinBytes = 0;
if (env['HARNESS_STDIN']) process.stdin.on('data', (chunk: Buffer) => (stdinBytes += chunk.length));
process.on('SIGUSR2', () => {
  if (env['HARNESS_THROW'] === 'async') void Promise.reject(new Error('harness: async failure'));
  else throw new Error('harness: sync failure');
});
const code = await runTui({
  ...TUI_DEFAULTS,
  feed,
  cannotAct: Promise.resolve({ firewall: null, edge: null }),
  mitigation: new FixtureDoor(),
  analysis: null,
  readOnly: Boolean(env['HARNESS_READ_ONLY']),
  ascii: Boolean(env['HARNESS_ASCII']),
  maxBytesPerSec: env['HARNESS_MAX_BYTES'] ? Number(env['HARNESS_MAX_BYTES']) : null,
  confirmWindowSec: env['HARNESS_WINDOW'] ? Number(env['HARNESS_WINDOW']) : 30,
});
await feed.close();
process.stdout.write(`harness over: code ${code}${env['HARNESS_STDIN'] ? `, stdin ${stdinBytes} bytes` : ''}\n`);
process.exit(code);
