/** What an incident of somebody else's eyes is made of: the few figures they tell, and nothing made up beside them. */
import { type Incident, UNJUDGED } from '../../incident.js';

/** FastNetMon's own default limits: what others call an attack begins about there. */
const USUAL_PPS = 20_000;
const USUAL_BPS = 1e9;

export interface AlertFigures {
  readonly id: string;
  readonly target: string;
  readonly scope: Incident['scope'];
  readonly direction: Incident['direction'];
  /** Catalogue id and the other side's name of it; null: it names none. */
  readonly vector: { readonly id: string; readonly name: string } | null;
  readonly isOpen: boolean;
  readonly openedAt: number;
  readonly endedAt: number | null;
  readonly peakPps: number;
  readonly peakBps: number;
  readonly packets: number;
  readonly bytes: number;
  readonly evidence: readonly string[];
}

export function alertIncident(figures: AlertFigures): Incident {
  const { vector, isOpen, openedAt, endedAt, peakPps, peakBps, ...rest } = figures;
  return {
    ...UNJUDGED,
    ...rest,
    vectors: vector === null ? [] : [{ ...vector, share: 1, confidence: 0, active: isOpen, pps: isOpen ? peakPps : 0 }],
    severity: severityOf(peakPps, peakBps),
    state: isOpen ? 'attack' : 'ended',
    openedAt,
    // When they decided is not told.
    detectedAt: openedAt,
    acknowledgedAt: null,
    mitigatedAt: null,
    endedAt,
    peakPps,
    peakBps,
    peakRps: null,
    sources: { distinct: 0, top: [], verdict: 'unknown' },
    actions: [],
  };
}

/** By its rate alone, at the multiples that ddostop's own severity has without an impact: nobody tells what good traffic suffers. */
function severityOf(pps: number, bps: number): Incident['severity'] {
  const times = Math.max(pps / USUAL_PPS, bps / USUAL_BPS);
  return times >= 20 ? 'critical' : times >= 5 ? 'high' : times >= 2 ? 'medium' : 'low';
}
