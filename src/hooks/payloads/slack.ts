/**
 * Slack messages: api.slack.com/reference/block-kit (at most 50 blocks, header 150 characters, section text 3000),
 * api.slack.com/reference/surfaces/formatting (`&`, `<` and `>` are the control characters; `<!channel>` and `<@U…>` ring people's
 * bells). Values are escaped and go into plain text or into `verbatim` text, where Slack makes no links of its own.
 */
import type { SlackConfig } from '../../config/hook-config.js';
import type { HeldBack, HookMessage } from '../hook-message.js';
import { cut, DEFAULT_TEXT, DEFAULT_TITLE, factLines, valuesOf } from '../message-words.js';
import { fillTemplate } from '../template.js';

const MOST_HEADER = 150;
const MOST_SECTION = 3000;
const MOST_BLOCKS = 50;
/** Slack cuts `text` at 40 000 and asks for 4000. */
const MOST_TEXT = 3000;

/** Nothing in it is a control sequence of Slack's; "@channel" in plain letters calls nobody either, whatever a workspace links. */
export function slackEscaped(value: string): string {
  return value
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@(channel|here|everyone)\b/gi, '(at)$1');
}

/** What is left of an escaped text must not end in half an entity. */
function cutEscaped(text: string, most: number): string {
  return cut(text, most).replace(/&[a-z]{0,3}…$/, '…');
}

export function slackPayload(hook: SlackConfig, message: HookMessage, held: HeldBack) {
  const values = valuesOf(message, hook.link);
  const title = fillTemplate(hook.title ?? DEFAULT_TITLE, values, slackEscaped) || slackEscaped(message.facts.target);
  const text = fillTemplate(hook.text ?? DEFAULT_TEXT, values, slackEscaped) || title;
  const lines = factLines(message, held, null).map(([label, words]) => slackEscaped(`${label}: ${words}`));
  const blocks = [
    { type: 'header', text: plain(title, MOST_HEADER) },
    { type: 'section', text: { type: 'mrkdwn', text: cutEscaped(text, MOST_SECTION), verbatim: true } },
    ...inSections(lines).map((part) => ({ type: 'section', text: plain(part, MOST_SECTION) })),
    ...(values.url === '' ? [] : [{ type: 'section', text: plain(slackEscaped(values.url), MOST_SECTION) }]),
    { type: 'context', elements: [plain(message.key, MOST_HEADER)] },
  ];
  return {
    text: cutEscaped(title, MOST_TEXT),
    blocks: blocks.slice(0, MOST_BLOCKS),
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** The same to a channel, by a bot: an answer in the thread of the incident where there is one. */
export function slackBotPayload(
  hook: SlackConfig,
  channel: string,
  thread: string | null,
  message: HookMessage,
  held: HeldBack,
) {
  return {
    channel,
    ...slackPayload(hook, message, held),
    parse: 'none',
    link_names: false,
    ...(thread === null ? {} : { thread_ts: thread, reply_broadcast: message.event === 'ended' }),
  };
}

function plain(text: string, most: number) {
  return { type: 'plain_text', text: cutEscaped(text, most), emoji: false };
}

/** Lines joined to as few sections as hold them. */
function inSections(lines: readonly string[]): string[] {
  const parts: string[] = [];
  for (const line of lines) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + line.length + 1 <= MOST_SECTION)
      parts[parts.length - 1] = `${last}\n${line}`;
    else parts.push(line);
  }
  return parts;
}
