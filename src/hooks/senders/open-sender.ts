/** Makes a hook ready to send: reads its secrets, checks its address. */
import type { HookConfig, SecretSource, UrlSource } from '../../config/hook-config.js';
import { checkedUrl } from '../../config/hook-url.js';
import { UserError } from '../../errors.js';
import type { Clock } from '../../platform/clock.js';
import type { Secret } from '../../platform/cloudflare/secret.js';
import type { References } from '../references.js';
import { basicAuth, concealerOf, type Environment, readSecret, STARS, starred } from '../secrets.js';
import { sendHttp } from './http-call.js';
import type { HttpParts } from './http-sender.js';
import { JiraSender } from './jira-sender.js';
import { PagerdutySender } from './pagerduty-sender.js';
import { ProgramSender } from './program-sender.js';
import type { Sender } from './sender.js';
import { ServicenowSender } from './servicenow-sender.js';
import { SlackSender } from './slack-sender.js';
import { WebhookSender } from './webhook-sender.js';

export interface SenderParts {
  readonly references: References;
  readonly clock: Clock;
  readonly env: Environment;
}

/** Rejects with UserError: HOOK_SECRET, HOOK_SECRET_FILE, HOOK_URL. */
export async function openSender(hook: HookConfig, parts: SenderParts): Promise<Sender> {
  return makeSender(hook, parts, (source, name) => readSecret(source, `${name} of hook "${hook.name}"`, parts.env));
}

/** For showing what would be sent: no secret is read. */
export async function openShownSender(hook: HookConfig, parts: SenderParts): Promise<Sender> {
  return makeSender(hook, parts, async () => starred());
}

type ReadSecret = (source: SecretSource, name: string) => Promise<Secret>;

async function makeSender(hook: HookConfig, { references, clock }: SenderParts, read: ReadSecret): Promise<Sender> {
  const http = (...secrets: readonly Secret[]): HttpParts => ({
    sendHttp,
    clock,
    timeoutMs: hook.timeoutSec * 1000,
    conceal: concealerOf(secrets),
  });
  switch (hook.kind) {
    case 'webhook': {
      const signature = hook.signature === null ? null : await read(hook.signature, 'the signature key');
      const { url, secrets } = await urlOf(hook, hook.url, read);
      return new WebhookSender(hook, url, signature, http(...secrets, ...(signature === null ? [] : [signature])));
    }
    case 'pagerduty': {
      const routingKey = await read(hook.routingKey, 'the routing key');
      const { url, secrets } = await urlOf(hook, hook.url, read);
      return new PagerdutySender(hook, url, routingKey, http(...secrets, routingKey));
    }
    case 'slack': {
      if (hook.way.kind === 'bot') {
        const token = await read(hook.way.token, 'the token');
        return new SlackSender(hook, token, references, http(token));
      }
      const url = await read(hook.way.url, 'the URL');
      checkSecretUrl(hook, url);
      return new SlackSender(hook, url, references, http(url));
    }
    case 'jira': {
      const token = await read(hook.token, 'the token');
      return new JiraSender(hook, token, references, http(token, basicAuth(hook.user, token)));
    }
    case 'servicenow': {
      const secret = await read(hook.secret, 'the password or token');
      const both = hook.user === null ? [secret] : [secret, basicAuth(hook.user, secret)];
      return new ServicenowSender(hook, secret, references, http(...both));
    }
    case 'fastnetmon-script':
    case 'command':
      return new ProgramSender(hook);
  }
}

async function urlOf(hook: HookConfig, source: UrlSource, read: ReadSecret) {
  if ('url' in source) return { url: source.url, secrets: [] };
  const secret = await read(source, 'the URL');
  checkSecretUrl(hook, secret);
  return { url: secret.reveal(), secrets: [secret] };
}

function checkSecretUrl({ name, insecure }: HookConfig, secret: Secret): void {
  if (secret.reveal() === STARS) return;
  const checked = checkedUrl(secret.reveal(), { insecure });
  if (typeof checked === 'string') {
    throw new UserError(
      'HOOK_URL',
      `the URL of hook "${name}": ${checked}`,
      'Check what the variable or the file holds.',
    );
  }
}
