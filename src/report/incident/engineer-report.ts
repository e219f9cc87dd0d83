/** The report for those who work on an incident: all that is known of it, the most useful first. */
import { formatDateTime } from '../../format/time-format.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import { actionSection, deliverySection, ruleSection } from './answer-sections.js';
import { lookSection, sourceSection, vectorSection, voteSection } from './attack-sections.js';
import { chartSection } from './chart-section.js';
import { headSection, scoreSection, tagsOf } from './head-section.js';
import type { ReportDocument } from './incident-document.js';
import { summaryParagraphs } from './incident-summary.js';
import { alertSection, evidenceSection, lossSection, noteSection, timelineSection } from './record-sections.js';

export interface ReportContext {
  readonly nowSec: number;
  readonly related: readonly { readonly id: string; readonly target: string; readonly origin: string }[];
  readonly isRedacted: boolean;
}

/** Sections with nothing to say are left out. */
export function engineerReport(stored: StoredIncident, context: ReportContext): ReportDocument {
  const sections = [
    {
      id: 'summary',
      title: 'Summary',
      blocks: summaryParagraphs(stored, context.nowSec).map((sentences) => ({ kind: 'paragraph' as const, sentences })),
    },
    chartSection(stored),
    headSection(stored, context),
    vectorSection(stored),
    sourceSection(stored, context.isRedacted),
    lookSection(stored),
    voteSection(stored),
    ruleSection(stored),
    actionSection(stored),
    timelineSection(stored),
    noteSection(stored),
    alertSection(stored),
    deliverySection(stored),
    scoreSection(stored),
    lossSection(stored),
    evidenceSection(stored),
  ];
  const redacted = context.isRedacted
    ? ' Sources are told by network, people by initials; paths and hosts are left out.'
    : '';
  return {
    title: `Incident ${stored.incident.id}: ${stored.incident.target}`,
    tags: tagsOf(stored),
    sections: sections.filter(({ blocks }) => blocks.length > 0),
    footer: `Written by ddostop, ${formatDateTime(context.nowSec)}. All times are UTC; 1 kbit = 1000 bit.${redacted}`,
  };
}
