/** The generic webhook: any 2xx is "I have it". */
import type { WebhookConfig } from '../../config/hook-config.js';
import type { Secret } from '../../platform/cloudflare/secret.js';
import type { HeldBack, HookMessage } from '../hook-message.js';
import { signatureOf, webhookPayload } from '../payloads/webhook.js';
import type { HttpCall } from './http-call.js';
import { type HttpParts, HttpSteps, JSON_HEADERS, outcomeOf, shownCall } from './http-sender.js';
import { type Outcome, sent } from './outcome.js';
import type { Sender, Shown, Try } from './sender.js';

export class WebhookSender implements Sender {
  constructor(
    private readonly hook: WebhookConfig,
    private readonly url: string,
    private readonly signature: Secret | null,
    private readonly parts: HttpParts,
  ) {}

  wants(): boolean {
    return true;
  }

  send(message: HookMessage, { held, signal }: Try): Promise<Outcome> {
    return outcomeOf(async () => {
      await new HttpSteps(this.parts, signal).call(this.#call(message, held));
      return sent();
    });
  }

  show(message: HookMessage): Shown[] {
    return [shownCall('webhook', this.#call(message, { waiting: 0 }))];
  }

  #call(message: HookMessage, held: HeldBack): HttpCall {
    const body = JSON.stringify(webhookPayload(this.hook, message, held));
    const timestampSec = Math.floor(this.parts.clock.nowMs() / 1000);
    return {
      method: 'POST',
      url: this.url,
      headers: {
        ...JSON_HEADERS,
        'idempotency-key': message.key,
        'x-ddostop-delivery': message.key,
        'x-ddostop-event': message.event,
        'x-ddostop-timestamp': String(timestampSec),
        ...(this.signature === null
          ? {}
          : { 'x-ddostop-signature': signatureOf(this.signature.reveal(), timestampSec, body) }),
      },
      body,
    };
  }
}
