/**
 * What the services document of their requests, as JSON schemas of ours: fields we send, their types and limits. Anything else is an error
 * here, so that a slip in a name is found.
 */

const text = (most: number) => ({ type: 'string', minLength: 1, maxLength: most });
const closed = (properties: object, required: readonly string[]) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/** developer.pagerduty.com/docs/events-api-v2/trigger-events and /overview (PD-CEF); a routing key has 32 characters. */
const pagerdutyKeys = {
  routing_key: { type: 'string', minLength: 32, maxLength: 32 },
  dedup_key: text(255),
};
export const PAGERDUTY_EVENT = {
  oneOf: [
    closed({ ...pagerdutyKeys, event_action: { enum: ['acknowledge', 'resolve'] } }, [
      'routing_key',
      'dedup_key',
      'event_action',
    ]),
    closed(
      {
        ...pagerdutyKeys,
        event_action: { const: 'trigger' },
        payload: closed(
          {
            summary: text(1024),
            source: text(255),
            severity: { enum: ['critical', 'error', 'warning', 'info'] },
            timestamp: { type: 'string', format: 'date-time' },
            component: { type: 'string' },
            group: { type: 'string' },
            class: { type: 'string' },
            custom_details: { type: 'object' },
          },
          ['summary', 'source', 'severity'],
        ),
        client: { type: 'string' },
        client_url: { type: 'string', format: 'uri' },
        links: {
          type: 'array',
          items: closed({ href: { type: 'string', format: 'uri' }, text: { type: 'string' } }, ['href']),
        },
      },
      ['routing_key', 'event_action', 'payload'],
    ),
  ],
};

/** api.slack.com/reference/block-kit: blocks, composition objects; api.slack.com/methods/chat.postMessage. */
const plainText = (most: number) =>
  closed({ type: { const: 'plain_text' }, text: text(most), emoji: { type: 'boolean' } }, ['type', 'text']);
const markdown = (most: number) =>
  closed({ type: { const: 'mrkdwn' }, text: text(most), verbatim: { type: 'boolean' } }, ['type', 'text']);
const slackBlock = {
  oneOf: [
    closed({ type: { const: 'header' }, text: plainText(150) }, ['type', 'text']),
    closed({ type: { const: 'section' }, text: { oneOf: [plainText(3000), markdown(3000)] } }, ['type', 'text']),
    closed(
      { type: { const: 'context' }, elements: { type: 'array', minItems: 1, maxItems: 10, items: plainText(2000) } },
      ['type', 'elements'],
    ),
  ],
};
const slackCommon = {
  text: text(4000),
  blocks: { type: 'array', minItems: 1, maxItems: 50, items: slackBlock },
  unfurl_links: { const: false },
  unfurl_media: { const: false },
};
export const SLACK_WEBHOOK = closed(slackCommon, ['text', 'blocks']);
export const SLACK_POST_MESSAGE = closed(
  {
    ...slackCommon,
    channel: text(81),
    parse: { const: 'none' },
    link_names: { const: false },
    thread_ts: { type: 'string', pattern: '^\\d+\\.\\d+$' },
    reply_broadcast: { type: 'boolean' },
  },
  ['channel', 'text', 'blocks'],
);

/** developer.atlassian.com/cloud/jira/platform/apis/document/structure with its nodes; rest/v3 Create issue, Add comment, /search/jql. */
const adfText = closed(
  {
    type: { const: 'text' },
    text: { type: 'string', minLength: 1 },
    marks: {
      type: 'array',
      items: {
        oneOf: [
          closed({ type: { enum: ['strong', 'code'] } }, ['type']),
          closed({ type: { const: 'link' }, attrs: closed({ href: { type: 'string', format: 'uri' } }, ['href']) }, [
            'type',
            'attrs',
          ]),
        ],
      },
    },
  },
  ['type', 'text'],
);
const adfParagraph = closed({ type: { const: 'paragraph' }, content: { type: 'array', items: adfText } }, ['type']);
const adfItem = closed({ type: { const: 'listItem' }, content: { type: 'array', minItems: 1, items: adfParagraph } }, [
  'type',
  'content',
]);
const adfList = closed({ type: { const: 'bulletList' }, content: { type: 'array', minItems: 1, items: adfItem } }, [
  'type',
  'content',
]);
export const ADF = closed(
  {
    type: { const: 'doc' },
    version: { const: 1 },
    content: { type: 'array', items: { oneOf: [adfParagraph, adfList] } },
  },
  ['type', 'version', 'content'],
);
const label = { type: 'string', pattern: '^\\S{1,255}$' };
export const JIRA_ISSUE = closed(
  {
    fields: closed(
      {
        project: closed({ key: { type: 'string', pattern: '^[A-Z][A-Z0-9_]+$' } }, ['key']),
        issuetype: closed({ name: text(100) }, ['name']),
        summary: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[^\\r\\n]*$' },
        description: ADF,
        labels: { type: 'array', items: label },
        priority: closed({ name: text(100) }, ['name']),
      },
      ['project', 'issuetype', 'summary'],
    ),
  },
  ['fields'],
);
export const JIRA_COMMENT = closed({ body: ADF }, ['body']);
export const JIRA_SEARCH = closed(
  {
    jql: text(500),
    fields: { type: 'array', items: { type: 'string' } },
    maxResults: { type: 'integer', maximum: 5000 },
  },
  ['jql'],
);
export const JIRA_TRANSITION = closed({ transition: closed({ id: { type: 'string', pattern: '^\\d+$' } }, ['id']) }, [
  'transition',
]);

/** servicenow.com/docs: Table API (name-value pairs of strings); field lengths of the task and incident tables. */
const rank = { enum: ['1', '2', '3'] };
const servicenowFields = {
  short_description: { type: 'string', minLength: 1, maxLength: 160 },
  description: { type: 'string', maxLength: 4000 },
  correlation_id: { type: 'string', maxLength: 100, pattern: '^[A-Za-z0-9-]+$' },
  correlation_display: { type: 'string', maxLength: 100 },
  urgency: rank,
  impact: rank,
  work_notes: { type: 'string', maxLength: 4000 },
  state: { type: 'string' },
  close_code: { type: 'string' },
  close_notes: { type: 'string' },
  assignment_group: { type: 'string' },
};
export const SERVICENOW_CREATE = closed(servicenowFields, ['short_description', 'correlation_id', 'urgency', 'impact']);
export const SERVICENOW_UPDATE = closed(servicenowFields, ['work_notes', 'correlation_display']);
