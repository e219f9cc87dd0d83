/** The triage of a capture as a page: the same facts as the text, as Markdown or as one HTML file. */
import { formatBpsUnit, formatBytes, formatCount, formatPpsUnit, formatShare } from '../format/number-format.js';
import { formatClock, formatDateTime, formatDuration } from '../format/time-format.js';
import type { Incident } from '../incident/incident.js';
import { unkeptIncident } from '../incident/unkept-incident.js';
import { sourceSection, vectorSection, voteSection } from './incident/attack-sections.js';
import type { Block, ChartBlock, ReportDocument, Section, TableBlock } from './incident/incident-document.js';
import { summaryParagraphs } from './incident/incident-summary.js';
import { printHtml } from './incident/print-html.js';
import { printMarkdown } from './incident/print-markdown.js';
import { counted } from './incident/report-words.js';
import type { Report } from './report.js';
import type { ReportTop } from './report-top.js';

/** Bars of a chart. */
const MOST_STEPS = 600;

export interface CapturePageOptions {
  readonly format: 'markdown' | 'html';
  readonly ascii: boolean;
  /** Rows of a table. */
  readonly top: number;
  /** Wall clock. */
  readonly nowSec: number;
}

export function capturePage(report: Report, { format, ascii, top, nowSec }: CapturePageOptions): string {
  const document = documentOf(report, top, nowSec);
  return format === 'html' ? printHtml(document) : printMarkdown(document, ascii);
}

function documentOf(report: Report, top: number, nowSec: number): ReportDocument {
  const attacks = report.incidents.filter(({ state }) => state !== 'suspect');
  const sections = [
    summarySection(report, attacks),
    { id: 'traffic', title: 'Traffic', blocks: chartBlocks(report) },
    // What goes on goes on at the end of the capture, which may be years ago.
    ...report.incidents.flatMap((incident, i) => incidentSections(incident, i, Number(report.lastTime ?? nowSec))),
    { id: 'tables', title: 'All packets', blocks: tables(report, top) },
    { id: 'messages', title: 'What payloads say', blocks: messageTables(report, top) },
    { id: 'how-well', title: 'How well it was seen', blocks: lossBlocks(report) },
  ];
  const tone = attacks.length > 0 ? 'attack' : 'good';
  return {
    title: `Capture ${report.source.name}`,
    tags: [
      {
        text:
          attacks.length === 0 ? 'no attack' : `${attacks.length === 1 ? 'an attack' : `${attacks.length} attacks`}`,
        tone,
      },
    ],
    sections: sections.filter(({ blocks }) => blocks.length > 0),
    footer: `Written by ddostop, ${formatDateTime(nowSec)}. All times are UTC; 1 kbit = 1000 bit.`,
  };
}

function summarySection(report: Report, attacks: readonly Incident[]): Section {
  const { packets, bytesOnWire, outer } = report;
  const [from, to] = [Number(report.firstTime ?? Number.NaN), Number(report.lastTime ?? Number.NaN)];
  const sentences = [
    `${formatCount(packets)} packets with ${formatBytes(bytesOnWire)} in ${formatDuration(to - from)}, from ${formatDateTime(from)} to ${formatDateTime(to)}.`,
    `${howMany(outer.sources, 'source')}, ${howMany(outer.targets, 'target')}.`,
    attacks.length === 0
      ? 'Nothing in it was called an attack.'
      : `${attacks.map(({ target }) => target).join(', ')} under attack.`,
  ];
  const facts = [
    { name: 'format', value: report.source.format ?? 'live' },
    ...(report.source.sha256 === undefined ? [] : [{ name: 'SHA-256', value: report.source.sha256 }]),
  ];
  const blocks: Block[] = [
    { kind: 'paragraph', sentences },
    { kind: 'facts', rows: facts },
  ];
  if (report.error !== null) blocks.push({ kind: 'paragraph', sentences: [report.error.message] });
  return { id: 'summary', title: 'Summary', blocks };
}

/** "about 3.37k sources". */
function howMany({ distinct, exact }: Pick<ReportTop, 'distinct' | 'exact'>, what: string): string {
  return `${exact || distinct < 10 ? '' : 'about '}${counted(distinct, what)}`;
}

