/** What of ours is at the edge, looked at no more often than it is worth. */

import { type Discovery, discover } from './edge-discovery.js';
import type { EdgeDoorParts } from './edge-door-parts.js';
import { readerOf } from './edge-reader.js';

/** The screen lists each second, and looking costs seven calls of 1200 in five minutes. */
const LOOK_EVERY_MS = 15_000;

export class EdgeSight {
  #seen: { readonly discovery: Discovery; readonly atMs: number } | null = null;

  constructor(readonly parts: EdgeDoorParts) {}

  async now(): Promise<Discovery> {
    const { api, zone, account, clock } = this.parts;
    const discovery = await discover(readerOf(api), zone, account);
    this.#seen = { discovery, atMs: clock.nowMs() };
    return discovery;
  }

  async recent(): Promise<Discovery> {
    const seen = this.#seen;
    const isFresh = seen !== null && this.parts.clock.nowMs() - seen.atMs < LOOK_EVERY_MS;
    return isFresh ? seen.discovery : this.now();
  }

  /** Something was changed. */
  forget(): void {
    this.#seen = null;
  }
}
