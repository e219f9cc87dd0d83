/** The report for those who work on an incident: all that is known of it. */
import { formatBpsUnit, formatPpsUnit, formatShare } from '../../format/number-format.js';
import { formatDateTime } from '../../format/time-format.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import type { ReportDocument } from './incident-document.js';

export interface ReportContext {
  readonly nowSec: number;
  readonly related: readonly { readonly id: string; readonly target: string; readonly origin: string }[];
}

export function engineerReport(stored: StoredIncident, _context: ReportContext): ReportDocument {
  const { incident, timeline } = stored;
  const { id, target, severity, state, vectors, peakPps, peakBps, openedAt } = incident;
  return {
    title: `Incident ${id}: ${target}`,
    tags: [
      { text: state, tone: 'plain' },
      { text: `severity ${severity}`, tone: 'plain' },
    ],
    sections: [
      {
        id: 'summary',
        title: 'Summary',
        blocks: [
          {
            kind: 'facts',
            rows: [
              { name: 'began', value: formatDateTime(openedAt) },
              { name: 'peak', value: `${formatPpsUnit(peakPps)}, ${formatBpsUnit(peakBps)}` },
            ],
          },
        ],
      },
      {
        id: 'vectors',
        title: 'Vectors',
        blocks: [{ kind: 'list', items: vectors.map(({ name, share }) => `${name}: ${formatShare(share)}`) }],
      },
      {
        id: 'timeline',
        title: 'Timeline (UTC)',
        blocks: [{ kind: 'list', items: timeline.map(({ at, words }) => `${formatDateTime(at)} ${words}`) }],
      },
    ],
    footer: '',
  };
}
