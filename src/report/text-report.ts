/** The report as one page of text: what it is, who is attacked how, who sends, and what may be wrong with the figures. */
import { cleanText } from '../format/clean-text.js';
import { linkTypeName } from '../format/link-type-name.js';
import {
  formatBpsUnit,
  formatBytes,
  formatCount,
  formatExact,
  formatPpsUnit,
  formatShare,
} from '../format/number-format.js';
import { protocolName, tcpFlagNames } from '../format/protocol-name.js';
import { formatDateTime, formatDuration } from '../format/time-format.js';
import type { Incident } from '../incident/incident.js';
import { isDecodedLinkType, LinkType } from '../records/link-type.js';
import { layer7Lines } from './layer7-text.js';
import type { Report } from './report.js';
import type { ReportTop } from './report-top.js';

const WIDTH = 80;
const SPARKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/** Cells of the timeline. */
const SPARK_CELLS = 60;
/** A capture of several interfaces has two or three; a damaged one can name 65 536. */
const LINK_TYPE_LINES = 6;

/** `rows`: lines per table. `ascii`: no character beyond 7 bits. */
export function textReport(report: Report, rows: number, ascii: boolean): string {
  const lines = [...heading(report), '', ...incidentLines(report), ...timelineLines(report, ascii)];
  const { outer } = report;
  const total = report.packets;
  lines.push(
    ...table('Sources', outer.sources, total, rows),
    ...table('Source prefixes', outer.sourcePrefixes, total, rows),
  );
  lines.push(...table('Targets', outer.targets, total, rows));
  lines.push(
    ...table('Target ports', outer.targetPorts, total, rows),
    ...table('Source ports', outer.sourcePorts, total, rows),
  );
  lines.push(...table('Protocols', named(outer.protocols, protocolText), total, rows));
  lines.push(...table('TCP flags', named(outer.tcpFlags, flagsText), total, rows));
  lines.push(
    ...table('Frame lengths', report.frameLengths, total, rows),
    ...table('TTL / hop limit', outer.ttls, total, rows),
  );
  lines.push(...layer7Lines(report, rows));
  return `${lines.join('\n').trimEnd()}\n`;
}

function heading(report: Report): string[] {
  const { counters, packets } = report;
  const span = report.firstTime === null ? 0 : Math.max(0, Number(report.lastTime) - Number(report.firstTime));
  const mean =
    span > 0 ? `   mean ${formatPpsUnit(packets / span)}, ${formatBpsUnit((report.bytesOnWire * 8) / span)}` : '';
  const lines = [
    `ddostop report   ${cleanText(report.source.name, WIDTH - 20)}   ${report.source.format ?? 'live'}`,
    `${formatExact(packets)} packets, ${formatBytes(report.bytesOnWire)} on the wire (${formatBytes(report.bytesCaptured)} captured)`,
  ];
  if (report.firstTime !== null) {
    lines.push(`${formatDateTime(Number(report.firstTime))}, ${formatDuration(span)}${mean}`);
  }
  lines.push(...linkTypeLines(report.source.linkTypes));
  const { ipVersions } = report;
  lines.push(
    `IPv4 ${formatExact(ipVersions['4'])}, IPv6 ${formatExact(ipVersions['6'])}, not IP ${formatExact(ipVersions.none)}, ` +
      `fragments ${formatExact(report.outer.fragments)}, tunnelled ${formatExact(counters.tunnelled)}`,
  );
  const doubts = (['dropped', 'truncated', 'malformed', 'unsupported'] as const)
    .filter((name) => counters[name] > 0)
    .map((name) => `${name} ${formatExact(counters[name])}`);
  lines.push(
    doubts.length === 0 ? 'No packet was lost, cut or unreadable.' : `With care: ${doubts.join(', ')} packets.`,
  );
  lines.push(...samplingLines(report));
  if (report.error !== null) {
    const { code, message, atByte } = report.error;
    lines.push(
      `Ends early${atByte > 0 ? ` at byte ${formatExact(atByte)}` : ''}: ${code}: ${cleanText(message, 300)}.`,
    );
    lines.push('What lies before is counted here.');
  }
  return lines;
}

/** Nothing where all is Ethernet. */
function linkTypeLines(linkTypes: Report['source']['linkTypes']): string[] {
  const rows = Object.entries(linkTypes).map(([key, frames]) => ({ linkType: Number(key), frames }));
  if (rows.every(({ linkType }) => linkType === LinkType.ethernet)) return [];
  const largest = rows.toSorted((a, b) => b.frames - a.frames);
  const lines = largest.slice(0, LINK_TYPE_LINES).map(({ linkType, frames }) => {
    const what = isDecodedLinkType(linkType) ? '' : ', not decoded';
    return `Link type ${linkTypeName(linkType)}: ${formatExact(frames)} frame${frames === 1 ? '' : 's'}${what}`;
  });
  const more = rows.length - lines.length;
  return more > 0 ? [...lines, `and ${formatExact(more)} more link type${more === 1 ? '' : 's'}`] : lines;
}

