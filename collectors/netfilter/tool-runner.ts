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
/** Starting a program and letting it print nothing; what `nft` and `iptables-save` of an empty table take of CPU: 4 ms. */
const LEAST_MS = 3;
/** nft takes 0.1 ms, iptables-save 0.12 (listings of 1000 to 50 000 rules on a Xeon); a small router five times that. */
const MOST_MS_PER_KIB = 0.5;
/** Where nobody can know the state of the host, the whole poll is off, not one tool. */
const HOST_CODES = new Set(['HOST_UNKNOWN', 'HOST_UNREACHABLE', 'BAD_HOST']);
const DENIED = /not permitted|permission denied|must be root|CAP_NET_ADMIN/i;

export class ToolRunner {
  readonly #host: Host;
  readonly #steadyMs: () => number;
  readonly #put = new Map<string, { readonly result: ToolResult; readonly untilMs: number }>();
  #spent = { localMs: 0, remoteMs: 0 };
  #childrenMs = childrenCpuMs();
  /** The shortest run so far: the way to another host and back, which costs nobody a processor. */
  #wayMs = Number.POSITIVE_INFINITY;

  constructor(host: Host, steadyMs: () => number) {
    this.#host = host;
    this.#steadyMs = steadyMs;
  }

  /** Processor time of what was run since the last call, in ms: here, and as far as can be known on the other host. */
  takeSpentMs(): number {
    const { localMs, remoteMs } = this.#spent;
    const before = this.#childrenMs;
    this.#spent = { localMs: 0, remoteMs: 0 };
    this.#childrenMs = childrenCpuMs();
    if (this.#childrenMs === null || before === null) return localMs + remoteMs;
    // Other children of ours may have ended meanwhile, with all they ever took: run one at a time, ours took no more than their wall time.
    return Math.min(localMs, this.#childrenMs - before) + remoteMs;
  }

  /** Rejects only when the way to the host broke. */
  async run(argv: readonly string[], maxOutputBytes = MAX_RULES_BYTES): Promise<ToolResult> {
    const name = argv.join(' ');
    const put = this.#put.get(name);
    const startMs = this.#steadyMs();
    if (put !== undefined && startMs < put.untilMs) return put.result;
    const result = await this.#attempt(argv, maxOutputBytes);
    this.#charge(this.#steadyMs() - startMs, result.stdout.length);
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

  /**
   * Nobody tells what a tool took on another host. It is no more than its wall time without the way there, which is the shortest run seen; and where
   * the way is slow, so that printing waits for it, not more than printing as much takes a slow machine.
   */
  #charge(wallMs: number, printed: number): void {
    this.#spent.localMs += Math.max(LEAST_MS, wallMs);
    if (this.#host.name === '') return;
    this.#wayMs = Math.min(this.#wayMs, wallMs);
    const mostMs = LEAST_MS + (printed / 1024) * MOST_MS_PER_KIB;
    this.#spent.remoteMs += Math.min(mostMs, Math.max(LEAST_MS, wallMs - this.#wayMs));
  }
}

function stateOf({ code }: UserError): ToolState {
  if (code === 'COMMAND_MISSING') return 'missing';
  return code === 'SUDO_REFUSED' ? 'denied' : 'failed';
}
