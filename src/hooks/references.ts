/** What a hook's other side calls an incident: the issue, the record, the thread. One file, rewritten when there is a new one. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../platform/durable-file.js';
import type { HookMessage } from './hook-message.js';

export interface Reference {
  /** As their API wants it. */
  readonly id: string;
  /** As people read it. */
  readonly name: string;
}

/** Some 200 bytes each. */
const MOST = 2000;
const SHAPE = /^[A-Za-z0-9._-]{1,100}$/;

export class References {
  readonly #all: Map<string, Reference>;
  /** One at a time: hooks keep references at the same moment. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string | null,
    all: Map<string, Reference>,
  ) {
    this.#all = all;
  }

  /** Damaged or missing: none are known, and whoever can look them up does. `folder` null: kept in memory only. */
  static async open(folder: string | null): Promise<References> {
    if (folder === null) return new References(null, new Map());
    const path = join(folder, 'references.json');
    const text = await readFile(path, 'utf8').catch(() => '[]');
    return new References(path, new Map(pairsOf(text)));
  }

  of(message: HookMessage): Reference | null {
    return this.#all.get(placeOf(message)) ?? null;
  }

  /** A disk that takes nothing costs a look-up later, so that is no failure. */
  async keep(message: HookMessage, reference: Reference): Promise<void> {
    const place = placeOf(message);
    if (this.#all.get(place)?.id === reference.id) return;
    this.#all.delete(place);
    this.#all.set(place, reference);
    for (const oldest of this.#all.keys()) {
      if (this.#all.size <= MOST) break;
      this.#all.delete(oldest);
    }
    const { path } = this;
    if (path === null) return;
    this.#writing = this.#writing.then(() => writeFileAtomic(path, JSON.stringify([...this.#all])).catch(() => {}));
    await this.#writing;
  }

  forget(message: HookMessage): void {
    this.#all.delete(placeOf(message));
  }
}

function placeOf({ hook, facts, isTest }: HookMessage): string {
  return JSON.stringify([hook, facts.sensor, facts.id, isTest]);
}

function pairsOf(text: string): [string, Reference][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  return (Array.isArray(value) ? value : []).slice(-MOST).flatMap((pair): [string, Reference][] => {
    const [place, reference] = Array.isArray(pair) ? pair : [];
    const { id, name } = (reference ?? {}) as Partial<Reference>;
    if (typeof place !== 'string' || typeof id !== 'string' || typeof name !== 'string') return [];
    return SHAPE.test(id) && SHAPE.test(name) ? [[place, { id, name }]] : [];
  });
}
