/** An ssh session that has something to lose: numbered lines go to the other end all the time and come back from there. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { type Lab, type Role, until } from './lab.js';
import type { SshLab } from './ssh-lab.js';

const LINE_MS = 50;

export interface EchoResult {
  readonly code: number | null;
  readonly sent: number;
  /** As they came back, in order. */
  readonly answers: readonly string[];
}

export class EchoSession {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #timer: NodeJS.Timeout;
  readonly #ended: Promise<number | null>;
  #sent = 0;
  #text = '';
  #errors = '';

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stdin.on('error', () => {}); // the session broke; its code tells
    child.stdout.on('data', (chunk) => (this.#text += chunk));
    child.stderr.on('data', (chunk) => (this.#errors += chunk));
    this.#ended = new Promise((resolve) => child.on('close', resolve));
    this.#timer = setInterval(() => {
      child.stdin.write(`${this.#sent}\n`);
      this.#sent += 1;
    }, LINE_MS);
  }

  /** Rejects when nothing comes back. */
  static async open(lab: Lab, from: Role, ssh: SshLab, alias: string): Promise<EchoSession> {
    const session = new EchoSession(lab.start(from, ['ssh', '-F', ssh.config, '-T', alias, 'cat']));
    await until(`the session ${alias} answers`, 15_000, async () => {
      if (session.#child.exitCode !== null) throw new Error(`the session ${alias} ended: ${session.#errors}`);
      return session.answers > 0;
    });
    return session;
  }

  /** Lines that came back so far. */
  get answers(): number {
    return this.#text.split('\n').length - 1;
  }

  /** What is sent from now on comes back: the session is alive. */
  async untilAlive(timeoutMs = 15_000): Promise<void> {
    const wanted = this.#sent + 1;
    await until('the session answers', timeoutMs, async () => this.answers >= wanted);
  }

  /** Lines that were sent and have not come back. */
  get missing(): number {
    return this.#sent - this.answers;
  }

  async finish(): Promise<EchoResult> {
    clearInterval(this.#timer);
    this.#child.stdin.end();
    const code = await this.#ended;
    return { code, sent: this.#sent, answers: this.#text.trim().split('\n') };
  }
}

/** Of a session that lost nothing. */
export function wholeResult(sent: number): EchoResult {
  return { code: 0, sent, answers: Array.from({ length: sent }, (_, i) => String(i)) };
}
