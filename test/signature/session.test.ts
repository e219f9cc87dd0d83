/** From rows to rule: the built-in scenario's attacks, and real captures against good traffic of another host. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RowCollector } from '../../src/pipeline/row-collector.js';
import { diffText } from '../../src/report/diff-text.js';
import type { Analysis } from '../../src/signature/analysis.js';
import { BACKENDS } from '../../src/signature/backend.js';
import { AnalysisSession } from '../../src/signature/session.js';
import { CaptureFile } from '../support/capture-file.js';
import { type ScenarioAttack, scenarioSession } from '../support/scenario-analysis.js';

const PACKET_BACKENDS = BACKENDS.filter((backend) => backend !== 'waf');
/** Of requests, where an attack does not come with any. */
const AS_BEFORE = 0.1;

/** Of an attribute: the values that stand out. */
function findsOf({ diffs }: Analysis, kind: string, name: string): (number | string)[] {
  const attribute = diffs.find((diff) => diff.kind === kind)?.attributes.find((each) => each.attribute.name === name);
  return (attribute?.values ?? []).filter(({ isFind }) => isFind).map(({ value }) => value);
}

describe.each<[ScenarioAttack, string, number]>([
  ['synFlood', 'tcp-syn', 0.98],
  ['dnsAmplification', 'refl-dns', 0.94],
  ['httpFlood', 'app-http-get', 0.96],
])('%s', (attack, vector, fraction) => {
  const session = scenarioSession(attack);
  const analysis = session.analyse();

  test('is named, and nothing else is', () => {
    expect(analysis.vectors.map(({ id }) => id)).toEqual([vector]);
    expect(analysis.vectors[0]?.share).toBeGreaterThan(0.98);
  });

  test('so much of the window is attack', () => {
    const packets = analysis.diffs.find(({ kind }) => kind === 'packet');
    expect(packets?.attackFraction.from).toBe('rates');
    expect(packets?.attackFraction.value).toBeCloseTo(fraction, 1);
  });

  test('a rule for packets: the attack and no good traffic', () => {
    const { rule, refused, backends } = analysis.proposal;
    expect(refused).toBeNull();
    expect(rule?.kind).toBe('packet');
    expect(rule?.recall.estimate).toBeGreaterThan(0.95);
    expect(rule?.collateral.estimate).toBe(0);
    expect(backends.map(({ backend }) => backend)).toEqual(PACKET_BACKENDS);
    for (const { backend, text, recall } of backends) {
      expect(text.join(''), backend).not.toBe('');
      expect(recall?.estimate, backend).toBeGreaterThan(0.95);
    }
  });

  test('what is measured of it is what was promised', () => {
    for (const proposal of [analysis.proposal, analysis.requests]) {
      if (proposal?.rule == null) continue;
      const measured = session.measure(proposal.rule);
      expect(measured.backends).toEqual(proposal.backends);
      expect(measured.rule?.recall.estimate).toBeCloseTo(proposal.rule.recall.estimate, 9);
      expect(measured.rule?.collateral.estimate).toBe(proposal.rule.collateral.estimate);
      expect(measured.rule?.clauses).toEqual(proposal.rule.clauses);
    }
  });

  test('requests and hellos are told only where there are more of them than before', () => {
    const others = analysis.diffs.filter(({ kind }) => kind !== 'packet');
    expect(others.map(({ kind }) => kind)).toEqual(attack === 'httpFlood' ? ['request'] : []);
    if (attack !== 'httpFlood') expect(analysis.requests?.rule).toBeNull();
    for (const { attackFraction } of others) expect(attackFraction.low).toBeGreaterThan(AS_BEFORE);
  });
});

describe('a flood of requests', () => {
  const analysis = scenarioSession('httpFlood').analyse();

  test('comes first, with what its clients do not do', () => {
    expect(analysis.diffs[0]?.kind).toBe('request');
    expect(findsOf(analysis, 'request', 'client.assets')).toEqual(['pages only']);
    expect(findsOf(analysis, 'request', 'http.hasCookie')).toEqual([0]);
    expect(findsOf(analysis, 'request', 'http.missingCookies')).toHaveLength(1);
    expect(findsOf(analysis, 'request', 'http.queryNames')).toEqual(['page&q']);
  });

  test('has a rule for the WAF', () => {
    const { rule, backends } = analysis.requests!;
    expect(rule?.kind).toBe('request');
    expect(rule?.recall.estimate).toBeGreaterThan(0.95);
    expect(rule?.collateral.estimate).toBe(0);
    expect(backends.map(({ backend, text }) => [backend, text.length > 0])).toEqual([['waf', true]]);
  });

  test('asked for the WAF, it is the only one', () => {
    const { proposal, requests } = scenarioSession('httpFlood', 'waf').analyse();
    expect(proposal.rule?.kind).toBe('request');
    expect(requests).toBeNull();
  });
});