function samplingLines({ sampling }: Report): string[] {
  if (sampling === null) return [];
  const { packets, largestRate, withoutDetail } = sampling;
  const what = `Overload: ${formatExact(withoutDetail)} packets without flows`;
  if (packets === 0) return [`${what}; all were counted.`];
  return [
    `${what}, ${formatExact(packets)} of them sampled, 1 of ${formatExact(largestRate)} at most.`,
    'Packets, bytes and the timeline are exact; the tables are estimates.',
  ];
}

function incidentLines(report: Report): string[] {
  if (report.incidents.length === 0)
    return ['No attack found: nothing went over a floor twice within three half seconds.', ''];
  return report.incidents.flatMap((incident) => [...oneIncident(incident), '']);
}

function oneIncident(incident: Incident): string[] {
  const vectors = incident.vectors.map(({ name, id, share }) => `${name} (${id}) ${formatShare(share)}`).join(', ');
  const fading = incident.state === 'ending' ? 'fading at the end of the source' : 'still on at the end of the source';
  const end = incident.endedAt === null ? fading : `ended ${formatDateTime(incident.endedAt)}`;
  const { sources } = incident;
  const rps = incident.peakRps === null ? '' : `, ${formatCount(incident.peakRps)} requests/s`;
  return [
    `${incident.state === 'suspect' ? 'SUSPECT' : 'ATTACK'} on ${incident.target}   ${vectors}`,
    `  severity ${incident.severity}   peak ${formatPpsUnit(incident.peakPps)}, ${formatBpsUnit(incident.peakBps)}${rps}`,
    incident.state === 'suspect'
      ? `  since ${formatDateTime(incident.openedAt)}: too short for a second decision, so not called an attack`
      : `  began ${formatDateTime(incident.openedAt)}, ${end}; ` +
        `${formatCount(incident.packets)} packets, ${formatBytes(incident.bytes)} of attack`,
    `  sources: about ${formatCount(sources.distinct)}, ${sources.verdict}` +
      (sources.top.length === 0
        ? ''
        : `; largest ${sources.top
            .slice(0, 3)
            .map(({ key }) => key)
            .join(', ')}`),
    ...incident.evidence.slice(0, 4).map((line) => `  because ${line}`),
  ];
}

function timelineLines(report: Report, ascii: boolean): string[] {
  const { timeline } = report;
  if (timeline.length < 2) return [];
  const from = timeline[0]!.second;
  const span = timeline.at(-1)!.second - from + 1;
  const cells = Math.min(SPARK_CELLS, span);
  const sums = new Array<number>(cells).fill(0);
  for (const { second, packets } of timeline) {
    const cell = Math.min(cells - 1, Math.floor(((second - from) / span) * cells));
    sums[cell]! += packets / (span / cells);
  }
  const peak = Math.max(...sums);
  const marks = ascii ? [' ', '.', '-', '=', '#'] : SPARKS;
  const spark = sums.map((sum) =>
    sum === 0 ? ' ' : marks[Math.min(marks.length - 1, Math.floor((sum / peak) * marks.length))],
  );
  return [`pps  ${spark.join('')}  peak ${formatPpsUnit(peak)}`, ''];
}

function table(title: string, top: ReportTop, totalPackets: number, rows: number): string[] {
  if (top.byPackets.length === 0) return [];
  const count = `${top.exact ? '' : '~'}${formatExact(top.distinct)}`;
  const head = `${title} (${count})`.padEnd(42);
  const lines = top.byPackets.slice(0, rows).flatMap(({ key, packets, bytes, lists }) => {
    const share = formatShare(totalPackets === 0 ? Number.NaN : packets / totalPackets);
    const figures = `${formatExact(packets).padStart(13)} ${share.padStart(6)} ${formatBytes(bytes).padStart(9)}`;
    const row = `  ${key.padEnd(40)}${figures}`;
    return lists === undefined ? [row] : [row, `    on ${cleanText(lists.join(', '), WIDTH - 8)}`];
  });
  return [`${head}${'packets'.padStart(13)} ${'share'.padStart(6)} ${'bytes'.padStart(9)}`, ...lines, ''];
}

function named(top: ReportTop, text: (key: string) => string): ReportTop {
  return { ...top, byPackets: top.byPackets.map((row) => ({ ...row, key: text(row.key) })) };
}

function protocolText(key: string): string {
  const [version, number] = key.split('/') as [string, string];
  return `IPv${version} ${protocolName(Number(number))}`;
}

function flagsText(key: string): string {
  return `${key} ${tcpFlagNames(Number(key))}`;
}
