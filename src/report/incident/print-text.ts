/** A report as plain text. */
import { cleanText } from '../../format/clean-text.js';
import type { Block, ReportDocument } from './incident-document.js';

export function printText(document: ReportDocument, width: number): string {
  const lines = [
    document.title,
    document.tags.map(({ text }) => text).join('  '),
    ...document.sections.flatMap(({ title, blocks }) => ['', title.toUpperCase(), ...blocks.flatMap(blockLines)]),
  ];
  return `${lines.map((line) => cleanText(line, width)).join('\n')}\n`;
}

function blockLines(block: Block): string[] {
  switch (block.kind) {
    case 'paragraph':
      return [block.sentences.join(' ')];
    case 'facts':
      return block.rows.map(({ name, value }) => `${name}: ${value}`);
    case 'list':
      return block.items.map((item) => `- ${item}`);
    case 'code':
      return [...block.lines];
    case 'table':
      return block.rows.map((row) => row.join('  '));
    case 'chart':
      return [block.words];
  }
}
