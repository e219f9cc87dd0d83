/** A report as Markdown, to be pasted into a ticket. */
import type { Block, Column, ReportDocument, Section, TableBlock } from './incident-document.js';
import { fencedMarkdown, plainMarkdown } from './markdown-escape.js';
import { chartLines } from './text-chart.js';

/** Of a chart; a ticket is narrower than a terminal. */
const CHART_CELLS = 80;

export function printMarkdown(document: ReportDocument, isAscii: boolean): string {
  const parts = [
    `# ${plainMarkdown(document.title)}`,
    document.tags.map(({ text }) => `**${plainMarkdown(text)}**`).join(isAscii ? ', ' : ' · '),
    ...document.sections.flatMap((section) => sectionParts(section, isAscii)),
    document.footer === '' ? '' : `---\n\n${plainMarkdown(document.footer)}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function sectionParts({ title, blocks }: Section, isAscii: boolean): string[] {
  return [title === '' ? '' : `## ${plainMarkdown(title)}`, ...blocks.map((block) => blockText(block, isAscii))];
}

function blockText(block: Block, isAscii: boolean): string {
  switch (block.kind) {
    case 'paragraph':
      return plainMarkdown(block.sentences.join(' '));
    case 'facts':
      return block.rows.map(({ name, value }) => `- **${plainMarkdown(name)}**: ${plainMarkdown(value)}`).join('\n');
    case 'list':
      return block.items.map((item) => `- ${plainMarkdown(item)}`).join('\n');
    case 'code':
      return titled(block.title, fencedMarkdown(block.lines));
    case 'table':
      return tableText(block);
    case 'chart':
      return titled(
        block.title,
        `${fencedMarkdown(chartLines(block, CHART_CELLS, isAscii))}\n\n${plainMarkdown(block.words)}`,
      );
  }
}

function titled(title: string, text: string): string {
  return title === '' ? text : `**${plainMarkdown(title)}**\n\n${text}`;
}

function tableText({ title, columns, rows, note }: TableBlock): string {
  const lines = [
    rowText(columns.map((column) => column.title)),
    `|${columns.map(alignText).join('|')}|`,
    ...rows.map((row) => rowText(columns.map((_, i) => row[i] ?? ''))),
  ];
  const table = lines.join('\n');
  return titled(title, note === '' ? table : `${table}\n\n${plainMarkdown(note)}`);
}

function rowText(cells: readonly string[]): string {
  return `| ${cells.map(plainMarkdown).join(' | ')} |`;
}

function alignText({ align }: Column): string {
  return align === 'right' ? '---:' : '---';
}
