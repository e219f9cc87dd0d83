/** ClientHellos of real captures against tshark (JA3, server name), FoxIO's programs (JA4 and its forms) and nDPI (JA4). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ClientHello } from '../../src/decode/app/tls/client-hello.js';
import { parseDtlsHello } from '../../src/decode/app/tls/dtls-hello.js';
import { HelloStatus } from '../../src/decode/app/tls/hello-stream.js';
import { ja3Text } from '../../src/decode/app/tls/ja3.js';
import { decodeBatch } from '../../src/decode/decode-batch.js';
import { PacketBatch } from '../../src/records/packet-batch.js';
import { readCaptureFileSync } from '../support/capture-file.js';
import { type CapturedHello, hellosOf } from './tls-hellos.js';

const folder = process.env['DDOSTOP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures');
const truth = join(folder, 'truth');
const isThere = existsSync(join(folder, 'MANIFEST.tsv'));
const skipped = isThere ? '' : ' [skipped: no captures with ground truth; set DDOSTOP_CAPTURES to their folder]';

const captured = new Map<string, CapturedHello[]>();

function hellosIn(capture: string): CapturedHello[] {
  const known = captured.get(capture) ?? hellosOf(join(folder, capture));
  captured.set(capture, known);
  return known;
}

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** What tshark lists and we do not report: "capture frame". */
const ONLY_IN_TSHARK: Readonly<Record<string, string>> = {
  'rustpcap.err-buffertoosmall.pcapng 7': 'second hello, after a HelloRetryRequest, behind a ChangeCipherSpec',
  'ndpi.tls_invalid_reads.pcap 12': 'an extension reaches beyond the message: no JA3 in tshark either',
};
/** What we report and tshark 4.0.17 lists only when told the protocol (-d tcp.port==80,tls and so on); the JA3 is then equal. */
const NOT_IN_TSHARK: Readonly<Record<string, string>> = {
  'ndpi.anydesk.pcapng 12': 'TLS on port 80',
  'ndpi.rdp.pcap 7': 'TLS behind the negotiation of RDP',
  'ndpi.rdp_over_tls.pcap 6': 'TLS behind the negotiation of RDP',
  'zeek.quicdoq.pcap 1': 'QUIC on port 853',
};
/** Not at the beginning of their direction: behind SOCKS or CONNECT. */
const BEHIND_A_PROXY = [
  'ndpi.shadowsocks-tcp.pcapng 18',
  'ndpi.trojan-tcp-tls.pcapng 35',
  'ndpi.vmess-tcp.pcapng 18',
  'zeek.connect-with-header.pcap 9',
];

interface TruthHello {
  readonly frame: number;
  readonly ja3_full: readonly string[];
  readonly sni: readonly string[];
}

