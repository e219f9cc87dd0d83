/** Of what the attack is made and where it comes from: vectors, sources, what its packets look like, the votes. */
import { formatBytes, formatCount, formatFineShare, formatShare } from '../../format/number-format.js';
import type { CrowdVote, Incident } from '../../incident/incident.js';
import type { PictureTop } from '../../incident/journal-event.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import { vectorOf } from '../../signature/vectors/catalogue.js';
import type { Block, Section, TableBlock } from './incident-document.js';
import { capital, counted, listed, REMEDY_WORDS, VERDICT_WORDS } from './report-words.js';
import { byNetwork } from './source-networks.js';

const MOST_VECTORS = 20;
const MOST_SOURCES = 20;
const MOST_TOPS = 12;
const MOST_TOP_ROWS = 8;
/** Named by the picture, and in the table of sources already. */
const SOURCES_TOP = 'sources of the attack';

export function vectorSection({ incident }: StoredIncident): Section {
  const vectors = incident.vectors.slice(0, MOST_VECTORS);
  const table: TableBlock = {
    kind: 'table',
    title: '',
    columns: [
      { title: 'vector', align: 'left' },
      { title: 'share', align: 'right', bars: vectors.map(({ share }) => share) },
      { title: 'confidence', align: 'right' },
      { title: 'id', align: 'left' },
    ],
    rows: vectors.map(({ id, name, share, confidence }) => [
      name,
      formatShare(share),
      confidence > 0 ? formatShare(confidence) : 'not judged',
      id,
    ]),
    note: 'Shares are of all packets to the target while it was attacked: what they leave to 100% is good traffic, or not known to be bad.',
  };
  const told = vectors.map(({ id, name }) => vectorWords(id, name)).filter((words) => words !== '');
  const blocks: Block[] = [
    table,
    ...(told.length === 0 ? [] : [{ kind: 'list' as const, items: told }]),
    ...(incident.evidence.length === 0
      ? []
      : [
          { kind: 'paragraph' as const, sentences: ['What it was called an attack for:'] },
          { kind: 'list' as const, items: incident.evidence.slice(0, MOST_VECTORS) },
        ]),
  ];
  return { id: 'vectors', title: 'Vectors', blocks: vectors.length === 0 ? blocks.slice(1) : blocks };
}

/** What the catalogue says of it; "" where it has no such vector. */
function vectorWords(id: string, name: string): string {
  const known = vectorOf(id);
  if (known === null) return '';
  const amplified = known.amplification === null ? '' : ` Amplifies: ${known.amplification}.`;
  const remedies = listed(known.remedies.map((remedy) => REMEDY_WORDS[remedy]));
  return `${name}: ${known.tells}.${amplified} Best stopped by ${remedies}.`;
}

export function sourceSection({ incident }: StoredIncident, isRedacted: boolean): Section {
  const { distinct, top, verdict } = incident.sources;
  if (distinct === 0 && top.length === 0) return { id: 'sources', title: 'Sources', blocks: [] };
  const networks = byNetwork(top);
  const rows = top.slice(0, MOST_SOURCES);
  const blocks: Block[] = [
    {
      kind: 'paragraph',
      sentences: [`${counted(distinct, 'distinct source')}.`, `${capital(VERDICT_WORDS[verdict])}.`],
    },
    ...(rows.length === 0 || isRedacted ? [] : [talkerTable('Largest addresses', rows, incident)]),
    ...(networks.length === 0 ? [] : [talkerTable('By network', networks.slice(0, MOST_SOURCES), incident)]),
  ];
  return { id: 'sources', title: 'Sources', blocks };
}

interface Talker {
  readonly key: string;
  readonly packets: number;
  readonly bytes: number;
  readonly asn?: number;
  readonly country?: string;
}

function talkerTable(title: string, talkers: readonly Talker[], { packets }: Incident): TableBlock {
  const shareOf = (row: Talker) => row.packets / Math.max(1, packets, row.packets);
  const hasAsn = talkers.some(({ asn }) => typeof asn === 'number');
  const hasCountry = talkers.some(({ country }) => typeof country === 'string');
  return {
    kind: 'table',
    title,
    columns: [
      { title: title === 'By network' ? 'network' : 'address', align: 'left' },
      ...(hasAsn ? [{ title: 'AS', align: 'left' as const }] : []),
      ...(hasCountry ? [{ title: 'country', align: 'left' as const }] : []),
      { title: 'packets', align: 'right' },
      { title: 'bytes', align: 'right' },
      { title: 'share', align: 'right', bars: talkers.map(shareOf) },
    ],
    rows: talkers.map((row) => [
      row.key,
      ...(hasAsn ? [typeof row.asn === 'number' ? `AS${row.asn}` : ''] : []),
      ...(hasCountry ? [row.country ?? ''] : []),
      formatCount(row.packets),
      formatBytes(row.bytes),
      formatFineShare(shareOf(row)),
    ]),
    note: '',
  };
}

/** The picture's tables: what its packets have in common, and what else went on. */
export function lookSection({ picture }: StoredIncident): Section {
  const tops = (picture?.tops ?? []).filter(({ name, rows }) => name !== SOURCES_TOP && rows.length > 0);
  return { id: 'look', title: 'What it looks like', blocks: tops.slice(0, MOST_TOPS).map(topTable) };
}

function topTable({ name, rows, distinct, exact }: PictureTop): TableBlock {
  const shown = rows.slice(0, MOST_TOP_ROWS);
  const hasBytes = shown.some(({ bytes }) => bytes > 0);
  return {
    kind: 'table',
    title: name,
    columns: [
      { title: 'value', align: 'left' },
      { title: 'packets', align: 'right' },
      ...(hasBytes ? [{ title: 'bytes', align: 'right' as const }] : []),
      { title: 'share', align: 'right', bars: shown.map(({ share }) => share) },
    ],
    rows: shown.map(({ key, packets, bytes, share }) => [
      key,
      formatCount(packets),
      ...(hasBytes ? [formatBytes(bytes)] : []),
      formatShare(share),
    ]),
    note: distinct > shown.length ? `${exact ? '' : 'about '}${formatCount(distinct)} values in all` : '',
  };
}

const VOTE_WORDS: Readonly<Record<CrowdVote['vote'], string>> = { 1: 'attack', 0: 'undecided', [-1]: 'crowd' };

export function voteSection({ incident }: StoredIncident): Section {
  const { votes } = incident;
  const section = { id: 'votes', title: 'Attack or crowd' };
  if (votes.length === 0) return { ...section, blocks: [] };
  const of = (vote: CrowdVote['vote']) => votes.filter((one) => one.vote === vote).length;
  return {
    ...section,
    blocks: [
      {
        kind: 'table',
        title: '',
        columns: [
          { title: 'argument', align: 'left' },
          { title: 'speaks for', align: 'left' },
          { title: 'because', align: 'left' },
        ],
        rows: votes.map(({ name, vote, words }) => [name, VOTE_WORDS[vote], words]),
        note: `${of(1)} for an attack, ${of(-1)} for a crowd, ${of(0)} undecided`,
      },
    ],
  };
}
