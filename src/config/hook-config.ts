/** Who is told of incidents, and how: what the configuration says, checked. Secrets are named here, never held. */

export const HOOK_EVENTS = ['opened', 'updated', 'ended', 'acknowledged', 'mitigated', 'note'] as const;
export type HookEventName = (typeof HOOK_EVENTS)[number];

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type SeverityName = (typeof SEVERITIES)[number];

/** What `title`, `text` and `link` may hold in braces. */
export const PLACEHOLDERS = [
  'id',
  'event',
  'target',
  'scope',
  'direction',
  'vectors',
  'severity',
  'urgency',
  'relevance',
  'state',
  'peakPps',
  'peakBps',
  'sources',
  'opened',
  'ended',
  'duration',
  'sensor',
  'note',
  'url',
  'test',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** Where a secret is: a variable of the environment, or a file only its owner may read. */
export type SecretSource = { readonly env: string } | { readonly file: string };

/** An address that may be a secret itself (a token in its path). */
export type UrlSource = { readonly url: string } | SecretSource;

export interface HookCommon {
  /** Unique; names the hook in records, on the screen and in the spool. */
  readonly name: string;
  readonly events: readonly HookEventName[];
  readonly leastSeverity: SeverityName;
  /** 0..100; an incident without an urgency passes. */
  readonly leastUrgency: number;
  /** Prefixes a target must lie in, or overlap; names of sites as they are. Empty = all. */
  readonly targets: readonly string[];
  /** At most one message in so many seconds, and so many an hour. */
  readonly everySec: number;
  readonly perHour: number;
  /** Of one request, or of the program. */
  readonly timeoutSec: number;
  /** Texts of our own with placeholders; null = the built-in one. */
  readonly title: string | null;
  readonly text: string | null;
  /** Where people look at the incident, with placeholders; null = nowhere. */
  readonly link: string | null;
  /** Plain http beyond this machine is wanted. */
  readonly insecure: boolean;
}

export interface WebhookConfig extends HookCommon {
  readonly kind: 'webhook';
  readonly url: UrlSource;
  /** Key of the signature; null = unsigned. */
  readonly signature: SecretSource | null;
}

export interface PagerdutyConfig extends HookCommon {
  readonly kind: 'pagerduty';
  readonly url: UrlSource;
  readonly routingKey: SecretSource;
}

export interface SlackConfig extends HookCommon {
  readonly kind: 'slack';
  /** An incoming webhook, or a bot that can answer in threads. */
  readonly way:
    | { readonly kind: 'webhook'; readonly url: SecretSource }
    | { readonly kind: 'bot'; readonly baseUrl: string; readonly token: SecretSource; readonly channel: string };
}

export interface JiraConfig extends HookCommon {
  readonly kind: 'jira';
  readonly baseUrl: string;
  readonly user: string;
  readonly token: SecretSource;
  readonly project: string;
  readonly issueType: string;
  readonly labels: readonly string[];
  /** Name of Jira's priority by severity; none = Jira's default. */
  readonly priorities: Readonly<Partial<Record<SeverityName, string>>>;
  /** Name of the transition of an incident that is over; null = it stays where it is. */
  readonly endTransition: string | null;
}

export interface ServicenowConfig extends HookCommon {
  readonly kind: 'servicenow';
  readonly baseUrl: string;
  /** With a password; null: the secret is a bearer token. */
  readonly user: string | null;
  readonly secret: SecretSource;
  readonly table: string;
  /** Set on each record that is made, e.g. assignment_group. */
  readonly fields: Readonly<Record<string, string>>;
  /** Set when the incident is over, e.g. state 6 with close_code and close_notes; empty = a work note only. */
  readonly endFields: Readonly<Record<string, string>>;
}

export interface FastnetmonConfig extends HookCommon {
  readonly kind: 'fastnetmon-script';
  readonly script: string;
}

export interface CommandConfig extends HookCommon {
  readonly kind: 'command';
  readonly argv: readonly string[];
}

export type HookConfig =
  | WebhookConfig
  | PagerdutyConfig
  | SlackConfig
  | JiraConfig
  | ServicenowConfig
  | FastnetmonConfig
  | CommandConfig;

export type HookKind = HookConfig['kind'];
