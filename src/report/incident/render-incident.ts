/** An incident as a report: one document for each audience, printed in one of several ways, or an exchange format. */
import { visibleJson } from '../../format/clean-text.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import { customerUpdate, managementLine } from './customer-update.js';
import { engineerReport } from './engineer-report.js';
import type { ReportDocument } from './incident-document.js';
import { mispEventOf } from './misp-event.js';
import { fingerprintOf } from './nladc-fingerprint.js';
import { printHtml } from './print-html.js';
import { printMarkdown } from './print-markdown.js';
import { printLine, printText } from './print-text.js';
import { redactStored } from './redact.js';

export interface RelatedIncident {
  readonly id: string;
  readonly target: string;
  readonly origin: string;
}

export interface RenderOptions {
  readonly format: 'text' | 'markdown' | 'html' | 'json' | 'nladc' | 'misp';
  readonly ascii: boolean;
  /** Cells of a line of text; 80 unless told. */
  readonly width?: number;
  readonly audience?: 'engineer' | 'customer' | 'management';
  /** Sources by network, people by initials, no paths and no hosts. */
  readonly redact?: boolean;
  /** The target as well; implies `redact`. */
  readonly redactTarget?: boolean;
  readonly nowSec: number;
  /** Others of the same target and time. */
  readonly related?: readonly RelatedIncident[];
}

/** Ends with a line feed. The exchange formats are the same for every audience. */
export function renderIncident(whole: StoredIncident, options: RenderOptions): string {
  const isRedacted = (options.redact ?? false) || (options.redactTarget ?? false);
  const stored = isRedacted ? redactStored(whole, options.redactTarget ?? false) : whole;
  switch (options.format) {
    case 'json':
      return `${visibleJson(jsonOf(stored, isRedacted, options), 2)}\n`;
    case 'nladc':
      return `${visibleJson(fingerprintOf(stored), 2)}\n`;
    case 'misp':
      return `${visibleJson(mispEventOf(stored, { nowSec: options.nowSec }), 2)}\n`;
    default: {
      const document = documentOf(stored, isRedacted, options);
      if (options.format === 'html') return printHtml(document);
      if (options.format === 'markdown') return printMarkdown(document, options.ascii);
      // One line is one line, however wide a page is.
      if (options.audience === 'management') return printLine(document, options.ascii);
      return printText(document, options.width ?? 80, options.ascii);
    }
  }
}

function documentOf(stored: StoredIncident, isRedacted: boolean, options: RenderOptions): ReportDocument {
  const { audience = 'engineer', nowSec, related = [] } = options;
  if (audience === 'customer') return customerUpdate(stored, nowSec);
  if (audience === 'management') return managementLine(stored, nowSec);
  const known = options.redactTarget ? related.map((one) => ({ ...one, target: stored.incident.target })) : related;
  return engineerReport(stored, { nowSec, related: known, isRedacted });
}

function jsonOf(stored: StoredIncident, isRedacted: boolean, options: RenderOptions): Record<string, unknown> {
  const { audience = 'engineer', related = [] } = options;
  if (audience === 'engineer') return { schema: 'ddostop.incident/1', ...stored, related: related.map(({ id }) => id) };
  const { title, sections } = documentOf(stored, isRedacted, options);
  const paragraphs = sections.map(({ title: heading, blocks }) => ({
    title: heading,
    text: blocks.flatMap((block) => (block.kind === 'paragraph' ? block.sentences : [])).join(' '),
  }));
  return { schema: 'ddostop.incident-update/1', incidentId: stored.incident.id, audience, title, paragraphs };
}
