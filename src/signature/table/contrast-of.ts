/** Sampled rows of an attack and of good traffic → the table that diff and synthesis read. */
import type { HelloRows, HelloSamples } from '../../records/hello-samples.js';
import type { PacketRows, PacketSamples } from '../../records/packet-samples.js';
import type { RequestRows, RequestSamples } from '../../records/request-samples.js';
import { hashWords, randomSeed } from '../../sketch/hash.js';
import type { AttributeInfo } from '../attribute.js';
import type { AttributeReader } from '../attributes/attribute-reader.js';
import { PACKET_ATTRIBUTES } from '../attributes/packet-attributes.js';
import { PACKET_READERS } from '../attributes/packet-readers.js';
import { HELLO_ATTRIBUTES, REQUEST_ATTRIBUTES } from '../attributes/request-attributes.js';
import { HELLO_READERS, REQUEST_READERS } from '../attributes/request-readers.js';
import type { Contrast, ContrastColumn } from '../contrast.js';
import type { RowKind } from '../rule.js';
import { isIpv4 } from './address-codes.js';
import { clientColumns } from './clients.js';
import { addressColumn, numberColumn, textColumn } from './columns.js';
import { idClasses } from './id-classes.js';
import { missingCookies } from './missing-cookies.js';
import { queryNames } from './query-names.js';
import { inOrderOfTime } from './row-order.js';
import { RowPair } from './row-pair.js';

const SEED = randomSeed();
const FLOW_WORDS = 10;
/** Host bits that source networks are told apart without: /24 of IPv4, /48 of IPv6. */
const V4_NET_MASK = -0x100;
const V6_NET_MASK = -0x10000;

/** What all kinds of rows have. */
interface Sourced {
  /** Four words a row, like `dst`. */
  readonly src: Int32Array;
  readonly dst: Int32Array;
  readonly srcPort: Uint16Array;
  readonly dstPort: Uint16Array;
  /** Of packets. */
  readonly protocol?: Uint8Array;
}

/** What a reader cannot say, because it takes more than one row. */
export interface DerivedColumn {
  readonly numbers: Float64Array;
  readonly nameOf: ((number: number) => string) | null;
}

/** What derived columns go by. */
export interface RowOrder {
  readonly sec: Float64Array;
  /** Rows in the order of time. */
  readonly byTime: Uint32Array;
  /** The column of sources; null without a row. */
  readonly sources: ContrastColumn | null;
}

export interface ContrastPlan<Samples extends Sourced> {
  readonly kind: RowKind;
  readonly attributes: readonly AttributeInfo[];
  readonly readers: ReadonlyMap<string, AttributeReader<Samples>>;
  /** Capture time of each row, epoch seconds. */
  secOf(samples: Samples, row: number): number;
  /** By attribute. */
  derived(pair: RowPair<Samples>, order: RowOrder): ReadonlyMap<string, DerivedColumn>;
}

/** `good` null: there is none. Attributes that no row has, are left out. */
export function packetContrast(attack: PacketRows, good: PacketRows | null): Contrast {
  return contrastOf(PACKET_PLAN, new RowPair(attack, good));
}

/** The same of requests, and of ClientHellos. */
export function requestContrast(attack: RequestRows, good: RequestRows | null): Contrast {
  return contrastOf(REQUEST_PLAN, new RowPair(attack, good));
}

export function helloContrast(attack: HelloRows, good: HelloRows | null): Contrast {
  return contrastOf(HELLO_PLAN, new RowPair(attack, good));
}

const PACKET_PLAN: ContrastPlan<PacketSamples> = {
  kind: 'packet',
  attributes: PACKET_ATTRIBUTES,
  readers: PACKET_READERS,
  secOf: ({ details }, row) => details.sec[row] as number,
  derived: (pair, { byTime, sources }) =>
    sources === null
      ? new Map()
      : new Map([['ip.idClass', idClasses(pair, byTime, sources.codes, sources.valueCount)]]),
};

