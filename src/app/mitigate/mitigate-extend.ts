/** `ddostop mitigate extend ID --while-matching`: stays, and prolongs a mitigation for as long as packets match it. Ends with it, or with Ctrl-C. */
import { ExitCode } from '../../errors.js';
import { formatCount } from '../../format/number-format.js';
import { formatDuration } from '../../format/time-format.js';
import type { MitigationDoor } from '../../mitigation/door.js';
import type { LiveMitigation } from '../../mitigation/types.js';
import { type MitigateIo, write } from './mitigate-output.js';

/** Looked at so often; a life is seldom shorter than some of these. */
const LOOK_MS = 2000;
/** Prolonged when so much of the life is left, or less. */
const LAST_PART = 1 / 3;

export async function extendWhileMatching(
  id: string,
  ttlSec: number | null,
  io: MitigateIo,
  door: MitigationDoor,
): Promise<number> {
  await door.extend(id, ttlSec);
  let mine = await find(id, door);
  const lifeSec = ttlSec ?? mine?.expiresInSec ?? 0;
  let counted = mine?.packets ?? 0;
  await write(io.stderr, `${id} is prolonged while packets match it; Ctrl-C stops that, the kernel then ends it.\n`);
  while (mine !== null) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    mine = await find(id, door);
    if (mine === null || (mine.expiresInSec ?? 0) > lifeSec * LAST_PART) continue;
    const news = mine.packets - counted;
    if (news <= 0) {
      const left = formatDuration(mine.expiresInSec ?? 0);
      await write(
        io.stdout,
        `${id}: no packet matched in ${formatDuration(lifeSec * (1 - LAST_PART))}, it ends by itself in ${left}\n`,
      );
      return ExitCode.done;
    }
    await door.extend(id, ttlSec);
    counted = mine.packets;
    await write(io.stderr, `${id}: ${formatCount(news)} packets since, extended by ${formatDuration(lifeSec)}\n`);
  }
  await write(io.stdout, `${id} has ended\n`);
  return ExitCode.done;
}

async function find(id: string, door: MitigationDoor): Promise<LiveMitigation | null> {
  const live = await door.list();
  return live.find((item) => item.id === id && item.state !== 'ended') ?? null;
}
