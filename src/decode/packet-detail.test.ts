/** What is read of sampled rows against what tshark 4.0 says of the same frames, field by field. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CaptureFile } from '../../test/support/capture-file.js';
import { Has, type HeaderColumns, PacketBatch } from '../records/packet-batch.js';
import { Detail, type PacketDetails } from '../records/packet-details.js';
import { PacketSamples } from '../records/packet-samples.js';
import { TextNames } from '../sketch/text-names.js';
import { decodeBatch } from './decode-batch.js';
import { readDetail } from './packet-detail.js';

const folder = process.env['DDOSTOP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures');
const lacks = !existsSync(join(folder, 'MANIFEST.tsv'))
  ? ' [skipped: no captures; set DDOSTOP_CAPTURES to their folder]'
  : !hasTshark()
    ? ' [skipped: no tshark]'
    : '';

/** Attacks, good traffic, IPv6, fragments, cut and broken ones. */
const CAPTURES = [
  'stopddos.pkt.TCP.synflood.spoofed.pcap',
  'stopddos.amp.UDP.isakmp.pcap',
  'stopddos.amp.UDP.snmp.src161.pcapng',
  'stopddos.amp.TCP.syn.optionallyACK.optionallysamePort.pcapng',
  'derived.snap60.stopddos.amp.UDP.isakmp.pcap',
  'netlyzer.ddos.pcap',
  'doup123.udp_flood.pcap',
  'ndpi.dns_exfiltration.pcap',
  'ndpi.dns_fragmented.pcap',
  'ndpi.malformed_dns.pcap',
  'ndpi.NTPv4.pcap',
  'ndpi.ssdp-m-search.pcap',
  'zeek.mdns.pcap',
  'zeek.ipv6-fragmented-dns.pcap',
  'zeek.dns_extended_rcode.pcap',
  'zeek.ipv6-retr-samba.pcap',
  'pcapplusplus.ip4_fragments.pcap',
  'zeek.icmp-destunreach-no-context.pcap',
];

interface Row {
  readonly columns: HeaderColumns;
  readonly details: PacketDetails;
  readonly row: number;
  readonly names: TextNames;
}

const known =
  (bits: number, read: (details: PacketDetails, row: number) => number) =>
  ({ details, row }: Row) =>
    ((details.known[row] as number) & bits) === bits ? String(read(details, row)) : '';
const having =
  (bits: number, read: (columns: HeaderColumns, row: number) => number) =>
  ({ columns, row }: Row) =>
    ((columns.has[row] as number) & bits) === bits ? String(read(columns, row)) : '';
const bit = (mask: number) => (details: PacketDetails, row: number) =>
  ((details.known[row] as number) & mask) === 0 ? 0 : 1;
const ofV4 = (read: (row: Row) => string) => (row: Row) => (row.columns.version[row.row] === 4 ? read(row) : '');
const asNumber = (text: string) => (text === '' ? '' : String(Number(text)));

interface Field {
  readonly field: string;
  readonly ours: (row: Row) => string;
  /** tshark's text as ours; default: the same. */
  readonly theirs?: (text: string) => string;
}

const FIELDS: readonly Field[] = [
  { field: 'ip.id', ours: ofV4(known(Detail.ip, ({ ipId }, row) => ipId[row]!)), theirs: asNumber },
  { field: 'ip.ttl', ours: ofV4(having(Has.ttl, ({ ttl }, row) => ttl[row]!)) },
  { field: 'ip.dsfield', ours: ofV4(known(Detail.ip, ({ tos }, row) => tos[row]!)), theirs: asNumber },
  { field: 'ip.flags.df', ours: ofV4(known(Detail.ip, bit(Detail.dontFragment))) },
  { field: 'ip.hdr_len', ours: ofV4(known(Detail.ip, ({ ipHeaderLength }, row) => ipHeaderLength[row]!)) },
  {
    field: 'ipv6.tclass',
    ours: (row) => (row.columns.version[row.row] === 6 ? known(Detail.ip, ({ tos }, at) => tos[at]!)(row) : ''),
    theirs: asNumber,
  },
  { field: 'tcp.hdr_len', ours: known(Detail.tcp, ({ offsetOrLabel }, row) => offsetOrLabel[row]!) },
  { field: 'tcp.window_size_value', ours: having(Has.tcpFlags, ({ tcpWindow }, row) => tcpWindow[row]!) },
  { field: 'tcp.urgent_pointer', ours: known(Detail.options, ({ urgentOrEdns }, row) => urgentOrEdns[row]!) },
  { field: 'tcp.options.mss_val', ours: known(Detail.mss, ({ mssOrType }, row) => mssOrType[row]!) },
  {
    field: 'tcp.seq_raw',
    ours: known(Detail.tcp, bit(Detail.zeroSequence)),
    theirs: (text) => (text === '' ? '' : text === '0' ? '1' : '0'),
  },
  { field: 'tcp.len', ours: (row) => (row.columns.transport[row.row] === 6 ? payloadLength(row) : '') },
  { field: 'udp.length', ours: known(Detail.udpLength, ({ udpLength }, row) => udpLength[row]!) },
  { field: 'dns.flags.response', ours: known(Detail.dns, bit(Detail.dnsResponse)) },
  { field: 'dns.flags.recdesired', ours: known(Detail.dns, bit(Detail.dnsRecursion)) },
  { field: 'dns.qry.type', ours: known(Detail.dnsQuestion, ({ mssOrType }, row) => mssOrType[row]!) },
  {
    field: 'dns.qry.name',
    ours: ({ details, row, names }) =>
      ((details.known[row] as number) & Detail.dnsQuestion) === 0
        ? ''
        : (names.textOf(details.layoutOrZone[row]!) ?? '?'),
    theirs: (text) => text.toLowerCase().split('.').slice(-2).join('.'),
  },
  { field: 'udp.payload', ours: firstBytes(17), theirs: eightBytes },
  { field: 'tcp.payload', ours: firstBytes(6), theirs: eightBytes },
];

