/** A report as plain text, in lines of so many cells; texts for a machine stay whole. */
import { cellWidth, fitCells } from '../../format/cell-text.js';
import type { Block, ReportDocument, Section } from './incident-document.js';
import { chartLines } from './text-chart.js';
import { tableLines } from './text-table.js';
import { MOST_IN_CELL, MOST_IN_NOTE, shownText, wrapCells } from './text-wrap.js';

/** The widest of the tables cannot be narrower. */
const NARROWEST = 68;
const WIDEST = 200;

interface Paper {
  readonly width: number;
  readonly isAscii: boolean;
}

export function printText(document: ReportDocument, width: number, isAscii: boolean): string {
  const paper = { width: Math.max(NARROWEST, Math.min(WIDEST, width)), isAscii };
  const tags = document.tags.map(({ text }) => text).join(', ');
  const lines = [
    ...paragraph(document.title, paper),
    ...(tags === '' ? [] : paragraph(tags, paper)),
    ...document.sections.flatMap((section) => sectionLines(section, paper)),
    ...(document.footer === '' ? [] : ['', ...paragraph(document.footer, paper)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** What it says and nothing around it, in one line. */
export function printLine({ sections }: ReportDocument, isAscii: boolean): string {
  const sentences = sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === 'paragraph' ? block.sentences : [])),
  );
  return `${shownText(sentences.join(' '), isAscii)}\n`;
}

function sectionLines({ title, blocks }: Section, paper: Paper): string[] {
  const heading = title === '' ? [''] : ['', title, (paper.isAscii ? '-' : '─').repeat(cellWidth(title))];
  return [
    ...heading,
    ...blocks.flatMap((block, i) => [...(i > 0 && hasAir(block) ? [''] : []), ...blockLines(block, paper)]),
  ];
}

function hasAir(block: Block): boolean {
  return !(block.kind === 'list' || (block.kind === 'code' && block.title === ''));
}

function blockLines(block: Block, paper: Paper): string[] {
  const shown = (text: string) => shownText(text, paper.isAscii);
  switch (block.kind) {
    case 'paragraph':
      return paragraph(block.sentences.join(' '), paper);
    case 'facts': {
      const names = Math.max(...block.rows.map(({ name }) => cellWidth(shown(name))));
      return block.rows.flatMap(({ name, value }) => hanging(`${fitCells(shown(name), names)}  `, shown(value), paper));
    }
    case 'list':
      return block.items.flatMap((item) => hanging('- ', shown(item), paper));
    case 'code': {
      const head = block.title === '' ? [] : wrapCells(`${shown(block.title)}:`, paper.width);
      return [...head, ...block.lines.map((line) => `  ${shownText(line, paper.isAscii, MOST_IN_NOTE)}`.trimEnd())];
    }
    case 'table':
      return [
        ...(block.title === '' ? [] : paragraph(block.title, paper)),
        ...tableLines(block, paper.width, (cell) => shownText(cell, paper.isAscii, MOST_IN_CELL)),
        ...(block.note === '' ? [] : paragraph(`(${block.note})`, paper)),
      ];
    case 'chart':
      return [block.title, ...chartLines(block, paper.width, paper.isAscii), ...paragraph(block.words, paper)].filter(
        (line) => line !== '',
      );
  }
}

function paragraph(text: string, { width, isAscii }: Paper): string[] {
  return wrapCells(shownText(text, isAscii), width);
}

function hanging(head: string, text: string, { width }: Paper): string[] {
  const indent = cellWidth(head);
  return wrapCells(text, Math.max(20, width - indent)).map((line, i) =>
    `${i === 0 ? head : ' '.repeat(indent)}${line}`.trimEnd(),
  );
}
