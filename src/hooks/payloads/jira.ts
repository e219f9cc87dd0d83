/**
 * Jira Cloud REST API v3 (developer.atlassian.com/cloud/jira/platform/rest/v3: Create issue, Add comment, Transition issue, Search for
 * issues using JQL: POST /search/jql, since /search is gone) and the Atlassian Document Format
 * (developer.atlassian.com/cloud/jira/platform/apis/document/structure), where text is text: no markup is read in it.
 */
import { createHash } from 'node:crypto';
import type { JiraConfig } from '../../config/hook-config.js';
import type { HeldBack, HookMessage } from '../hook-message.js';
import { cut, DEFAULT_TEXT, DEFAULT_TITLE, type FactLine, factLines, valuesOf } from '../message-words.js';
import { fillTemplate, unescaped } from '../template.js';

/** Jira refuses a longer summary, and one with a line break. */
const MOST_SUMMARY = 255;
/** Jira takes 32 767 characters in a text field. */
const MOST_TEXT = 2000;

interface AdfNode {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly AdfNode[];
  readonly text?: string;
  readonly marks?: readonly { readonly type: string; readonly attrs?: Readonly<Record<string, unknown>> }[];
}

export interface AdfDocument {
  readonly type: 'doc';
  readonly version: 1;
  readonly content: readonly AdfNode[];
}

export function jiraIssue(hook: JiraConfig, message: HookMessage, held: HeldBack) {
  const values = valuesOf(message, hook.link);
  const title = fillTemplate(hook.title ?? DEFAULT_TITLE, values, unescaped)
    .replace(/\s+/g, ' ')
    .trim();
  const priority = hook.priorities[message.facts.severity];
  return {
    fields: {
      project: { key: hook.project },
      issuetype: { name: hook.issueType },
      summary: cut(title || message.facts.target, MOST_SUMMARY),
      description: document(hook, message, held),
      labels: ['ddostop', jiraLabel(message), ...(message.isTest ? ['ddostop-test'] : []), ...hook.labels],
      ...(priority === undefined ? {} : { priority: { name: priority } }),
    },
  };
}

export function jiraComment(hook: JiraConfig, message: HookMessage, held: HeldBack): { readonly body: AdfDocument } {
  return { body: document(hook, message, held) };
}

/** By which an incident finds its issue again; a hash, so that nothing in it needs quoting. */
export function jiraLabel({ facts, isTest }: HookMessage): string {
  const parts = JSON.stringify([facts.sensor, facts.target, facts.id, isTest]);
  return `ddostop-${createHash('sha256').update(parts).digest('hex').slice(0, 24)}`;
}

export function jiraSearch(hook: JiraConfig, message: HookMessage) {
  const jql = `project = "${hook.project}" AND labels = "${jiraLabel(message)}" ORDER BY created ASC`;
  return { jql, fields: ['summary'], maxResults: 1 };
}

function document(hook: JiraConfig, message: HookMessage, held: HeldBack): AdfDocument {
  const values = valuesOf(message, hook.link);
  const text = cut(fillTemplate(hook.text ?? DEFAULT_TEXT, values, unescaped), MOST_TEXT);
  const lines = factLines(message, held, null);
  return {
    type: 'doc',
    version: 1,
    content: [
      ...text.split('\n').map((line) => paragraph(line === '' ? [] : [{ type: 'text', text: line }])),
      { type: 'bulletList', content: lines.map(listItem) },
      ...(values.url === '' ? [] : [paragraph([link(values.url)])]),
      paragraph([{ type: 'text', text: message.key, marks: [{ type: 'code' }] }]),
    ],
  };
}

function listItem([label, words]: FactLine): AdfNode {
  const name: AdfNode = { type: 'text', text: `${label}: `, marks: [{ type: 'strong' }] };
  return { type: 'listItem', content: [paragraph(words === '' ? [name] : [name, { type: 'text', text: words }])] };
}

function link(url: string): AdfNode {
  return { type: 'text', text: url, marks: [{ type: 'link', attrs: { href: url } }] };
}

function paragraph(content: readonly AdfNode[]): AdfNode {
  return { type: 'paragraph', content };
}
