/** An incident as a report: one document, printed in one of several ways. */
import { visibleJson } from '../../format/clean-text.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import { engineerReport } from './engineer-report.js';
import { printHtml } from './print-html.js';
import { printMarkdown } from './print-markdown.js';
import { printText } from './print-text.js';

export interface RelatedIncident {
  readonly id: string;
  readonly target: string;
  readonly origin: string;
}

export interface RenderOptions {
  readonly format: 'text' | 'markdown' | 'html' | 'json' | 'nladc' | 'misp';
  readonly ascii: boolean;
  /** Cells of a line of text. */
  readonly width?: number;
  readonly audience?: 'engineer' | 'customer' | 'management';
  readonly redact?: boolean;
  readonly redactTarget?: boolean;
  readonly nowSec: number;
  readonly related?: readonly RelatedIncident[];
}

export function renderIncident(stored: StoredIncident, options: RenderOptions): string {
  const { format, nowSec, related = [], width = 80 } = options;
  if (format === 'json') {
    const others = related.map(({ id }) => id);
    return `${visibleJson({ schema: 'ddostop.incident/1', ...stored, related: others }, 2)}\n`;
  }
  const document = engineerReport(stored, { nowSec, related, isRedacted: options.redact ?? false });
  if (format === 'html') return printHtml(document);
  return format === 'text' ? printText(document, width, options.ascii) : printMarkdown(document);
}