function payloadLength(row: Row): string {
  return known(Detail.payloadLength, ({ payloadLength: length }, at) => length[at]!)(row);
}

/** The first four or eight bytes of a payload of this transport. */
function firstBytes(transport: number) {
  return ({ columns, details, row }: Row): string => {
    const bits = details.known[row] as number;
    if (columns.transport[row] !== transport || (bits & Detail.first4) === 0) return '';
    const hex = (word: number) => word.toString(16).padStart(8, '0');
    return hex(details.first4[row]!) + ((bits & Detail.next4) === 0 ? '' : hex(details.next4[row]!));
  };
}

function eightBytes(text: string): string {
  const hex = text.replaceAll(':', '');
  return hex.length >= 16 ? hex.slice(0, 16) : hex.length >= 8 ? hex.slice(0, 8) : '';
}

/** Where we rightly say something else, or tshark nothing. */
function isExplained(field: string, ours: string, theirs: string, { columns, details, row }: Row): boolean {
  if (((details.known[row] as number) & Detail.tunnelled) !== 0) return true;
  // Headers quoted in ICMP errors are nobody's; tshark lists them.
  if (ours === '' && ((columns.has[row] as number) & Has.icmp) !== 0 && !field.startsWith('ip')) return true;
  // DNS over TCP is read by layer 7, not of a row.
  if (ours === '' && columns.transport[row] === 6 && field.startsWith('dns.')) return true;
  // tshark shows no UDP payload where another dissector has it whole, and no TCP payload where nothing was left to show.
  return theirs === '' && (field === 'udp.payload' || field === 'tcp.payload');
}

function hasTshark(): boolean {
  try {
    execFileSync('tshark', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function tsharkRows(path: string): string[][] {
  const fields = FIELDS.flatMap(({ field }) => ['-e', field]);
  const plain = ['ip.defragment:FALSE', 'ipv6.defragment:FALSE', 'tcp.desegment_tcp_streams:FALSE'];
  const options = plain.flatMap((option) => ['-o', option]);
  const shape = ['-T', 'fields', '-E', 'occurrence=f', '-E', 'separator=/t'];
  const arguments_ = ['-n', ...options, '-r', path, ...shape, ...fields];
  const text = execFileSync('tshark', arguments_, { maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] });
  return text
    .toString('latin1')
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t'));
}

function ourRows(path: string, see: (row: Row) => void): void {
  const file = new CaptureFile(path);
  const names = new TextNames();
  const batch = new PacketBatch();
  while (
    file.step((frames) => {
      decodeBatch(frames, batch);
      const samples = new PacketSamples(batch.count);
      for (let row = 0; row < batch.count; row += 1) {
        samples.set(row, batch.outer, row, batch.wireLen[row] as number, batch.trafficClass[row] as number);
        readDetail(batch, row, samples, row, names);
        see({ columns: samples, details: samples.details, row, names });
      }
    })
  );
}

describe(`details of rows, against tshark${lacks}`, () => {
  test.skipIf(lacks !== '').each(CAPTURES)('%s', (name) => {
    const theirRows = tsharkRows(join(folder, name));
    const differences: string[] = [];
    let frame = 0;
    ourRows(join(folder, name), (row) => {
      const line = theirRows[frame] ?? [];
      frame += 1;
      for (const [index, { field, ours, theirs = (text: string) => text }] of FIELDS.entries()) {
        const our = ours(row);
        const their = theirs(line[index] ?? '');
        if (our !== their && !isExplained(field, our, their, row))
          differences.push(`${frame} ${field}: ${our} for ${their}`);
      }
    });
    expect(frame).toBe(theirRows.length);
    expect(differences.slice(0, 20)).toEqual([]);
  });
});
