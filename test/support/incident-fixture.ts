/** One incident with everything in it; what a test is about it says itself. */
import { type Incident, UNJUDGED } from '../../src/incident/incident.js';

/** 2026-02-03 14:00:25 UTC. */
export const OPENED_AT = 1_770_127_225;

export function makeIncident(part: Partial<Incident> = {}): Incident {
  return {
    ...UNJUDGED,
    id: 'i1',
    target: '203.0.113.7',
    direction: 'incoming',
    vectors: [
      { id: 'tcp-syn', name: 'SYN flood', share: 0.78, confidence: 0.98, active: true, pps: 70_000 },
      { id: 'refl-dns', name: 'DNS amplification', share: 0.22, confidence: 0.95, active: true, pps: 20_000 },
    ],
    severity: 'high',
    urgency: 64,
    urgencyParts: [
      { name: 'rate', value: 2.1, cap: 3, words: '90k pps, 4.5 times the limit' },
      { name: 'impact', value: 0.5, cap: 3, words: '12% of good packets are missing' },
    ],
    relevance: 97,
    relevanceParts: [{ name: 'distance', value: 0.9, cap: 1, words: '4.5 times the limit' }],
    state: 'attack',
    openedAt: OPENED_AT,
    detectedAt: OPENED_AT + 1.1,
    acknowledgedAt: null,
    mitigatedAt: null,
    endedAt: null,
    peakPps: 91_200,
    peakBps: 410e6,
    peakRps: null,
    packets: 2_300_000,
    bytes: 1_100_000_000,
    sources: {
      distinct: 41_200,
      top: [
        { key: '198.51.100.7', packets: 9000, bytes: 540_000 },
        { key: '2001:db8::7', packets: 4000, bytes: 260_000 },
      ],
      verdict: 'spoofed',
    },
    evidence: ['tcp-syn: 70k pps to the target, floor 2k pps'],
    actions: [],
    ...part,
  };
}
