/** A report as one HTML file: nothing is fetched, nothing runs, and what came from outside is text. */
import { chartLegend, chartSvg } from './html-chart.js';
import { REPORT_STYLE } from './html-style.js';
import { type Html, html } from './html-template.js';
import type { Block, Column, ReportDocument, Section, TableBlock } from './incident-document.js';

/** Cells of so many characters stay in one line. */
const SHORT = 20;

export function printHtml({ title, tags, sections, footer }: ReportDocument): string {
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="ddostop">
<title>${title}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
${tags.length === 0 ? '' : html`<ul class="tags">${tags.map(({ text, tone }) => html`<li class="${tone}">${text}</li>`)}</ul>`}
</header>
${sections.map(sectionHtml)}
${footer === '' ? '' : html`<footer>${footer}</footer>`}
</main>
</body>
</html>
`;
  return page.toString();
}

function sectionHtml({ id, title, blocks }: Section): Html {
  return html`<section id="${id}">
${title === '' ? '' : html`<h2>${title}</h2>`}
${blocks.map((block, i) => blockHtml(block, `${id}-${i}`))}
</section>
`;
}

function blockHtml(block: Block, name: string): Html {
  switch (block.kind) {
    case 'paragraph':
      return html`<p>${block.sentences.join(' ')}</p>\n`;
    case 'facts':
      return html`<dl>${block.rows.map((row) => html`<dt>${row.name}</dt><dd>${row.value}</dd>`)}</dl>\n`;
    case 'list':
      return html`<ul>${block.items.map((item) => html`<li>${item}</li>`)}</ul>\n`;
    case 'code':
      return html`${heading(block.title)}<pre><code>${block.lines.map((line, i) => [i > 0 ? html`\n` : '', line])}</code></pre>\n`;
    case 'table':
      return tableHtml(block);
    case 'chart':
      return html`<figure>${heading(block.title)}${chartSvg(block, name)}${chartLegend(block)}</figure>\n`;
  }
}

function heading(title: string): Html | '' {
  return title === '' ? '' : html`<h3>${title}</h3>`;
}

function tableHtml({ title, columns, rows, note }: TableBlock): Html {
  return html`<div class="table">${heading(title)}<div class="scroll"><table>
<thead><tr>${columns.map((column) => html`<th scope="col" class="${column.align}">${column.title}</th>`)}</tr></thead>
<tbody>${rows.map((row, y) => html`<tr>${columns.map((column, x) => cellHtml(column, row[x] ?? '', y))}</tr>\n`)}</tbody>
</table></div>${note === '' ? '' : html`<p class="note">${note}</p>`}</div>
`;
}

function cellHtml({ align, bars }: Column, text: string, y: number): Html {
  const share = bars?.[y];
  const width = text.length > SHORT ? 'wide' : 'short';
  if (share === undefined || !Number.isFinite(share)) return html`<td class="${align} ${width}">${text}</td>`;
  const percent = Math.round(Math.max(0, Math.min(1, share)) * 1000) / 10;
  return html`<td class="${align} ${width}">${text}<span class="bar"><i style="width:${percent}%"></i></span></td>`;
}