describe('rules that somebody makes', () => {
  const session = scenarioSession('synFlood');

  test.each([
    ['nothing', []],
    ['an attribute nobody has', [{ attribute: 'no.such', operator: 'eq', value: 1 }]],
    ['a value no row has', [{ attribute: 'ip.ttl', operator: 'eq', value: 7 }]],
    ['numbers that are none', [{ attribute: 'ip.ttl', operator: 'range', value: [Number.NaN, Infinity] }]],
    ['text where numbers are', [{ attribute: 'ip.ttl', operator: 'eq', value: 'x" or 1' }]],
  ] as const)('%s: never throws, matches nothing', (_, predicates) => {
    const { rule } = session.measure({ kind: 'packet', target: null, clauses: [{ predicates }] });
    expect(rule?.recall.estimate ?? 0).toBe(0);
  });

  test('of rows there are none of', () => {
    const clauses = [{ predicates: [{ attribute: 'http.method', operator: 'eq', value: 'GET' }] }] as const;
    const onlyPackets = new AnalysisSession({
      target: null,
      attack: {
        packets: new RowCollector({ seed: 1, target: null, rows: 1 }).packets,
        requests: null,
        hellos: null,
        fromSec: Number.NaN,
        toSec: Number.NaN,
      },
      good: {
        packets: new RowCollector({ seed: 1, target: null, rows: 1 }).packets,
        requests: null,
        hellos: null,
        fromSec: Number.NaN,
        toSec: Number.NaN,
        is: 'none',
      },
      rates: null,
    });
    expect(onlyPackets.measure({ kind: 'request', target: null, clauses }).rule).toBeNull();
    const { proposal, vectors, requests } = onlyPackets.analyse();
    expect(proposal.refused?.code).toBe('TOO_FEW_ROWS');
    expect([vectors, requests]).toEqual([[], null]);
  });
});

const folder = process.env['DDOSTOP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures');
const isThere = existsSync(join(folder, 'MANIFEST.tsv'));
const skipped = isThere ? '' : ' [skipped: no captures; set DDOSTOP_CAPTURES to their folder]';
/** The same home network as most of the attacks', with nothing but a browser in it. */
const GOOD = 'moriakhin.no_flood.pcap';
/** Of a terminal. */
const FIRST_PAGE = 32;

function collect(name: string, target: string | null): RowCollector {
  const collector = new RowCollector({ seed: 1, target });
  const file = new CaptureFile(join(folder, name));
  while (file.step((frames) => collector.pushFrames(frames)));
  return collector;
}

function analysisOf(attack: string, target: string | null): Analysis {
  const sides = ({ packets, requests, hellos, firstSec, lastSec }: RowCollector) => ({
    packets,
    requests,
    hellos,
    fromSec: firstSec,
    toSec: lastSec,
  });
  const input = { attack: sides(collect(attack, target)), good: sides(collect(GOOD, null)) };
  return new AnalysisSession({
    target,
    attack: input.attack,
    good: { ...input.good, is: 'capture' },
    rates: null,
  }).analyse();
}

describe(`what real attacks are known by, on the first page${skipped}`, () => {
  // Facts by tshark, in the captures' attacks.md.
  test.skipIf(!isThere).each<[string, string | null, string, readonly RegExp[]]>([
    [
      'mabidm.hulk.pcap',
      null,
      'app-http-get',
      [
        /^source \(ip.src\): 192\.168\.20\.3\/32 +100%/m,
        /^TTL \(ip.ttl\): 61 +100%/m,
        /^host \(http.host\): 192\.168\.1\.2:80/m,
        /^query length \(http.queryLength\): 15 values\n +7 to 18/m,
        /^query names \(http.queryNames\): #/m,
        /^user agent \(http.userAgent\): 12 values/m,
      ],
    ],
    [
      'joamontesgi.slowloris_go.pcap',
      '192.168.1.3',
      'tcp-oos',
      [
        /^target port \(port.dst\): 80 +9\d\.\d%/m,
        /^source \(ip.src\): 192\.168\.1\.5\/32 +9\d\.\d%/m,
        /^TCP window \(tcp.window\): .*\n.*501 to 502 +97\.\d%/m,
        /^ {2}63 +39\.\d%/m,
        /^ {2}62 +7\.\d%/m,
        /^payload length \(payload.length\): (11, 10|30 values)/m,
      ],
    ],
    [
      'doup123.test.pcap',
      null,
      'app-http-get',
      [
        /^TTL \(ip.ttl\): 64 +100%/m,
        /^source \(ip.src\): 500 values/m,
        /^path \(http.path\): \/projects +100%/m,
        /^host \(http.host\): 172\.16\.1\.2:5000/m,
        /Mozilla\/5\.0 \(Macintosh; Intel Mac OS X/,
        /^source port \(port.src\): 50536 to 50539 +100% +0%/m,
        /^TCP window \(tcp.window\): .*29200.* +100% +0%/m,
      ],
    ],
  ])('%s', (name, target, vector, tells) => {
    const analysis = analysisOf(name, target);
    expect(analysis.vectors[0]?.id).toBe(vector);
    const text = diffText(analysis, { name, attributes: 12, backend: null });
    const page = text.split('\n').slice(0, FIRST_PAGE).join('\n');
    for (const tell of tells) expect(page).toMatch(tell);
  });

  test.skipIf(!isThere)('slowloris: what the lines begin with', () => {
    const finds = findsOf(analysisOf('joamontesgi.slowloris_go.pcap', '192.168.1.3'), 'packet', 'payload.word');
    expect(finds).toContain('X-a:');
  });
});
