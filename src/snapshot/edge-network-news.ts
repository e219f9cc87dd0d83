/** What changed between two views, a sentence each. Hostile text stands in them as it came: it is cleaned where it is shown. */
import { formatBpsUnit, formatPpsUnit, formatShare } from '../format/number-format.js';
import { formatDuration } from '../format/time-format.js';
import type { EdgeAttack, EdgeNetworkView } from './edge-network-view.js';

export interface EdgeNews {
  readonly kind: 'attack-began' | 'attack-ended' | 'notification' | 'tunnel-down' | 'tunnel-up';
  readonly text: string;
}

/** What was over, or sent, longer ago than this when it was first seen is history: a start reads a day of it. */
const NEWS_SEC = 600;

/** A first view (`before` null) tells what goes on. */
export function newsOf(before: EdgeNetworkView | null, after: EdgeNetworkView): EdgeNews[] {
  return [...attackNews(before, after), ...notificationNews(before, after), ...tunnelNews(before, after)];
}

function attackNews(before: EdgeNetworkView | null, after: EdgeNetworkView): EdgeNews[] {
  const known = new Map((before?.attacks ?? []).flatMap((attack) => attack.ids.map((id) => [id, attack] as const)));
  // Oldest first, as they happened.
  return [...after.attacks].reverse().flatMap((attack): EdgeNews[] => {
    const was = attack.ids.map((id) => known.get(id)).find((one) => one !== undefined);
    if (was === undefined) {
      if (attack.endSec !== null && attack.endSec < after.atMs / 1000 - NEWS_SEC) return [];
      const began: EdgeNews = { kind: 'attack-began', text: beganText(attack) };
      return attack.endSec === null ? [began] : [began, { kind: 'attack-ended', text: endedText(attack) }];
    }
    return was.endSec === null && attack.endSec !== null ? [{ kind: 'attack-ended', text: endedText(attack) }] : [];
  });
}

function beganText(attack: EdgeAttack): string {
  return `Cloudflare sees ${named(attack)}, ${formatBpsUnit(attack.peakBps)}, ${formatPpsUnit(attack.peakPps)}, ${droppedWords(attack)}`;
}

function endedText(attack: EdgeAttack): string {
  const lasted = formatDuration((attack.endSec as number) - attack.startSec);
  return `Cloudflare: over after ${lasted}: ${named(attack)}, ${droppedWords(attack)}`;
}

function named({ vector, target, port }: EdgeAttack): string {
  const place = `${target ?? 'several targets'}${port === null ? '' : ` port ${port}`}`;
  return `${vector === '' ? 'an attack' : vector} on ${place}`;
}

function droppedWords({ packets, droppedPackets }: EdgeAttack): string {
  return packets === 0 ? 'dropped: not said' : `${formatShare(droppedPackets / packets)} dropped`;
}

function notificationNews(before: EdgeNetworkView | null, after: EdgeNetworkView): EdgeNews[] {
  const known = new Set((before?.notifications ?? []).map(({ id }) => id));
  return after.notifications
    .filter(({ id, sec }) => !known.has(id) && sec >= after.atMs / 1000 - NEWS_SEC)
    .map(({ name, type, text }) => ({
      kind: 'notification',
      text: `Cloudflare notification: ${[name === '' ? type : name, text].filter((part) => part !== '').join(': ')}`,
    }));
}

/** Unknown is no news: a gap neither takes a tunnel down nor brings it back. */
function tunnelNews(before: EdgeNetworkView | null, after: EdgeNetworkView): EdgeNews[] {
  const known = new Map((before?.tunnels ?? []).map(({ name, state }) => [name, state]));
  return after.tunnels.flatMap(({ name, state, colos }): EdgeNews[] => {
    const was = known.get(name);
    if (state === 'down' && was !== 'down')
      return [{ kind: 'tunnel-down', text: `Tunnel ${name} is down, say all ${colos} data centres that check it` }];
    const isBack = was === 'down' && (state === 'healthy' || state === 'degraded');
    return isBack ? [{ kind: 'tunnel-up', text: `Tunnel ${name} is back (${state})` }] : [];
  });
}
