/** Ground truth of a capture's payloads (TRUTH.md, "Layer 7") and its comparison with a report. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Difference } from './ground-truth.js';
import type { Layer7Facts, Top } from './report-facts.js';

type Pair = readonly [key: string, count: number];

export interface Layer7Truth {
  readonly tls: {
    readonly client_hello_frames: number;
    readonly quic_client_hellos: number;
    readonly dtls_client_hellos: number;
    readonly ja3_counts: readonly Pair[];
    readonly sni_counts: readonly Pair[];
  };
  readonly http: {
    readonly requests: number;
    readonly methods: { readonly [method: string]: number };
    readonly hosts: readonly Pair[];
    readonly paths: readonly Pair[];
    readonly unique_paths: number;
    readonly user_agents: readonly Pair[];
    readonly unique_user_agents: number;
  };
  readonly dns: {
    readonly messages: { readonly [kind: string]: number };
    readonly queries_top: readonly Pair[];
    readonly unique_queries: number;
    readonly responses_top: readonly Pair[];
    readonly unique_responses: number;
    readonly mdns_llmnr_top: readonly Pair[];
  };
}

/** Lists of the truth are cut at this length. */
const LISTED = 20;

/** All differences; empty when equal. `ja4`: fingerprints that must be among ours. */
export function compareLayer7(
  { dns, http, tls }: Layer7Facts,
  truth: Layer7Truth,
  ja4: ReadonlySet<string>,
): Difference[] {
  const found: Difference[] = [];
  const compare = (field: string, got: number, expected: number): void => {
    if (got !== expected) found.push({ field, got: String(got), expected: String(expected) });
  };
  const { messages } = truth.dns;
  const count = (...kinds: string[]) => kinds.reduce((sum, kind) => sum + (messages[kind] ?? 0), 0);
  compare('dns.messages.queries', dns.messages.queries, count('dns_query'));
  compare('dns.messages.responses', dns.messages.responses, count('dns_response'));
  compare('dns.messages.multicastQueries', dns.messages.multicastQueries, count('mdns_query', 'llmnr_query'));
  found.push(...compareList('dns.queries', dns.queries, truth.dns.queries_top, truth.dns.unique_queries));
  found.push(...compareList('dns.responses', dns.responses, truth.dns.responses_top, truth.dns.unique_responses));
  found.push(...compareList('dns.multicast', dns.multicast, truth.dns.mdns_llmnr_top, null));
  compare('http.requests', http.requests, truth.http.requests);
  const methods = Object.entries(truth.http.methods);
  found.push(...compareList('http.methods', http.methods, methods, methods.length));
  found.push(...compareList('http.hosts', http.hosts, truth.http.hosts, null));
  found.push(...compareList('http.uris', pathsOf(http.uris), truth.http.paths, truth.http.unique_paths));
  found.push(
    ...compareList(
      'http.userAgents',
      withoutEmpty(http.userAgents),
      truth.http.user_agents,
      truth.http.unique_user_agents,
    ),
  );
  compare('tls.clientHellos', tls.clientHellos, truth.tls.client_hello_frames);
  compare('tls.quicClientHellos', tls.quicClientHellos, truth.tls.quic_client_hellos);
  compare('tls.dtlsClientHellos', tls.dtlsClientHellos, truth.tls.dtls_client_hellos);
  found.push(...compareList('tls.ja3', tls.ja3, truth.tls.ja3_counts, null));
  found.push(...compareList('tls.serverNames', tls.serverNames, truth.tls.sni_counts, null));
  const ours = new Set(tls.ja4.byPackets.map(({ key }) => key));
  const lacking = [...ja4].filter((fingerprint) => !ours.has(fingerprint));
  if (lacking.length > 0) found.push({ field: 'tls.ja4', got: [...ours].join(' '), expected: lacking.join(' ') });
  return found;
}

/** As sets of (key, count); of a cut list only what lies above its last count. `unique` null: the truth does not say. */
function compareList(field: string, got: Top, expected: readonly Pair[], unique: number | null): Difference[] {
  if (unique !== null && got.distinct !== unique) {
    return [{ field: `${field}.distinct`, got: String(got.distinct), expected: String(unique) }];
  }
  const isCut = unique === null ? expected.length >= LISTED : unique > expected.length;
  const last = isCut ? (expected[expected.length - 1]?.[1] ?? 0) : 0;
  const wanted = expected.filter(([, count]) => count > last).map(([key, count]) => `${key}=${count}`);
  const found = got.byPackets.filter(({ packets }) => packets > last).map(({ key, packets }) => `${key}=${packets}`);
  const surplus = found.filter((entry) => !wanted.includes(entry));
  const lacking = wanted.filter((entry) => !found.includes(entry));
  if (surplus.length === 0 && lacking.length === 0) return [];
  return [
    {
      field,
      got: surplus.slice(0, 3).join(' ') || 'nothing more',
      expected: lacking.slice(0, 3).join(' ') || 'nothing more',
    },
  ];
}

/** The JA4 of FoxIO's own snapshot of a capture; empty without one. */
export function foxioJa4(folder: string, file: string): Set<string> {
  const path = join(folder, 'truth', 'foxio_ja4', `${file}.rust.snap`);
  if (!existsSync(path)) return new Set();
  return new Set(
    [...readFileSync(path, 'utf8').matchAll(/^ +ja4: (\S+)$/gm)].map(([, fingerprint]) => fingerprint as string),
  );
}

/** The truth has request targets without their query. */
function pathsOf({ byPackets }: Top): Top {
  const sums = new Map<string, number>();
  for (const { key, packets } of byPackets) {
    const path = key.split('?')[0] as string;
    sums.set(path, (sums.get(path) ?? 0) + packets);
  }
  const rows = [...sums].map(([key, packets]) => ({ key, packets, bytes: 0 }));
  return { distinct: rows.length, byPackets: rows, byBytes: [] };
}

/** tshark does not list an empty User-Agent; that one was sent is a fact all the same. */
function withoutEmpty({ distinct, byPackets, byBytes }: Top): Top {
  const rows = byPackets.filter(({ key }) => key !== '');
  return { distinct: distinct - (byPackets.length - rows.length), byPackets: rows, byBytes };
}