function chartBlocks({ timeline, incidents }: Report): Block[] {
  const first = timeline[0]?.second;
  const last = timeline.at(-1)?.second;
  if (first === undefined || last === undefined || last - first < 1) return [];
  const stepSec = Math.max(1, Math.ceil((last - first + 1) / MOST_STEPS));
  const steps = Math.ceil((last - first + 1) / stepSec);
  const packets = new Array<number>(steps).fill(0);
  const bytes = new Array<number>(steps).fill(0);
  for (const row of timeline) {
    const at = Math.floor((row.second - first) / stepSec);
    packets[at] = Math.max(packets[at] ?? 0, row.packets);
    bytes[at] = Math.max(bytes[at] ?? 0, row.bytes);
  }
  const marks = incidents.flatMap(({ detectedAt, target }) =>
    detectedAt === null ? [] : [{ at: detectedAt, label: target }],
  );
  const common = { kind: 'chart', startSec: first, stepSec, attack: [], marks } as const;
  const span = `${formatClock(first)} to ${formatClock(last + 1)} UTC`;
  const blocks: ChartBlock[] = [
    {
      ...common,
      title: 'Packets per second',
      unit: 'pps',
      total: packets,
      words: `All packets per second, ${span}; largest ${formatPpsUnit(Math.max(...packets))}.`,
    },
    {
      ...common,
      title: 'Bits per second',
      unit: 'bit/s',
      total: bytes.map((value) => value * 8),
      words: `All bits per second, ${span}; largest ${formatBpsUnit(8 * Math.max(...bytes))}.`,
    },
  ];
  return blocks;
}

/** The parts of an incident's report that a capture can fill. */
function incidentSections(incident: Incident, i: number, nowSec: number): Section[] {
  const stored = unkeptIncident(incident, '');
  const [what] = summaryParagraphs(stored, incident.endedAt ?? nowSec);
  const word = incident.state === 'suspect' ? 'Suspicion' : 'Attack';
  const named = (section: Section): Section => ({ ...section, id: `${section.id}-${i}` });
  const parts = [vectorSection(stored), sourceSection(stored, false), voteSection(stored)];
  return [
    {
      id: `incident-${i}`,
      title: `${word} on ${incident.target}`,
      blocks: [{ kind: 'paragraph', sentences: what ?? [] }],
    },
    ...parts.filter(({ blocks }) => blocks.length > 0).map(named),
  ];
}

function tables({ outer, frameLengths, packets }: Report, top: number): Block[] {
  const table = (title: string, of: ReportTop) => topTable(title, of, packets, top);
  return [
    table('Sources', outer.sources),
    table('Targets', outer.targets),
    table('Source networks', outer.sourcePrefixes),
    table('Source ports', outer.sourcePorts),
    table('Target ports', outer.targetPorts),
    table('Protocols', outer.protocols),
    table('TCP flags', outer.tcpFlags),
    table('TTLs', outer.ttls),
    table('Frame lengths', frameLengths),
  ].filter(({ rows }) => rows.length > 0);
}

function messageTables({ dns, http, tls }: Report, top: number): Block[] {
  const all: readonly (readonly [string, ReportTop])[] = [
    ['DNS queries', dns.queries],
    ['DNS answers', dns.responses],
    ['HTTP hosts', http.hosts],
    ['HTTP targets', http.uris],
    ['User agents', http.userAgents],
    ['TLS server names', tls.serverNames],
    ['JA4', tls.ja4],
  ];
  return all.filter(([, { distinct }]) => distinct > 0).map(([title, of]) => topTable(title, of, null, top));
}

/** `packets`: what shares are of; null: no shares. */
function topTable(
  title: string,
  { byPackets, distinct, exact }: ReportTop,
  packets: number | null,
  top: number,
): TableBlock {
  const rows = byPackets.slice(0, top);
  const shareOf = (count: number) => count / Math.max(1, packets ?? 1);
  return {
    kind: 'table',
    title,
    columns: [
      { title: 'value', align: 'left' },
      { title: packets === null ? 'messages' : 'packets', align: 'right' },
      ...(packets === null
        ? []
        : [
            { title: 'bytes', align: 'right' as const },
            { title: 'share', align: 'right' as const, bars: rows.map((row) => shareOf(row.packets)) },
          ]),
    ],
    rows: rows.map((row) => [
      row.lists === undefined ? row.key : `${row.key} (${row.lists.join(', ')})`,
      formatCount(row.packets),
      ...(packets === null ? [] : [formatBytes(row.bytes), formatShare(shareOf(row.packets))]),
    ]),
    note: distinct > rows.length ? `${howMany({ distinct, exact }, 'value')} in all` : '',
  };
}

function lossBlocks({ counters, sampling }: Report): Block[] {
  const rows = Object.entries(counters).map(([name, value]) => ({ name, value: formatCount(value) }));
  const sampled =
    sampling === null
      ? []
      : [{ name: 'sampled', value: `${formatCount(sampling.packets)}, one in up to ${sampling.largestRate}` }];
  return [{ kind: 'facts', rows: [...rows, ...sampled] }];
}
