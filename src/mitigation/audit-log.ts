/**
 * Who did what to the firewall, when, with which result: JSON lines, 0600, in $XDG_STATE_HOME/ddostop/audit.jsonl. The intent is on the disk before
 * anything is done; if it cannot be written, nothing is done. Holds no secrets: commands here carry addresses only.
 */
import { createHash } from 'node:crypto';
import { readFile, rename, stat } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { messageOf, UserError } from '../errors.js';
import { type Clock, systemClock } from '../platform/clock.js';
import { appendDurably, makePrivateFolder } from '../platform/durable-file.js';
import type { CommandResult } from '../platform/run-command.js';
import { firstLine } from '../platform/run-command.js';
import type { MitigationBackend, MitigationRequest } from './types.js';

export type AuditAction = 'apply' | 'confirm' | 'extend' | 'undo' | 'panic' | 'sweep';

export interface AuditRecord {
  readonly time: string;
  readonly user: string;
  readonly pid: number;
  /** explained: the result was lost, this is what the kernel told afterwards. */
  readonly event: 'intent' | 'result' | 'explained';
  readonly action: AuditAction;
  /** "" for panic and sweep. */
  readonly id: string;
  /** Absent or "": this machine. */
  readonly host?: string;
  readonly backend?: MitigationBackend;
  readonly request?: MitigationRequest;
  readonly argv?: readonly string[];
  /** As sent, or left out above 64 KiB; `stdinSha256` names it either way. */
  readonly stdin?: string;
  readonly stdinSha256?: string;
  /** Seconds the kernel was told to keep it. */
  readonly lifeSec?: number;
  /** What had been dropped up to then. */
  readonly packets?: number;
  readonly bytes?: number;
  readonly ok?: boolean;
  readonly code?: number | null;
  readonly signal?: string | null;
  readonly message?: string;
  /** Of a result: nobody knows whether it ran. */
  readonly isLost?: boolean;
}

export type AuditNote = Omit<AuditRecord, 'time' | 'user' | 'pid' | 'event' | 'argv' | 'stdin' | 'stdinSha256'>;

const MAX_STDIN = 65_536;
const ROTATE_AT = 16 * 1024 * 1024; // about 10 000 actions; one older file is kept

export function defaultAuditPath(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const state = env['XDG_STATE_HOME'];
  const base = state !== undefined && isAbsolute(state) ? state : join(homedir(), '.local', 'state');
  return join(base, 'ddostop', 'audit.jsonl');
}

export class AuditLog {
  constructor(
    readonly path: string,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Returns once the intent is on the disk. Rejects with AUDIT_WRITE: then nothing may be done. */
  async intent(note: AuditNote, argv: readonly string[], stdin: string): Promise<void> {
    await this.#append({
      event: 'intent',
      ...note,
      argv,
      ...(stdin.length <= MAX_STDIN ? { stdin } : {}),
      stdinSha256: createHash('sha256').update(stdin).digest('hex'),
    });
  }

  /** What came of it. Rejects with AUDIT_WRITE after the act: the caller says so, the act stands. */
  async result(note: AuditNote, result: CommandResult): Promise<void> {
    const { code, signal, stderr } = result;
    await this.#append({ event: 'result', ...note, ok: code === 0, code, signal, message: firstLine(stderr) });
  }

  /** It never ran or never ended; `isLost`: nobody knows which. */
  async failure(note: AuditNote, error: unknown, isLost = false): Promise<void> {
    const message = messageOf(error).slice(0, 300);
    await this.#append({ event: 'result', ...note, ok: false, code: null, message, ...(isLost ? { isLost } : {}) });
  }

  /** What became of an act whose result nobody wrote down. */
  async explain(note: AuditNote, outcome: string): Promise<void> {
    await this.#append({ event: 'explained', ...note, message: outcome });
  }

  /** Newest last; lines that cannot be read (a crash cut one off) are skipped. Empty when there is no log yet. */
  async read(most = 10_000): Promise<AuditRecord[]> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch {
      return []; // no log, or not ours to read: nothing is known, which is what an empty list says
    }
    return text
      .split('\n')
      .slice(-most - 1)
      .map(parseRecord)
      .filter((record) => record !== null);
  }

  async #append(body: Omit<AuditRecord, 'time' | 'user' | 'pid'>): Promise<void> {
    const record: AuditRecord = {
      time: new Date(this.clock.nowMs()).toISOString(),
      user: userName(),
      pid: process.pid,
      ...body,
    };
    try {
      await makePrivateFolder(dirname(this.path));
      await this.#rotate();
      await appendDurably(this.path, `${JSON.stringify(record)}\n`);
    } catch (cause) {
      throw new UserError(
        'AUDIT_WRITE',
        `cannot write the audit log ${this.path}: ${messageOf(cause)}`,
        body.event === 'intent'
          ? 'Nothing was done. Free space there, or set XDG_STATE_HOME to a folder that can be written.'
          : 'The action itself was carried out; see "ddostop mitigate list". Free space there before the next one.',
        { cause },
      );
    }
  }

  async #rotate(): Promise<void> {
    const size = await stat(this.path).then(
      (file) => file.size,
      () => 0,
    );
    if (size > ROTATE_AT) await rename(this.path, `${this.path}.1`);
  }
}

/** Null: no record, or a part of one. */
export function parseRecord(line: string): AuditRecord | null {
  try {
    const record: unknown = JSON.parse(line);
    return isRecord(record) ? record : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is AuditRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { time, event, action, id } = value as Record<string, unknown>;
  return [time, event, action, id].every((field) => typeof field === 'string');
}

/** The person behind sudo, if there is one. */
function userName(): string {
  const sudoUser = process.env['SUDO_USER'];
  if (sudoUser !== undefined && /^[A-Za-z0-9._-]{1,32}$/.test(sudoUser)) return sudoUser;
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? '?'); // a container's account without a passwd line
  }
}
