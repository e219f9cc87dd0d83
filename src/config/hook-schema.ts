/** The words of a hook in the configuration file, and what they become. */
import * as z from 'zod';
import {
  HOOK_EVENTS,
  type HookCommon,
  type HookConfig,
  PLACEHOLDERS,
  SEVERITIES,
  type SecretSource,
  type UrlSource,
} from './hook-config.js';
import { checkedUrl, type UrlRule } from './hook-url.js';
import { given, span } from './quantities.js';

const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue';
const SLACK_URL = 'https://slack.com/api';
const MOST_TEXT = 4000;

const line = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => !/\p{Cc}/u.test(text), { message: 'expected no control characters' });
const envName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'expected the name of an environment variable');
const path = line(4096);

/** A slip in a placeholder must not be found out in the middle of an attack. */
const template = z
  .string()
  .max(MOST_TEXT)
  .superRefine((text, context) => {
    for (const [, name] of text.matchAll(/\{([^{}]*)\}/g)) {
      if ((PLACEHOLDERS as readonly string[]).includes(name as string)) continue;
      const known = PLACEHOLDERS.map((word) => `{${word}}`).join(' ');
      context.addIssue({
        code: 'custom',
        message: `unknown placeholder ${given(`{${name}}`)}, expected one of ${known}`,
      });
    }
  });

const common = {
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, 'expected a name of letters, digits, ".", "_" and "-"'),
  events: z.array(z.enum(HOOK_EVENTS)).min(1).max(HOOK_EVENTS.length).optional(),
  severity: z.enum(SEVERITIES).optional(),
  urgency: z.number().min(0).max(100).optional(),
  targets: z.array(line(255)).max(1000).optional(),
  rate: z.strictObject({ every: span.optional(), perHour: z.number().int().min(1).max(100_000).optional() }).optional(),
  timeout: span.optional(),
  title: template.optional(),
  text: template.optional(),
  link: template.optional(),
  insecure: z.boolean().optional(),
};

const secretWords = <Name extends string>(name: Name) =>
  ({ [`${name}Env`]: envName.optional(), [`${name}File`]: path.optional() }) as Record<
    `${Name}Env`,
    z.ZodOptional<typeof envName>
  > &
    Record<`${Name}File`, z.ZodOptional<typeof path>>;

const fields = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,79}$/), z.string().max(MOST_TEXT)).optional();

const webhook = z.strictObject({
  ...common,
  kind: z.literal('webhook'),
  url: line(2048).optional(),
  ...secretWords('url'),
  ...secretWords('signature'),
});
const pagerduty = z.strictObject({
  ...common,
  kind: z.literal('pagerduty'),
  url: line(2048).optional(),
  ...secretWords('routingKey'),
});
const slack = z.strictObject({
  ...common,
  kind: z.literal('slack'),
  ...secretWords('url'),
  ...secretWords('token'),
  channel: z
    .string()
    .regex(/^#?[\p{L}\p{N}._-]{1,80}$/u, 'expected a channel')
    .optional(),
  baseUrl: line(2048).optional(),
});
const jira = z.strictObject({
  ...common,
  kind: z.literal('jira'),
  baseUrl: line(2048),
  user: line(255),
  ...secretWords('token'),
  // Goes into JQL.
  project: z.string().regex(/^[A-Z][A-Z0-9_]{1,49}$/, 'expected the key of a project, like OPS'),
  issueType: line(100).optional(),
  labels: z
    .array(z.string().regex(/^[^\s\p{Cc}]{1,255}$/u, 'expected a label without blanks'))
    .max(20)
    .optional(),
  priorities: z.partialRecord(z.enum(SEVERITIES), line(100)).optional(),
  endTransition: line(100).optional(),
});
const servicenow = z.strictObject({
  ...common,
  kind: z.literal('servicenow'),
  baseUrl: line(2048),
  user: line(255).optional(),
  ...secretWords('password'),
  ...secretWords('token'),
  table: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,79}$/, 'expected the name of a table')
    .optional(),
  fields,
  endFields: fields,
});
const fastnetmon = z.strictObject({ ...common, kind: z.literal('fastnetmon-script'), script: path });
const command = z.strictObject({
  ...common,
  kind: z.literal('command'),
  argv: z.array(z.string().max(4096)).min(1).max(100),
});

const written = z.discriminatedUnion('kind', [webhook, pagerduty, slack, jira, servicenow, fastnetmon, command]);
type Written = z.output<typeof written>;

/** What is wrong with it, at the word where it stands. */
class Slip {
  constructor(
    readonly word: string,
    readonly message: string,
  ) {}
}

export const hookSchema = written.transform((value, context): HookConfig => {
  try {
    return hookOf(value);
  } catch (error) {
    if (!(error instanceof Slip)) throw error;
    context.addIssue({ code: 'custom', message: error.message, path: [error.word] });
    return z.NEVER;
  }
});

