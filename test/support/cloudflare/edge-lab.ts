/** A stand-in edge with something in it, the real client, and the real door, on one driven clock. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EdgeDoor } from '../../../src/mitigation/cloudflare/edge-door.js';
import { openEdgeMitigation } from '../../../src/mitigation/cloudflare/open-edge-mitigation.js';
import type { GuardSources } from '../../../src/mitigation/guard/protected-addresses.js';
import type { MitigationRequest } from '../../../src/mitigation/types.js';
import type { CloudflareApi } from '../../../src/platform/cloudflare/api.js';
import { openCloudflare } from '../../../src/platform/cloudflare/cloudflare-client.js';
import { Secret } from '../../../src/platform/cloudflare/secret.js';
import { ACCOUNT_ID, StandIn, type StandInOptions, ZONE_ID } from './stand-in.js';

export const TOKEN = 'edge-lab-token-7f3a9c51';
export const APP_ID = 'ea95132c15732412d22c1476fa83f27a';
export const PREFIX_ID = '2af39739cc4e3b5910c918468bb89828';
export const BGP_ID = '7009ba364c7a5760798ceb430e603b74';
export const OTHER_RULE_ID = '11112222333344445555666677778888';

/** Time passes only while somebody sleeps, or when a test says so. */
export class DrivenClock {
  #nowMs = Date.parse('2026-11-23T12:00:00Z');
  /** Sleeps of a minute and more: pauses of the budget. */
  longSleeps = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  pass(ms: number): void {
    this.#nowMs += ms;
  }

  readonly sleep = async (ms: number): Promise<void> => {
    if (ms >= 60_000) this.longSleeps += 1;
    this.#nowMs += ms;
    await new Promise((resolve) => setImmediate(resolve));
  };
}

/** Every call is written down and synced twice: in memory that costs nothing. */
function folderOfMemory(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}

/** Nobody is logged in, nothing is routed. */
const NO_SOURCES: GuardSources = {
  run: () => Promise.resolve({ code: 0, signal: null, stdout: '', stderr: '' }),
  readText: () => Promise.resolve(''),
  ownAddresses: () => Promise.resolve([]),
  sshConnections: () => Promise.resolve([]),
};

export interface DoorOptions {
  readonly api?: CloudflareApi;
  readonly sources?: Partial<GuardSources>;
  readonly allowList?: readonly string[];
  readonly readOnly?: boolean;
  readonly zonePlan?: string;
}

export class EdgeLab {
  readonly clock: DrivenClock;
  readonly remarks: string[] = [];

  private constructor(
    readonly standIn: StandIn,
    readonly folder: string,
    clock: DrivenClock,
  ) {
    this.clock = clock;
  }

  static async start(options: Partial<StandInOptions> = {}): Promise<EdgeLab> {
    const clock = new DrivenClock();
    const standIn = await StandIn.start({ token: TOKEN, clock, ...options });
    furnish(standIn);
    return new EdgeLab(standIn, await mkdtemp(join(folderOfMemory(), 'ddostop-edge-')), clock);
  }

  api(): CloudflareApi {
    const { clock, standIn } = this;
    return openCloudflare({ token: new Secret(TOKEN), baseUrl: standIn.baseUrl, clock, sleep: clock.sleep });
  }

  door({ api = this.api(), sources = {}, ...options }: DoorOptions = {}): EdgeDoor {
    return openEdgeMitigation({
      ...options,
      api,
      zoneId: ZONE_ID,
      accountId: ACCOUNT_ID,
      storePath: join(this.folder, 'edge'),
      auditPath: join(this.folder, 'audit.jsonl'),
      clock: this.clock,
      sleep: this.clock.sleep,
      sources: { ...NO_SOURCES, ...sources },
      onRemark: (id, text) => this.remarks.push(`${id} ${text}`),
    });
  }

  /** Everything that was written to the disk. */
  async written(): Promise<string> {
    const names = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
  }

  async close(): Promise<void> {
    await this.standIn.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Rules, lists and an application of other people, so that leaving them alone means something. */
function furnish({ edge }: StandIn): void {
  const [zone] = edge.zones;
  if (zone === undefined) return;
  const rule = {
    id: OTHER_RULE_ID,
    ref: 'theirs',
    action: 'block',
    expression: 'ip.src eq 192.0.2.9',
    description: 'theirs',
  };
  const own = {
    name: 'default',
    version: 7,
    rules: [{ ...rule, enabled: true, version: '1', last_updated: '2026-01-01T00:00:00Z' }],
  };
  zone.rulesets.push({ id: edge.newId(), kind: 'zone', phase: 'http_request_firewall_custom', ...own });
  edge.lists.push({
    id: edge.newId(),
    name: 'office',
    kind: 'ip',
    description: 'theirs',
    items: [{ id: edge.newId(), ip: '192.0.2.44', comment: 'theirs' }],
  });
  zone.spectrum.push({
    id: APP_ID,
    protocol: 'tcp/22',
    dns: { type: 'CNAME', name: 'ssh.example.com' },
    origin_direct: ['tcp://192.0.2.1:22'],
    ip_firewall: false,
    proxy_protocol: 'off',
    tls: 'off',
    traffic_type: 'direct',
    edge_ips: { type: 'dynamic', connectivity: 'all' },
  });
  zone.bots = { enable_js: false, fight_mode: false, using_latest_model: true };
  edge.bgpPrefixes.push({
    prefixId: PREFIX_ID,
    id: BGP_ID,
    cidr: '203.0.113.0/24',
    advertised: false,
    changedAtMs: Number.NEGATIVE_INFINITY,
  });
}

export function edgeRequest(parts: Partial<MitigationRequest>): MitigationRequest {
  return {
    backend: 'cloudflare',
    blockSources: [],
    blockTargets: [],
    allow: [],
    ttlSec: 600,
    confirmWindowSec: 30,
    incidentId: '',
    why: 'manual',
    ...parts,
  };
}
