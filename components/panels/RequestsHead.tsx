/** How many requests, names and handshakes, what was never seen, and what could not be read? One line. */
import { memo } from 'react';
import { formatCount, formatPps } from '../../src/format/number-format.js';
import type { PayloadTexts } from '../../src/snapshot/snapshot.js';
import { type Line, lineWidth, type Span, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { type MessageKind, messagesOf } from './text-roles.js';

export type RequestsHeadProps = {
  readonly texts: PayloadTexts | null;
  readonly isFiltered: boolean /* packets are, texts are not */;
  readonly width: number;
  readonly theme: Theme;
};

/** Higher ones are left out first where there is no room. */
const FIGURES: readonly { readonly kind: MessageKind; readonly unit: string; readonly priority: number }[] = [
  { kind: 'requests', unit: 'requests/s', priority: 0 },
  { kind: 'queries', unit: 'queries/s', priority: 0 },
  { kind: 'answers', unit: 'answers/s', priority: 3 },
  { kind: 'multicast', unit: 'mDNS/s', priority: 6 },
  { kind: 'hellos', unit: 'hellos/s', priority: 0 },
  { kind: 'syns', unit: 'SYNs/s', priority: 4 },
];
/** What is missed when it is not there. */
const EXPECTED: readonly { readonly name: string; readonly kinds: readonly MessageKind[] }[] = [
  { name: 'HTTP', kinds: ['requests'] },
  { name: 'DNS', kinds: ['queries', 'answers'] },
  { name: 'TLS', kinds: ['hellos'] },
];

interface Part {
  readonly line: Line;
  readonly priority: number;
}

export const RequestsHead = memo(function RequestsHead({ texts, isFiltered, width, theme }: RequestsHeadProps) {
  const line = texts === null ? [span(' reading what the payloads say', 'dim')] : headLine(texts, isFiltered, width);
  return <Block lines={[line]} width={width} height={1} theme={theme} />;
});

function headLine(texts: PayloadTexts, isFiltered: boolean, width: number): Line {
  let parts: Part[] = [...figures(texts), ...doubts(texts, isFiltered), ...absent(texts)];
  const total = () => parts.reduce((sum, { line }) => sum + lineWidth(line), 0);
  while (parts.length > 1 && total() > width) {
    const worst = parts.reduce((a, b) => (b.priority >= a.priority ? b : a));
    parts = parts.filter((part) => part !== worst);
  }
  return parts.flatMap(({ line }) => line);
}

function figures({ messages, perSec }: PayloadTexts): Part[] {
  return FIGURES.filter(({ kind }) => messagesOf(kind, messages) > 0).map(({ kind, unit, priority }) => ({
    line: [span(` ${formatPps(messagesOf(kind, perSec)).padStart(5)}`, 'title', true), span(` ${unit} `, 'dim')],
    priority,
  }));
}

/** "no HTTP, no TLS seen". */
function absent({ messages }: PayloadTexts): Part[] {
  const isAbsent = (kind: MessageKind) => messagesOf(kind, messages) === 0;
  const names = EXPECTED.filter(({ kinds }) => kinds.every(isAbsent)).map(({ name }) => `no ${name}`);
  return names.length === 0 ? [] : [{ line: [span(`  ${names.join(', ')} seen`, 'dim')], priority: 5 }];
}

/** Why a figure may be an estimate, or less than there was. */
function doubts({ losses, oneIn, messages }: PayloadTexts, isFiltered: boolean): Part[] {
  const stride = (one: number, what: string) => (one > 1 ? [`reads 1 of ${one} ${what}`] : []);
  const some = (count: number, what: string) => (count > 0 ? [`${formatCount(count)} ${what}`] : []);
  const words = [
    ...stride(oneIn.names, 'names'),
    ...stride(oneIn.starts, 'requests'),
    ...stride(oneIn.hellos, 'DTLS hellos'),
    ...stride(oneIn.syns, 'SYNs'),
    ...some(losses.openHeads, 'heads open'),
    ...some(messages.httpHeaderLines, 'lone header lines'),
    ...some(losses.streams, 'flows made room'),
    ...some(losses.quicConnections + losses.quicInitials, 'QUIC not read'),
    ...some(messages.dnsUnreadable, 'broken DNS'),
  ];
  const doubt = (text: string, color: Span['color']): Part => ({ line: [span(` ${text} `, color)], priority: 2 });
  return [
    ...(isFiltered ? [doubt('of all traffic: no filter narrows this', 'accent')] : []),
    ...words.map((text) => doubt(text, 'suspect')),
  ];
}