/** All of them; names are unique, since what waits in the spool finds its hook by it. */
export const hooksSchema = z
  .array(hookSchema)
  .max(50)
  .superRefine((hooks, context) => {
    const seen = new Set<string>();
    for (const [i, { name }] of hooks.entries()) {
      if (seen.has(name))
        context.addIssue({ code: 'custom', message: `a second hook ${given(name)}`, path: [i, 'name'] });
      seen.add(name);
    }
  });

function hookOf(value: Written): HookConfig {
  const base = commonOf(value);
  const rule: UrlRule = { insecure: base.insecure };
  switch (value.kind) {
    case 'webhook':
      return {
        ...base,
        kind: value.kind,
        url: urlOf(value, rule) ?? missing('url', 'url, urlEnv or urlFile'),
        signature: secretOf('signature', value.signatureEnv, value.signatureFile),
      };
    case 'pagerduty':
      return {
        ...base,
        kind: value.kind,
        url: { url: plainUrl('url', value.url ?? PAGERDUTY_URL, rule) },
        routingKey: needed('routingKey', value.routingKeyEnv, value.routingKeyFile),
      };
    case 'slack':
      return { ...base, kind: value.kind, way: slackWay(value, rule) };
    case 'jira':
      return {
        ...base,
        kind: value.kind,
        baseUrl: plainUrl('baseUrl', value.baseUrl, rule),
        user: value.user,
        token: needed('token', value.tokenEnv, value.tokenFile),
        project: value.project,
        issueType: value.issueType ?? 'Task',
        labels: value.labels ?? [],
        priorities: prioritiesOf(value.priorities),
        endTransition: value.endTransition ?? null,
      };
    case 'servicenow':
      return {
        ...base,
        kind: value.kind,
        baseUrl: plainUrl('baseUrl', value.baseUrl, rule),
        user: value.user ?? null,
        secret:
          value.user === undefined
            ? needed('token', value.tokenEnv, value.tokenFile)
            : needed('password', value.passwordEnv, value.passwordFile),
        table: value.table ?? 'incident',
        fields: value.fields ?? {},
        endFields: value.endFields ?? {},
      };
    case 'fastnetmon-script':
      return { ...base, kind: value.kind, script: value.script };
    case 'command':
      return { ...base, kind: value.kind, argv: value.argv };
  }
}

function commonOf(value: Written): HookCommon {
  const timeoutSec = value.timeout ?? 10;
  if (timeoutSec < 1 || timeoutSec > 300) throw new Slip('timeout', `expected 1s to 5m, got ${timeoutSec} s`);
  return {
    name: value.name,
    events: value.events ?? ['opened', 'ended'],
    leastSeverity: value.severity ?? 'low',
    leastUrgency: value.urgency ?? 0,
    targets: value.targets ?? [],
    everySec: value.rate?.every ?? 5,
    perHour: value.rate?.perHour ?? 30,
    timeoutSec,
    title: value.title ?? null,
    text: value.text ?? null,
    link: value.link ?? null,
    insecure: value.insecure ?? false,
  };
}

function slackWay(value: z.output<typeof slack>, rule: UrlRule) {
  const url = secretOf('url', value.urlEnv, value.urlFile);
  const token = secretOf('token', value.tokenEnv, value.tokenFile);
  if (url !== null && token === null) return { kind: 'webhook', url } as const;
  if (token === null || url !== null) return missing('kind', 'either urlEnv or urlFile, or tokenEnv or tokenFile');
  if (value.channel === undefined) return missing('channel', 'the channel a bot writes to');
  const baseUrl = plainUrl('baseUrl', value.baseUrl ?? SLACK_URL, rule);
  return { kind: 'bot', baseUrl, token, channel: value.channel } as const;
}

function urlOf(value: z.output<typeof webhook>, rule: UrlRule): UrlSource | null {
  const secret = secretOf('url', value.urlEnv, value.urlFile);
  if (value.url === undefined) return secret;
  if (secret !== null) return missing('url', 'one of url, urlEnv and urlFile');
  return { url: plainUrl('url', value.url, rule) };
}

function plainUrl(word: string, text: string, rule: UrlRule): string {
  const checked = checkedUrl(text, rule);
  if (typeof checked === 'string') throw new Slip(word, checked);
  return checked.href.replace(/\/+$/, '');
}

function secretOf(name: string, env: string | undefined, file: string | undefined): SecretSource | null {
  if (env !== undefined && file !== undefined) return missing(`${name}File`, `one of ${name}Env and ${name}File`);
  if (env !== undefined) return { env };
  return file === undefined ? null : { file };
}

function needed(name: string, env: string | undefined, file: string | undefined): SecretSource {
  return secretOf(name, env, file) ?? missing('kind', `${name}Env or ${name}File`);
}

function prioritiesOf(given: Readonly<Partial<Record<string, string | undefined>>> | undefined) {
  return Object.fromEntries(Object.entries(given ?? {}).filter(([, name]) => name !== undefined)) as Record<
    string,
    string
  >;
}

function missing(word: string, what: string): never {
  throw new Slip(word, `expected ${what}`);
}