describe.skipIf(!isThere)(`ClientHellos of captures${skipped}`, () => {
  test('JA3 and server name are those of tshark, in the same frames, for all captures', () => {
    const [ours, theirs]: Set<string>[] = [new Set(), new Set()];
    const behind: string[] = [];
    for (const capture of readdirSync(folder).filter((name) => /\.(pcap|pcapng|cap)$/.test(name))) {
      const { tls } = json(join(truth, `${capture}.json`)) as { tls?: { client_hellos: readonly TruthHello[] } };
      for (const { frame, ja3_full, sni } of tls?.client_hellos ?? []) {
        const key = `${capture} ${frame}`;
        if (!(key in ONLY_IN_TSHARK)) theirs.add(`${key} ${ja3_full[0]} ${sni[0] ?? ''}`);
      }
      for (const { frame, ja3, serverName, isAtStart } of hellosIn(capture)) {
        const key = `${capture} ${frame}`;
        if (key in NOT_IN_TSHARK) continue;
        ours.add(`${key} ${ja3} ${serverName}`);
        if (!isAtStart) behind.push(key);
      }
    }
    expect([...ours].toSorted()).toEqual([...theirs].toSorted());
    expect(ours.size).toBe(110);
    expect(behind).toEqual(BEHIND_A_PROXY);
    for (const key of Object.keys(NOT_IN_TSHARK)) {
      const [capture, frame] = key.split(' ');
      expect({ key, count: hellosIn(capture!).filter((hello) => hello.frame === Number(frame)).length }).toEqual({
        key,
        count: 1,
      });
    }
  }, 120_000);

  test("JA4 and its forms are those of FoxIO's Python", () => {
    const unequal: string[] = [];
    let count = 0;
    for (const [capture, stream] of pythonStreams()) {
      const hellos = hellosIn(capture).filter((hello) =>
        isBetween(hello, `${stream['srcport']}`, `${stream['dstport']}`),
      );
      for (const [name, value] of Object.entries(stream)) {
        const [form] = name.split('.');
        if (!/^JA4(_r|_o|_ro)?\.\d+$/.test(name)) continue;
        count += 1;
        if (!hellos.some((hello) => ofForm(hello, form!) === value)) unequal.push(`${capture} ${name} ${value}`);
      }
    }
    expect(unequal).toEqual([
      // Lists signature_algorithms_cert (extension 50) as well: tshark's fields of both have one name.
      'ndpi.tls_esni_sni_both.pcap JA4.1 t13d031100_55b375c5d22e_ad4e20a4322f',
      'ndpi.tls_esni_sni_both.pcap JA4.1 t13d031100_55b375c5d22e_ad4e20a4322f',
      // The broken hello of frame 12 as far as tshark read it.
      'ndpi.tls_invalid_reads.pcap JA4.1 t12d200500_6e20beb92e8e_354730cf0bf0',
      // Zeros for ja4_o because the sorted list is empty; its own list has server_name, as its ja4_ro shows.
      'ja4.https3-301-get.pcap JA4_o.1 t10d230100_ce175d585f73_000000000000',
    ]);
    expect(count).toBe(126);
  });

  test("JA4 is that of FoxIO's Rust, for every hello it lists", () => {
    let count = 0;
    for (const name of readdirSync(join(truth, 'foxio_ja4')).filter((file) => file.endsWith('.rust.snap'))) {
      const text = readFileSync(join(truth, 'foxio_ja4', name), 'utf8');
      const expected = [...text.matchAll(/^ +ja4: (\S+)$/gm)].map(([, value]) => value);
      const capture = name.slice(0, -'.rust.snap'.length);
      expect({
        capture,
        ja4: hellosIn(capture)
          .map(({ ja4Compat }) => ja4Compat)
          .toSorted(),
      }).toEqual({ capture, ja4: expected.toSorted() });
      count += expected.length;
    }
    expect(count).toBe(12);
    // The one value that the written specification has otherwise.
    expect(hellosIn('ja4.tls-non-ascii-alpn.pcapng').map(({ ja4 }) => ja4)).toEqual([
      't13d1516bd_8daaf6152771_e5627efa2ab1',
    ]);
  });

  test('JA4 is that of nDPI, but for its older characters of ALPN and of the server name', () => {
    const unequal: string[] = [];
    let [count, quic] = [0, 0];
    for (const [capture, source, target, value] of ndpiFlows()) {
      const hellos = hellosIn(capture).filter((hello) => isBetween(hello, source, target));
      count += 1;
      quic += value.startsWith('q') ? 1 : 0;
      if (!hellos.some(({ ja4 }) => withoutOldRules(ja4) === withoutOldRules(value)))
        unequal.push(`${capture} ${value}`);
    }
    // nDPI reads on behind the extension that reaches beyond its message.
    expect(unequal).toEqual(['ndpi.tls_invalid_reads.pcap t12d200500_6e20beb92e8e_354730cf0bf0']);
    expect({ count, quic }).toEqual({ count: 54, quic: 11 });
  });

  test('the hellos of DTLS in CAPWAP', () => {
    const packets = new PacketBatch();
    const found: string[] = [];
    readCaptureFileSync(join(folder, 'ndpi.capwap.pcap'), (frames) => {
      decodeBatch(frames, packets);
      const hello = new ClientHello();
      for (let row = 0; row < packets.count; row += 1) {
        // CAPWAP puts four bytes in front (RFC 5415 §4.2).
        const at = packets.payloadAt[row]! + 4;
        const status = parseDtlsHello(packets.bytes, at, packets.payloadEnd[row]!, hello);
        if (status === HelloStatus.complete) found.push(`${row + 1} ${ja3Text(hello)}`);
      }
    });
    // tshark -Y dtls.handshake.type==1 -T fields -e frame.number -e dtls.handshake.ja3_full; the second has a cookie.
    expect(found).toEqual(['24 65279,47-51,,,', '26 65279,47-51,,,']);
  });
});

function* pythonStreams(): Generator<readonly [capture: string, stream: Readonly<Record<string, unknown>>]> {
  const ran = readdirSync(join(truth, 'ja4'));
  for (const name of ran) {
    const { streams } = json(join(truth, 'ja4', name)) as { streams: Record<string, unknown>[] };
    for (const stream of streams) yield [name.slice(0, -'.json'.length), stream];
  }
  for (const name of readdirSync(join(truth, 'foxio_ja4')).filter((file) => file.endsWith('.python.json'))) {
    const streams = json(join(truth, 'foxio_ja4', name)) as Record<string, unknown>[];
    for (const stream of streams) yield [name.slice(0, -'.python.json'.length), stream];
  }
}

function* ndpiFlows(): Generator<readonly [capture: string, source: string, target: string, ja4: string]> {
  for (const name of readdirSync(join(truth, 'ndpi_out'))) {
    const text = readFileSync(join(truth, 'ndpi_out', name), 'latin1');
    for (const line of text.split('\n')) {
      const ja4 = /\[JA4: ([^\]]+)\]/.exec(line)?.[1];
      const ports = /(?:TCP|UDP) \S+:(\d+) <?-> \S+:(\d+)/.exec(line);
      if (ja4 !== undefined && ports !== null) yield [name.slice(0, -'.out'.length), ports[1]!, ports[2]!, ja4];
    }
  }
}

function isBetween({ flow }: CapturedHello, a: string, b: string): boolean {
  const [source, target] = flow.split(' > ').map((end) => end.slice(end.lastIndexOf(':') + 1));
  return (source === a && target === b) || (source === b && target === a);
}

function ofForm(hello: CapturedHello, form: string): string {
  if (form === 'JA4_r') return hello.ja4Raw;
  if (form === 'JA4_o') return hello.ja4Original;
  return form === 'JA4_ro' ? hello.ja4OriginalRaw : hello.ja4Compat;
}

/** Without d or i, which nDPI takes from elsewhere, and the last character of ALPN, of which it takes the second. */
function withoutOldRules(ja4: string): string {
  return `${ja4.slice(0, 3)}${ja4.slice(4, 9)}${ja4.slice(10)}`;
}
