/** Runs the tools that read a firewall, one after the other, and sorts what can go wrong with one into what it means for the poll. */
import { messageOf, UserError } from '../../src/errors.js';
import type { Host } from '../../src/platform/host.js';
import { firstLine } from '../../src/platform/run-command.js';
import { childrenCpuMs } from './thread-time.js';

/** `missing`: not installed. `denied`: no right. `failed`: anything else; what it printed may be cut. */
export type ToolState = 'ok' | 'missing' | 'denied' | 'failed';

export interface ToolResult {
  readonly argv: readonly string[];
  readonly state: ToolState;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it is not `ok`, in one line. */
  readonly why: string;
}

/** 50 000 rules are 14 MB; a set that is looked into may have less. */
const MAX_RULES_BYTES = 48 * 1024 * 1024;
const TIMEOUT_MS = 30_000;
/** What is missing or refused is asked for again after so long. */
const ASK_AGAIN_MS = 60_000;
/** Starting a program and letting it print nothing; what `nft` and `iptables-save` of an empty table take (netfilter cost table: 4 ms). */
const LEAST_MS = 3;
/** Where nobody can know the state of the host, the whole poll is off, not one tool. */
const HOST_CODES = new Set(['HOST_UNKNOWN', 'HOST_UNREACHABLE', 'BAD_HOST']);
const DENIED = /not permitted|permission denied|must be root|CAP_NET_ADMIN/i;

export class ToolRunner {
  readonly #host: Host;
  readonly #steadyMs: () => number;
  readonly #put = new Map<string, { readonly result: ToolResult; readonly untilMs: number }>();
  #wallMs = 0;
  #childrenMs = childrenCpuMs();
  /** The shortest run so far: the way to another host and back, which costs nobody a processor. */
  #wayMs = Number.POSITIVE_INFINITY;

  constructor(host: Host, steadyMs: () => number) {
    this.#host = host;
    this.#steadyMs = steadyMs;
  }

  /** Processor time of what was run since the last call, in ms. */
  takeSpentMs(): number {
    const wallMs = this.#wallMs;
    const childrenMs = this.#childrenMs;
    this.#wallMs = 0;
    if (this.#host.name !== '') return wallMs;
    this.#childrenMs = childrenCpuMs();
    if (this.#childrenMs === null || childrenMs === null) return wallMs;
    // Other children of ours may have ended meanwhile, with all they ever took: run one at a time, ours took no more than their wall time.
    return Math.min(wallMs, this.#childrenMs - childrenMs);
  }

  /** Rejects only when the way to the host broke. */
  async run(argv: readonly string[], maxOutputBytes = MAX_RULES_BYTES): Promise<ToolResult> {
    const name = argv.join(' ');
    const put = this.#put.get(name);
    const startMs = this.#steadyMs();
    if (put !== undefined && startMs < put.untilMs) return put.result;
    const result = await this.#attempt(argv, maxOutputBytes);
    this.#charge(this.#steadyMs() - startMs);
    this.#put.delete(name);
    if (result.state === 'missing' || result.state === 'denied') {
      this.#put.set(name, { result, untilMs: startMs + ASK_AGAIN_MS });
      if (this.#put.size > 64) this.#put.clear();
    }
    return result;
  }

  /** Nothing is known to be missing or refused any more. */
  forget(): void {
    this.#put.clear();
  }

  async #attempt(argv: readonly string[], maxOutputBytes: number): Promise<ToolResult> {
    try {
      const { code, signal, stdout, stderr } = await this.#host.run(argv, { maxOutputBytes, timeoutMs: TIMEOUT_MS });
      if (code === 0) return { argv, state: 'ok', stdout, stderr, why: '' };
      const said = firstLine(stderr) || firstLine(stdout) || 'it said nothing';
      const why = `"${argv.join(' ')}" ended with ${code ?? signal}: ${said}`;
      return { argv, state: DENIED.test(stderr) ? 'denied' : 'failed', stdout, stderr, why };
    } catch (error) {
      if (!(error instanceof UserError) || HOST_CODES.has(error.code)) throw error;
      return { argv, state: stateOf(error), stdout: '', stderr: '', why: firstLine(messageOf(error)) };
    }
  }

  /** Nobody tells what a tool took on another host: its wall time stands in for that, without the way there, which is the shortest run seen. */
  #charge(wallMs: number): void {
    this.#wayMs = this.#host.name === '' ? 0 : Math.min(this.#wayMs, wallMs);
    this.#wallMs += Math.max(LEAST_MS, wallMs - this.#wayMs);
  }
}

function stateOf({ code }: UserError): ToolState {
  if (code === 'COMMAND_MISSING') return 'missing';
  return code === 'SUDO_REFUSED' ? 'denied' : 'failed';
}
