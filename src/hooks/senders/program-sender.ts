/**
 * Programs of the operator's own: a FastNetMon notify script, or any command, which gets `ddostop.event/1` on stdin. Success is exit code 0;
 * anything else is tried again a few times, so a program that is not to do a thing twice looks at DDOSTOP_EVENT_KEY.
 */
import type { CommandConfig, FastnetmonConfig } from '../../config/hook-config.js';
import { cleanText } from '../../format/clean-text.js';
import { firstLine } from '../../platform/run-command.js';
import type { HeldBack, HookMessage } from '../hook-message.js';
import { fastnetmonCall } from '../payloads/fastnetmon.js';
import { webhookPayload } from '../payloads/webhook.js';
import { type Outcome, sent } from './outcome.js';
import { runProgram } from './run-program.js';
import type { Sender, Shown, Try } from './sender.js';

const MOST_TRIES = 5;

export class ProgramSender implements Sender {
  constructor(private readonly hook: FastnetmonConfig | CommandConfig) {}

  wants(message: HookMessage): boolean {
    return this.#call(message, { waiting: 0 }) !== null;
  }

  async send(message: HookMessage, { held, signal }: Try): Promise<Outcome> {
    const call = this.#call(message, held);
    if (call === null) return sent();
    const env = { DDOSTOP_EVENT: message.event, DDOSTOP_EVENT_KEY: message.key };
    const { code, failure, said } = await runProgram(call.argv, call.stdin, env, this.hook.timeoutSec * 1000, signal);
    if (code === 0) return sent();
    const words = failure ?? `it ended with ${code}`;
    const quote = firstLine(said);
    const text = cleanText(quote === '' ? words : `${words}: ${quote}`, 300);
    return { kind: 'again', message: text, waitMs: null, mostTries: MOST_TRIES };
  }

  show(message: HookMessage): Shown[] {
    const call = this.#call(message, { waiting: 0 });
    if (call === null) return [];
    return [{ what: 'program', lines: [call.argv.map((word) => JSON.stringify(word)).join(' '), '', call.stdin] }];
  }

  #call(message: HookMessage, held: HeldBack): { readonly argv: readonly string[]; readonly stdin: string } | null {
    if (this.hook.kind === 'fastnetmon-script') return fastnetmonCall(this.hook, message);
    return { argv: this.hook.argv, stdin: `${JSON.stringify(webhookPayload(this.hook, message, held))}\n` };
  }
}
