/** `ddostop notify IP DIRECTION PPS ACTION`: called by a program that sees attacks, so it is quick, says nothing, and reads what it is given. */
import { ExitCode, UserError } from '../../errors.js';
import { formatPrefix, parsePrefix } from '../../format/address.js';
import { visibleJson } from '../../format/clean-text.js';
import { alertOfFastNetMon, type FastNetMonCall, openAlertOf } from '../../incident/store/alert/fastnetmon-alert.js';
import { IncidentStore } from '../../incident/store/incident-store.js';
import { newIncidentId } from '../../incident/store/new-incident-id.js';
import { defaultStoreFolder, writerName } from '../../incident/store/store-folder.js';
import { type Clock, systemClock } from '../../platform/clock.js';
import { sayError } from '../standard-error.js';
import { readGiven } from './notify-input.js';
import type { NotifyOptions } from './notify-options.js';

export interface NotifyWords {
  readonly ip: string;
  readonly direction: string;
  readonly pps: string;
  readonly action: string;
}

/** The call that opens an incident and the one with its details are two processes, and the first may be the slower one. */
const WAITS_MS = [100, 200, 400, 800];

export async function runNotify(
  words: NotifyWords,
  options: NotifyOptions,
  clock: Clock = systemClock,
  read: () => Promise<string> = readGiven,
  sleep: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Promise<number> {
  // Read before anything can fail: a sender whose pipe is closed may die of it.
  const details = await read();
  const call = callOf(words, details);
  const store = await IncidentStore.open(options.store ?? defaultStoreFolder(), { by: writerName(), clock });
  try {
    let open = openAlertOf(store.list(), call);
    for (const waitMs of call.action === 'attack_details' ? WAITS_MS : []) {
      if (open !== null) break;
      await sleep(waitMs);
      await store.refresh();
      open = openAlertOf(store.list(), call);
    }
    const alert = alertOfFastNetMon(call, open, clock.nowMs() / 1000, newIncidentId('fnm'));
    if (alert === null) sayError(`no incident of ${call.ip} (${call.direction}) is open: nothing to end`);
    else await store.append(alert);
  } finally {
    await store.close();
  }
  return ExitCode.done;
}

function callOf({ ip, direction, pps, action }: NotifyWords, details: string): FastNetMonCall {
  const prefix = parsePrefix(ip);
  if (prefix === null || ip.includes('/')) throw wrong('IP', 'an address', ip);
  if (!/^[0-9]{1,15}(\.[0-9]{1,9})?$/.test(pps)) throw wrong('PPS', 'packets a second as a number', pps);
  if (action !== 'ban' && action !== 'attack_details' && action !== 'unban') {
    throw wrong('ACTION', 'ban, attack_details or unban', action);
  }
  return {
    ip: formatPrefix(prefix),
    // "other", "internal": it does not know either.
    direction: direction === 'incoming' || direction === 'outgoing' ? direction : 'unknown',
    pps: Math.floor(Number(pps)),
    action,
    details,
  };
}

function wrong(name: string, expected: string, got: string): UserError {
  return new UserError(
    'USAGE',
    `${name}: expected ${expected}, got ${visibleJson(got.slice(0, 60))}`,
    'ddostop notify 203.0.113.7 incoming 45000 ban, with details on stdin.',
  );
}
