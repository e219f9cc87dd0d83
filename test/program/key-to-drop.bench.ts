/**
 * From the key to the first packet dropped: a flood of 2000 packets a second in namespaces, the program with its screen in a terminal (tmux), `m`, `A`;
 * the time is that of the last packet the victim's socket got. Includes tmux's own milliseconds. Prints a JSON line: milliseconds of each run.
 * argv: PROGRAM RUNS [BACKEND]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lab } from '../support/lab.js';
import { Receiver, startStream } from '../support/lab-traffic.js';
import { TmuxSession } from '../support/tmux-session.js';

const [program = '', runs = '20'] = process.argv.slice(2);
const ATTACKER = '198.51.100.10';
/** A is deaf for 600 ms after the commands have come on the screen. */
const GUARD_MS = 650;
const FLOOD_PPS = 2000;
const FLOOD_PACKETS = 2_000_000;

const folder = mkdtempSync(join(tmpdir(), 'ddostop-bench-'));
const lab = await Lab.open();
try {
  const receiver = await Receiver.open(lab);
  const session = await TmuxSession.open({
    env: { XDG_STATE_HOME: folder, SSH_CONNECTION: '' },
    inside: ['ip', 'netns', 'exec', lab.namespaceOf('victim')],
  });
  await session.type(`exec ${process.execPath} ${program} -i eth0`);
  await session.waitFor(/(ring|tcpdump) eth0( \(.+\))? +live/m);
  await startStream(lab, {
    from: 'attacker',
    source: ATTACKER,
    target: '192.0.2.10',
    rate: FLOOD_PPS,
    packets: FLOOD_PACKETS,
  });
  await session.waitFor(new RegExp(`SOURCE .*\\n│▸ ${ATTACKER} `));
  const ms: number[] = [];
  for (let run = 0; run < Number(runs); run += 1) {
    await session.press('m');
    await session.waitFor((text) => text.includes('Commands, exactly') && text.includes(ATTACKER));
    await new Promise((resolve) => setTimeout(resolve, GUARD_MS));
    const pressedMs = Date.now();
    await session.press('A');
    await session.waitFor('applied, not confirmed');
    ms.push((await receiver.from(ATTACKER)).lastMs - pressedMs);
    await session.press('z');
    await session.waitFor('Mitigation undone');
    await session.press('Enter');
    await session.waitFor((text) => !text.includes('Mitigation undone'));
    await session.waitFor(new RegExp(`SOURCE .*\\n│▸ ${ATTACKER} `));
  }
  console.log(JSON.stringify({ ms }));
  await session.close();
  receiver.close();
} finally {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