const REQUEST_PLAN: ContrastPlan<RequestSamples> = {
  kind: 'request',
  attributes: REQUEST_ATTRIBUTES,
  readers: REQUEST_READERS,
  secOf: ({ sec }, row) => sec[row] as number,
  derived: (pair, order) =>
    new Map([
      ...clientColumns(pair, order),
      ['http.missingCookies', missingCookies(pair)],
      ['http.queryNames', queryNames(pair)],
    ]),
};

const HELLO_PLAN: ContrastPlan<HelloSamples> = {
  kind: 'hello',
  attributes: HELLO_ATTRIBUTES,
  readers: HELLO_READERS,
  secOf: ({ sec }, row) => sec[row] as number,
  derived: () => new Map(),
};

function contrastOf<Samples extends Sourced>(plan: ContrastPlan<Samples>, pair: RowPair<Samples>): Contrast {
  const sec = pair.numbers(plan.secOf).slice();
  const src = new Int32Array(pair.rows * 4);
  pair.each((samples, row, index) => {
    for (let word = 0; word < 4; word += 1) src[index * 4 + word] = samples.src[row * 4 + word] as number;
  });
  const prefix = plan.attributes.find(({ type }) => type === 'prefix');
  const sources = prefix === undefined ? null : addressColumn(prefix, src);
  const derived = plan.derived(pair, { sec, byTime: inOrderOfTime(sec), sources });
  const columnOf = (attribute: AttributeInfo): ContrastColumn | null => {
    if (attribute.type === 'prefix') return sources;
    if (attribute.name === 'ip.list') return listColumn(attribute, pair);
    const own = derived.get(attribute.name);
    if (own !== undefined) {
      return own.nameOf === null
        ? numberColumn(attribute, own.numbers, 1)
        : textColumn(attribute, own.numbers, own.nameOf);
    }
    const reader = plan.readers.get(attribute.name);
    return reader === undefined ? null : readColumn(attribute, reader, pair);
  };
  return {
    kind: plan.kind,
    attackRows: pair.attackRows,
    goodRows: pair.goodRows,
    weights: pair.weights(),
    sec,
    sourceNet: sourceNets(src),
    flow: flows(pair),
    columns: plan.attributes.map(columnOf).filter((column) => column !== null),
  };
}

function readColumn<Samples>(
  attribute: AttributeInfo,
  { read, parts, words }: AttributeReader<Samples>,
  pair: RowPair<Samples>,
): ContrastColumn | null {
  const numbers = pair.numbers(read);
  if (words !== undefined) return textColumn(attribute, numbers, (index) => words[index] as string);
  if (attribute.type === 'text') return textColumn(attribute, numbers, (hash) => pair.textOf(hash));
  return numberColumn(attribute, numbers, parts);
}

function listColumn<Samples>(attribute: AttributeInfo, pair: RowPair<Samples>): ContrastColumn | null {
  const lists = pair.lists();
  return lists === null ? null : textColumn(attribute, lists.numbers, (number) => lists.names[number] as string);
}

function sourceNets(src: Int32Array): Uint32Array {
  const nets = new Uint32Array(src.length / 4);
  const words = new Int32Array(4);
  for (let row = 0; row < nets.length; row += 1) {
    const at = row * 4;
    const isV4 = isIpv4(src, at);
    words[0] = src[at] as number;
    words[1] = (src[at + 1] as number) & (isV4 ? -1 : V6_NET_MASK);
    words[2] = isV4 ? (src[at + 2] as number) : 0;
    words[3] = isV4 ? (src[at + 3] as number) & V4_NET_MASK : 0;
    nets[row] = hashWords(words, 0, 4, SEED);
  }
  return nets;
}

function flows<Samples extends Sourced>(pair: RowPair<Samples>): Uint32Array {
  const flow = new Uint32Array(pair.rows);
  const words = new Int32Array(FLOW_WORDS);
  pair.each(({ src, dst, srcPort, dstPort, protocol }, row, index) => {
    for (let word = 0; word < 4; word += 1) {
      words[word] = src[row * 4 + word] as number;
      words[word + 4] = dst[row * 4 + word] as number;
    }
    words[8] = ((srcPort[row] as number) << 16) | (dstPort[row] as number);
    words[9] = protocol === undefined ? 0 : (protocol[row] as number);
    flow[index] = hashWords(words, 0, FLOW_WORDS, SEED);
  });
  return flow;
}
