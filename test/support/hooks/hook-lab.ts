/** Dispatchers with a spool of their own and real servers, all closed at the end of a test. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HookConfig, WebhookConfig } from '../../../src/config/hook-config.js';
import { type DispatcherOptions, HookDispatcher } from '../../../src/hooks/hook-dispatcher.js';
import type { HookDelivery } from '../../../src/hooks/hook-event.js';
import { DrivenTime } from './driven-time.js';
import { ANY_HOOK } from './hook-fixture.js';
import { type Answer, HookServer, plain, type Received } from './hook-server.js';

const PROXIES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'all_proxy'];

export class HookLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'ddostop-hooks-'));
  readonly spool = join(this.folder, 'spool');
  readonly time = new DrivenTime();
  readonly deliveries: HookDelivery[] = [];
  readonly troubles: string[] = [];
  readonly #open: { close(): Promise<void> }[] = [];

  private constructor(readonly elsewhere: HookServer) {
    this.#open.push(elsewhere);
    // Whoever asks the environment for a way goes there.
    for (const name of PROXIES) process.env[name] = elsewhere.url;
  }

  static async open(): Promise<HookLab> {
    return new HookLab(await HookServer.open(() => plain(200)));
  }

  async server(answer: (request: Received, count: number) => Answer | Promise<Answer>): Promise<HookServer> {
    const one = await HookServer.open(answer);
    this.#open.push(one);
    return one;
  }

  async dispatcher(hooks: readonly HookConfig[], change: Partial<DispatcherOptions> = {}): Promise<HookDispatcher> {
    const one = await HookDispatcher.open({
      hooks,
      spoolFolder: this.spool,
      onDelivery: (delivery) => this.deliveries.push(delivery),
      onTrouble: (words) => this.troubles.push(words),
      clock: this.time,
      sleep: this.time.sleep,
      random: () => 0.5,
      scanEveryMs: 0,
      ...change,
    });
    this.#open.push({ close: () => one.stop() });
    return one;
  }

  /** Names of what lies in the spool. */
  get spooled(): string[] {
    return readdirSync(this.spool).filter((name) => /^\d{16}-/.test(name));
  }

  get outcomes(): string[] {
    return this.deliveries.map(({ outcome }) => outcome);
  }

  async close(): Promise<void> {
    for (const one of this.#open.splice(0).reverse()) await one.close();
    rmSync(this.folder, { recursive: true, force: true });
    for (const name of PROXIES) delete process.env[name];
  }
}

export function webhook(url: string, change: Partial<WebhookConfig> = {}): WebhookConfig {
  return { ...ANY_HOOK, kind: 'webhook', url: { url }, signature: null, ...change };
}

/** Events an incident was told by, as the server took them. */
export function eventsOf({ accepted }: HookServer, incident: string): string[] {
  const bodies = accepted.map(({ body }) => JSON.parse(body) as { event: string; incident: { id: string } });
  return bodies.filter((body) => body.incident.id === incident).map(({ event }) => event);
}
