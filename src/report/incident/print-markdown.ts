/** A report as Markdown. */
import { cleanText } from '../../format/clean-text.js';
import type { Block, ReportDocument } from './incident-document.js';

const MOST_CELLS = 2000;

export function printMarkdown(document: ReportDocument): string {
  const parts = [
    `# ${plain(document.title)}`,
    document.tags.map(({ text }) => plain(text)).join(', '),
    ...document.sections.flatMap(({ title, blocks }) => [`## ${plain(title)}`, ...blocks.map(blockText)]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return plain(block.sentences.join(' '));
    case 'facts':
      return block.rows.map(({ name, value }) => `- ${plain(name)}: ${plain(value)}`).join('\n');
    case 'list':
      return block.items.map((item) => `- ${plain(item)}`).join('\n');
    case 'code':
      return block.lines.map((line) => `    ${cleanText(line, MOST_CELLS)}`).join('\n');
    case 'table':
      return block.rows.map((row) => `- ${row.map(plain).join(', ')}`).join('\n');
    case 'chart':
      return plain(block.words);
  }
}

function plain(text: string): string {
  return cleanText(text, MOST_CELLS).replace(/[\\`*_{}[\]<>|#~!$@&]/g, '\\$&');
}
