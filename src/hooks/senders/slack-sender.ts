/**
 * Slack: an incoming webhook answers "ok" in plain text; chat.postMessage answers 200 with {ok: false, error} (api.slack.com/methods/chat.postMessage,
 * api.slack.com/messaging/webhooks). Neither knows a message it has had: a second one carries the same key at its end.
 */
import type { SlackConfig } from '../../config/hook-config.js';
import type { Secret } from '../../platform/cloudflare/secret.js';
import type { HeldBack, HookMessage } from '../hook-message.js';
import { slackBotPayload, slackPayload } from '../payloads/slack.js';
import type { References } from '../references.js';
import type { HttpCall, HttpReply } from './http-call.js';
import { type HttpParts, HttpSteps, JSON_HEADERS, outcomeOf, shownCall, urlBelow } from './http-sender.js';
import { fieldOf, parsedJson, shaped } from './judge-reply.js';
import { type Outcome, sent } from './outcome.js';
import type { Sender, Shown, Try } from './sender.js';

const TIMESTAMP = /^\d{1,12}\.\d{1,9}$/;
const PASSING = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);

/** `address`: the webhook's URL, or the bot's token. */
export class SlackSender implements Sender {
  constructor(
    private readonly hook: SlackConfig,
    private readonly address: Secret,
    private readonly references: References,
    private readonly parts: HttpParts,
  ) {}

  wants(): boolean {
    return true;
  }

  send(message: HookMessage, { held, signal }: Try): Promise<Outcome> {
    return outcomeOf(async () => {
      const steps = new HttpSteps(this.parts, signal);
      const reply = await steps.call(this.#call(message, held));
      return this.hook.way.kind === 'bot' ? this.#heard(steps, message, reply) : heardByWebhook(steps, reply);
    });
  }

  show(message: HookMessage): Shown[] {
    return [shownCall('message', this.#call(message, { waiting: 0 }))];
  }

  async #heard(steps: HttpSteps, message: HookMessage, { text }: HttpReply): Promise<Outcome> {
    const answer = parsedJson(text);
    if (fieldOf(answer, 'ok') !== true) {
      const error = shaped(fieldOf(answer, 'error'), /^[a-z0-9_]{1,80}$/);
      if (error === null) throw steps.again('expected {"ok": true}, got something else');
      throw PASSING.has(error) ? steps.again(`Slack: ${error}`) : steps.refused(`Slack: ${error}`);
    }
    const thread = this.references.of(message)?.id ?? shaped(fieldOf(answer, 'ts'), TIMESTAMP);
    if (thread !== null) await this.references.keep(message, { id: thread, name: thread });
    return sent(thread);
  }

  #call(message: HookMessage, held: HeldBack): HttpCall {
    const { way } = this.hook;
    const headers = { ...JSON_HEADERS, 'idempotency-key': message.key };
    if (way.kind === 'webhook') {
      const body = JSON.stringify(slackPayload(this.hook, message, held));
      return { method: 'POST', url: this.address.reveal(), headers, body };
    }
    const thread = this.references.of(message)?.id ?? null;
    return {
      method: 'POST',
      url: urlBelow(way.baseUrl, '/chat.postMessage'),
      headers: {
        ...headers,
        'content-type': 'application/json; charset=utf-8',
        authorization: `Bearer ${this.address.reveal()}`,
      },
      body: JSON.stringify(slackBotPayload(this.hook, way.channel, thread, message, held)),
    };
  }
}

/** Somebody else's page says 200 as well. */
function heardByWebhook(steps: HttpSteps, { text }: HttpReply): Outcome {
  if (text.trim() === 'ok') return sent();
  throw steps.again('expected the answer "ok", got something else');
}
