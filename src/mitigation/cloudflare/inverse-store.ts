/**
 * What is at the edge because of us, and how it is taken back: the edge has no timer, so this is what ends a mitigation, also after a crash. One file a
 * mitigation (0600, replaced in one step), so that two programs with the same folder never lose each other's. Holds no secret.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, UserError } from '../../errors.js';
import { makePrivateFolder, writeFileAtomic } from '../../platform/durable-file.js';
import { defaultAuditPath } from '../audit-log.js';
import { isMitigationId } from '../mitigation-id.js';
import type { MitigationRequest } from '../types.js';
import type { EdgeStep } from './edge-step.js';

/** applying: being made, or whoever made it was killed. ending: being taken back, and not yet done. */
export type EntryState = 'applying' | 'unconfirmed' | 'confirmed' | 'ending';

export interface EdgeEntry {
  readonly id: string;
  readonly zoneId: string | null;
  readonly accountId: string | null;
  readonly request: MitigationRequest;
  /** What it does, for people. */
  readonly words: string;
  readonly steps: readonly EdgeStep[];
  readonly state: EntryState;
  readonly startedAtMs: number;
  readonly confirmByMs: number;
  /** Once confirmed. */
  readonly expiresAtMs: number | null;
  /** Of the program that is at it. */
  readonly pid: number;
  readonly user: string;
  /** The write that was about to be sent; null: none is under way. */
  readonly pending: string | null;
  /** "somebody else wrote"; what taking it back failed of. */
  readonly remarks: readonly string[];
  /** Not before then is taking it back tried again; 0: at once. */
  readonly retryAtMs: number;
  readonly failures: number;
}

interface Facts {
  /** The edge did what it was only asked to check. */
  readonly ignoresDryRun: boolean;
  /** Epoch ms at which a prefix was last withdrawn by us, by its id. */
  readonly withdrawnAtMs: Readonly<Record<string, number>>;
}

const FACTS = 'facts.json';
const NO_FACTS: Facts = { ignoresDryRun: false, withdrawnAtMs: {} };
/** More than anybody has in force; bounds what a folder full of files costs. */
const MAX_ENTRIES = 4096;
const MAX_PREFIXES = 256;

export function defaultStorePath(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(dirname(defaultAuditPath(env)), 'edge');
}

export class InverseStore {
  constructor(readonly folder: string) {}

  async save(entry: EdgeEntry): Promise<void> {
    await this.#write(`${entry.id}.json`, entry);
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.folder, `${id}.json`), { force: true }).catch((cause: unknown) => {
      throw this.#failure(cause);
    });
  }

  async get(id: string): Promise<EdgeEntry | null> {
    const value = await this.#read(`${id}.json`);
    return isEntry(value, id) ? value : null;
  }

  /** Oldest first. What cannot be read is left out: its rules are found at the edge by their names. */
  async all(): Promise<EdgeEntry[]> {
    const names = await readdir(this.folder).catch(() => []); // no folder yet: nothing was ever done
    const ids = names.flatMap((name) => /^([a-z2-7]{5})\.json$/.exec(name)?.[1] ?? []).slice(0, MAX_ENTRIES);
    const entries = await Promise.all(ids.map((id) => this.get(id)));
    return entries.filter((entry) => entry !== null).sort((a, b) => a.startedAtMs - b.startedAtMs);
  }

  async facts(): Promise<Facts> {
    const value = await this.#read(FACTS);
    return isObject(value) ? { ...NO_FACTS, ...value } : NO_FACTS;
  }

  async noteDryRunIgnored(): Promise<void> {
    await this.#write(FACTS, { ...(await this.facts()), ignoresDryRun: true });
  }

  async noteWithdrawn(prefixId: string, atMs: number): Promise<void> {
    const facts = await this.facts();
    const known = Object.entries(facts.withdrawnAtMs).filter(([id]) => id !== prefixId);
    const withdrawnAtMs = Object.fromEntries([...known.slice(1 - MAX_PREFIXES), [prefixId, atMs]]);
    await this.#write(FACTS, { ...facts, withdrawnAtMs });
  }

  async #read(name: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(join(this.folder, name), 'utf8'));
    } catch {
      return null; // not there, or cut off by hand: written files are whole
    }
  }

  async #write(name: string, value: unknown): Promise<void> {
    try {
      await makePrivateFolder(this.folder);
      await writeFileAtomic(join(this.folder, name), `${JSON.stringify(value)}\n`);
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  #failure(cause: unknown): UserError {
    return new UserError(
      'EDGE_STORE',
      `cannot write ${this.folder}: ${messageOf(cause)}`,
      'Nothing is sent to the edge that could not be taken back. Free space there, or set XDG_STATE_HOME to a folder that can be written.',
      { cause },
    );
  }
}

function isEntry(value: unknown, id: string): value is EdgeEntry {
  if (!isObject(value)) return false;
  const { steps, state, request, startedAtMs, confirmByMs } = value;
  return (
    value['id'] === id &&
    isMitigationId(id) &&
    Array.isArray(steps) &&
    isObject(request) &&
    typeof state === 'string' &&
    typeof startedAtMs === 'number' &&
    typeof confirmByMs === 'number'
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
