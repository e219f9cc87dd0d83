/**
 * kill -9 at every step of apply, confirm, extend and undo: whatever is left in the kernel ends by itself, and the next start says what became of it.
 * The steps are the calls of the firewall's own tools: a folder in front of PATH holds scripts of their names, and one of them kills its parent, before
 * it runs the tool, instead of waiting for it, or after it.
 */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { LiveMitigation } from '../../src/mitigation/types.js';
import type { Unfinished } from '../../src/mitigation/unfinished.js';
import type { Lab, Output } from '../support/lab.js';
import { findProgram } from '../support/system.js';
import type { LabMitigate } from './lab-mitigate.js';

/** When the parent dies: nothing is sent; it is sent and nobody waits; it is done and nobody is told. */
type How = 'before' | 'during' | 'after';

export interface KilledRun {
  readonly what: string;
  readonly at: number;
  readonly how: How;
  readonly live: readonly LiveMitigation[];
  readonly unfinished: readonly Unfinished[];
}

interface AuditLine {
  readonly event: string;
  readonly action: string;
  readonly id: string;
  readonly pid: number;
}

const WRAPPER = (tool: string) => `#!/bin/sh
exec 9> "$FAULT_FOLDER/lock"
flock 9 # some calls run side by side
n=$(cat "$FAULT_FOLDER/count" 2>/dev/null || echo 0)
n=$((n + 1))
echo "$n" > "$FAULT_FOLDER/count"
echo "$n ${tool} $*" >> "$FAULT_FOLDER/calls"
exec 9>&-
if [ "$n" = "$FAULT_AT" ]; then
  case "$FAULT_HOW" in
    before) kill -9 $PPID; exit 1 ;;
    during) kill -9 $PPID; exec ${findProgram(tool)} "$@" ;;
    after) ${findProgram(tool)} "$@"; code=$?; kill -9 $PPID; exit $code ;;
  esac
fi
exec ${findProgram(tool)} "$@"
`;

export class KillMatrix {
  readonly runs: KilledRun[] = [];
  readonly #folder: string;
  readonly #tools: string;

  constructor(
    readonly lab: Lab,
    readonly mitigate: LabMitigate,
    tools: readonly string[],
    /** Calls of these change the kernel's state. */
    readonly writes: RegExp,
    /** Of the calls that only read, one in so many is killed: nothing has changed by then that the one before did not see. */
    readonly readsEvery: number,
    /** Takes what is ours out of the firewall without our program: what a run has left behind would change the calls of the next. */
    readonly clear: () => Promise<void>,
  ) {
    this.#folder = join(mitigate.folder, 'fault');
    this.#tools = join(this.#folder, 'bin');
    mkdirSync(this.#tools, { recursive: true });
    for (const tool of tools) {
      writeFileSync(join(this.#tools, tool), WRAPPER(tool));
      chmodSync(join(this.#tools, tool), 0o755);
    }
  }

  /** `prepare` gives the arguments of the act to be killed, each time new ones. */
  async run(what: string, prepare: () => Promise<readonly string[]>): Promise<void> {
    await this.clear();
    const whole = await this.#act(await prepare(), 0, 'before');
    expect({ what, code: whole.code, stderr: whole.code === 0 ? '' : whole.stderr }).toMatchObject({ code: 0 });
    const calls = readFileSync(join(this.#folder, 'calls'), 'utf8').trim().split('\n');
    let reads = 0;
    for (const [i, call] of calls.entries()) {
      if (!this.writes.test(call) && reads++ % this.readsEvery !== 0) continue;
      const hows: readonly How[] = this.writes.test(call) ? ['before', 'during', 'after'] : ['before'];
      for (const how of hows) {
        await this.clear();
        await this.#kill(what, await prepare(), i + 1, how);
      }
    }
  }

  async #kill(what: string, args: readonly string[], at: number, how: How): Promise<void> {
    const before = this.#auditLines().length;
    const { code } = await this.#act(args, at, how);
    expect({ what, at, how, code }).toEqual({ what, at, how, code: -1 }); // by the signal
    // A tool that nobody waits for may still be at work.
    if (how === 'during') await new Promise((resolve) => setTimeout(resolve, 150));
    const left = await this.#listed();
    for (const one of left.live)
      expect({ what, at, how, id: one.id, ends: one.state === 'ended' || one.expiresInSec !== null }).toMatchObject({
        ends: true,
      });
    this.#expectExplained(this.#auditLines().slice(before), left, `${what}, call ${at}, ${how}`);
    // Said once, then the record is complete.
    if (left.unfinished.length > 0) expect((await this.#listed()).unfinished).toEqual([]);
    this.runs.push({ what, at, how, ...left });
  }

  #expectExplained(written: readonly AuditLine[], left: Pick<KilledRun, 'live' | 'unfinished'>, where: string): void {
    const open = new Map<string, AuditLine>();
    for (const line of written.filter(({ event }) => event !== 'explained')) {
      const key = `${line.pid} ${line.action} ${line.id}`;
      if (line.event === 'intent') open.set(key, line);
      else open.delete(key);
    }
    const told = left.unfinished.map(({ action, id }) => `${action} ${id}`).sort();
    expect({ where, told }).toEqual({
      where,
      told: [...open.values()].map(({ action, id }) => `${action} ${id}`).sort(),
    });
    for (const { action, id, outcome } of left.unfinished) {
      const isThere = left.live.some((one) => one.id === id && one.state !== 'ended');
      if (id !== '')
        expect({ where, action, outcome }).toMatchObject({
          outcome: expect.stringContaining(isThere ? 'it is in force' : 'not in force'),
        });
    }
  }

  async #act(args: readonly string[], at: number, how: How): Promise<Output> {
    for (const name of ['count', 'calls']) rmSync(join(this.#folder, name), { force: true });
    const [action, ...rest] = args as [string, ...string[]];
    const argv = [...this.mitigate.argv, action, ...this.mitigate.place, ...rest];
    const fault = { FAULT_FOLDER: this.#folder, FAULT_AT: String(at), FAULT_HOW: how };
    const env = { ...this.mitigate.env, ...fault, PATH: `${this.#tools}:${process.env['PATH']}` };
    return this.lab.run(this.mitigate.role, argv, { env });
  }

  async #listed(): Promise<Pick<KilledRun, 'live' | 'unfinished'>> {
    const { code, stdout, stderr } = await this.mitigate.run('list', '--format', 'json');
    if (code !== 0) throw new Error(`list ended with ${code}: ${stderr}`);
    const { mitigations, unfinished } = JSON.parse(stdout) as {
      mitigations: LiveMitigation[];
      unfinished: Unfinished[];
    };
    return { live: mitigations, unfinished };
  }

  #auditLines(): AuditLine[] {
    const path = join(this.mitigate.folder, 'state', 'ddostop', 'audit.jsonl');
    let text = '';
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      return []; // nothing was done yet
    }
    return text
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as AuditLine);
  }
}
