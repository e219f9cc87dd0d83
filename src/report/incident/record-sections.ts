/** What is on record: the timeline, notes, what others saw, how well it was seen, and the files that prove it. */
import { formatBytes, formatCount } from '../../format/number-format.js';
import { formatDateTime } from '../../format/time-format.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import type { Block, Section } from './incident-document.js';

const MOST_TIMELINE = 300;
const MOST_NOTES = 100;
const MOST_DETAILS = 60;
const MOST_FILES = 100;

export function timelineSection({ timeline }: StoredIncident): Section {
  if (timeline.length === 0) return { id: 'timeline', title: 'Timeline (UTC)', blocks: [] };
  // How it began and how it stands matter more than the middle.
  const half = MOST_TIMELINE / 2;
  const isLong = timeline.length > MOST_TIMELINE;
  const shown = isLong ? [...timeline.slice(0, half), ...timeline.slice(-half)] : timeline;
  return {
    id: 'timeline',
    title: 'Timeline (UTC)',
    blocks: [
      {
        kind: 'table',
        title: '',
        columns: [
          { title: 'when', align: 'left' },
          { title: 'what', align: 'left' },
          { title: 'by', align: 'left' },
        ],
        rows: shown.map(({ at, words, by }) => [formatDateTime(at), words, by]),
        note: isLong ? `${formatCount(timeline.length - MOST_TIMELINE)} entries of the middle are left out` : '',
      },
    ],
  };
}

export function noteSection({ notes }: StoredIncident): Section {
  const shown = notes.slice(-MOST_NOTES);
  const blocks = shown.flatMap(({ at, by, text }): Block[] => [
    { kind: 'paragraph', sentences: [`${formatDateTime(at)}, ${by}:`] },
    { kind: 'code', title: '', lines: text.split('\n') },
  ]);
  return { id: 'notes', title: 'Notes', blocks };
}

export function alertSection({ alerts }: StoredIncident): Section {
  const blocks = alerts.flatMap(({ from, reference, url, details }): Block[] => [
    {
      kind: 'paragraph',
      sentences: [`${from}${reference === '' ? '' : `, ${reference}`}${url === null ? '' : `, ${url}`}`],
    },
    ...(details.length === 0 ? [] : [{ kind: 'code' as const, title: '', lines: details.slice(0, MOST_DETAILS) }]),
  ]);
  return { id: 'alerts', title: 'What others saw', blocks };
}

/** How far the figures can be trusted. */
export function lossSection({ picture, origin }: StoredIncident): Section {
  const blocks: Block[] = [];
  if (picture === null) {
    const words =
      origin === 'ddostop'
        ? 'How well the traffic was seen was not written down.'
        : 'The traffic was not seen from here: all figures are those of whoever told of it.';
    blocks.push({ kind: 'paragraph', sentences: [words] });
  } else if (picture.losses.length === 0) {
    blocks.push({ kind: 'paragraph', sentences: [`All packets were counted${sourceWords(picture.source)}.`] });
  } else {
    blocks.push({ kind: 'list', items: picture.losses });
  }
  return { id: 'losses', title: 'How well it was seen', blocks };
}

function sourceWords(source: string): string {
  return source === '' ? '' : ` (${source})`;
}

/** One list a file: a hash must be copied whole. */
export function evidenceSection({ files }: StoredIncident): Section {
  const blocks = files.slice(0, MOST_FILES).map(
    ({ path, bytes, packets, sha256, words }): Block => ({
      kind: 'facts',
      rows: [
        { name: 'file', value: path },
        { name: 'size', value: `${formatBytes(bytes)}${packets > 0 ? `, ${formatCount(packets)} packets` : ''}` },
        { name: 'SHA-256', value: sha256 },
        ...(words === '' ? [] : [{ name: 'what', value: words }]),
      ],
    }),
  );
  const rest = files.length - blocks.length;
  const more: Block[] = rest > 0 ? [{ kind: 'paragraph', sentences: [`${formatCount(rest)} more are left out.`] }] : [];
  return { id: 'files', title: 'Evidence', blocks: [...blocks, ...more] };
}
