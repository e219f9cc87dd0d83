/** `w`: from what the user has chosen to a request for evidence, and what is said of it on the way. */
import type { TableId } from '../../../components/panels/talker-columns.js';
import { formatBytes, formatCount, formatExact } from '../../format/number-format.js';
import { protocolName } from '../../format/protocol-name.js';
import type { EvidenceProgress, EvidenceRequest, EvidenceResult } from '../../recording/evidence-request.js';
import type { FilterPart } from '../../snapshot/snapshot.js';
import { incidentEvidence } from '../incidents/incident-evidence.js';
import { chosenIncident, type UiState, type UiStep, withNotice } from './ui-state.js';
import { chosenKeys } from './ui-tables.js';

const FIELDS: Readonly<Record<Exclude<TableId, 'flows'>, FilterPart['field']>> = {
  sources: 'source',
  targets: 'target',
  sourcePorts: 'sourcePort',
  targetPorts: 'targetPort',
};

const FIELD_WORDS: Readonly<Record<FilterPart['field'], string>> = {
  source: 'from',
  target: 'to',
  sourcePort: 'from port',
  targetPort: 'to port',
  protocol: 'protocol',
};

export function askForEvidence(state: UiState): UiStep {
  const request = requestOf(state);
  if (typeof request === 'string') return { state: withNotice(state, request, 'suspect'), effects: [] };
  return {
    state: withNotice(state, `Writing evidence: ${request.words}`, 'accent'),
    effects: [{ kind: 'evidence', request }],
  };
}

/** What to write, or why `w` cannot know. */
function requestOf(state: UiState): EvidenceRequest | string {
  if (state.focus === 'incidents') {
    const incident = chosenIncident(state);
    if (incident?.scope === 'site') return 'This incident is of requests at the edge: there are no packets to write.';
    return incident === null ? 'There is no incident of now to write.' : incidentEvidence(incident);
  }
  if (state.screen !== 'overview' && state.screen !== 'talkers') return 'Choose a row or an incident first.';
  const keys = chosenKeys(state.tables[state.focus]);
  return keys.length === 0 ? 'Choose a row first.' : ofRows(state, state.focus, keys);
}

/** Rows of a table that is narrowed count what is narrowed, and so does their evidence. */
function ofRows({ view }: UiState, table: TableId, keys: readonly string[]): EvidenceRequest | string {
  const anyOf: FilterPart[][] = [];
  for (const key of keys) {
    const parts = table === 'flows' ? flowParts(key) : [{ field: FIELDS[table], value: key }];
    if (parts === null) return 'This flow cannot be told apart.';
    anyOf.push([...view.filter, ...parts]);
  }
  const word = table === 'flows' ? 'flow' : FIELD_WORDS[FIELDS[table]];
  const within = view.filter.map(({ field, value }) => ` ${FIELD_WORDS[field]} ${value}`).join('');
  const others = keys.length > 1 ? ` and ${keys.length - 1} more` : '';
  return {
    key: `${word} ${keys[0]!}${others}`,
    words: `packets ${keys.map((key) => `${word} ${key}`).join(' or ')}${within}`,
    anyOf,
    layer: view.layer,
    fromSec: Number.NEGATIVE_INFINITY,
    toSec: Number.POSITIVE_INFINITY,
    incident: null,
  };
}

/** "tcp 192.0.2.1:443 > 198.51.100.7:50123", "[2001:db8::1]:53", addresses alone where there are no ports. */
const FLOW = /^(.+) (\S+) > (\S+)$/;
const END = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d+)$/;

export function flowParts(key: string): FilterPart[] | null {
  const match = FLOW.exec(key);
  const protocol = match === null ? -1 : PROTOCOL_OF.get(match[1]!);
  if (match === null || protocol === undefined) return null;
  const source = endOf(match[2]!);
  const target = endOf(match[3]!);
  const parts: FilterPart[] = [
    { field: 'protocol', value: String(protocol) },
    { field: 'source', value: source.address },
    { field: 'target', value: target.address },
  ];
  if (source.port !== null) parts.push({ field: 'sourcePort', value: source.port });
  if (target.port !== null) parts.push({ field: 'targetPort', value: target.port });
  return parts;
}

const PROTOCOL_OF = new Map(Array.from({ length: 256 }, (_, protocol) => [protocolName(protocol), protocol]));

function endOf(text: string): { readonly address: string; readonly port: string | null } {
  const match = END.exec(text);
  return match === null ? { address: text, port: null } : { address: (match[1] ?? match[2])!, port: match[3]! };
}

export const progressWords = ({ words }: EvidenceRequest, { frames, packets }: EvidenceProgress): string =>
  `Evidence, ${words}: ${formatCount(packets)} packets of ${formatCount(frames)} looked at`;

/** For the last line of the screen, and in two lines, so that the path is not cut, for the log. */
export function resultWords(result: EvidenceResult): { readonly notice: string; readonly log: string } {
  const { path, packets, bytes, sampleRate, remarks } = result;
  const sampled = sampleRate > 1 ? [`sampled up to 1:${sampleRate}`] : [];
  const state = [...(remarks.length > 0 ? ['incomplete'] : sampled.length > 0 ? [] : ['complete']), ...sampled].join(
    ', ',
  );
  const notice = `Evidence of ${formatExact(packets)} packets, ${state}: ${path}`;
  const facts = `evidence: ${formatExact(packets)} packets, ${formatBytes(bytes)} on the wire, ${state}`;
  return { notice, log: [facts, path, ...remarks.map((remark) => `${remark}`)].join('\n') };
}
