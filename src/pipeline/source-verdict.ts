/**
 * Who sends an attack, told by its sampled rows: forged addresses are seen once each, or come with one or two TTLs as only one machine has them; real
 * hosts come again and have the TTLs of as many ways as there are.
 */
import type { VerdictVector } from '../detect/verdict.js';
import type { Incident } from '../incident/incident.js';
import { TRAFFIC_CLASSES } from '../records/traffic-class.js';

export interface SeenSources {
  readonly rows: number;
  /** Distinct sources among the rows, and those seen once. */
  readonly distinct: number;
  readonly once: number;
  /** Rows of the three most frequent TTLs. */
  readonly rowsOfTopTtls: number;
}

/** Rows below which no verdict on the sources is given. */
const ENOUGH_ROWS = 30;
/** Above this share of sources seen once among the rows they look forged. */
const ONCE_SHARE = 0.9;
/** ... or above this, when three TTLs or fewer are nearly all of them: hundreds of real hosts lie at many distances. */
const ONCE_SHARE_OF_FEW_TTLS = 0.5;
const FEW_TTLS_SHARE = 0.95;
const MANY_SOURCES = 200;
/** Fewer are a few talkers. */
const BOTNET_SOURCES = 20;

export function sourceVerdict(
  vectors: readonly VerdictVector[],
  { rows, distinct, once, rowsOfTopTtls }: SeenSources,
): Incident['sources']['verdict'] {
  const active = vectors.filter(({ isActive }) => isActive);
  const reflected = active.filter(({ trafficClass }) => isAnswer(trafficClass));
  if (reflected.length > 0 && ppsOf(reflected) * 2 >= ppsOf(active)) return 'reflected';
  if (rows < ENOUGH_ROWS) return 'unknown';
  // Requests need a finished handshake: their sources are real. Queries of DNS need none.
  const isConnected = active.every(({ trafficClass }) => isRequest(trafficClass));
  if (!isConnected) {
    if (once >= ONCE_SHARE * distinct && distinct > rows / 2) return 'spoofed';
    const isOneSender = rowsOfTopTtls >= FEW_TTLS_SHARE * rows;
    if (distinct >= MANY_SOURCES && once >= ONCE_SHARE_OF_FEW_TTLS * distinct && isOneSender) return 'spoofed';
  }
  return distinct >= BOTNET_SOURCES ? 'botnet' : 'few';
}

function ppsOf(vectors: readonly VerdictVector[]): number {
  return vectors.reduce((sum, { pps }) => sum + pps, 0);
}

/** What a third party sends because somebody asked it in the target's name. */
function isAnswer(trafficClass: number): boolean {
  const { id, kind } = TRAFFIC_CLASSES[trafficClass] ?? { id: '', kind: 'carrier' };
  return kind === 'reflection' || id.endsWith('-refl');
}

function isRequest(trafficClass: number): boolean {
  const { id, kind } = TRAFFIC_CLASSES[trafficClass] ?? { id: '', kind: 'carrier' };
  return kind === 'request' && id !== 'app-dns-q';
}
