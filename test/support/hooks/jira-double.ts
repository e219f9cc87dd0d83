/**
 * A Jira of one project, by its documented requests: what does not have their shape is refused. Its search knows an issue only after
 * a while, as the real one is behind by seconds.
 */
import { Ajv, type AnySchema } from 'ajv';
import addFormats from 'ajv-formats';
import type { Clock } from '../../../src/platform/clock.js';
import { type Answer, plain, type Received } from './hook-server.js';
import { JIRA_COMMENT, JIRA_ISSUE, JIRA_SEARCH, JIRA_TRANSITION } from './service-shapes.js';

const ajv = addFormats.default(new Ajv({ strict: true }));

interface Issue {
  readonly key: string;
  readonly labels: readonly string[];
  readonly description: string;
  readonly comments: string[];
  status: string;
  /** From when on it is found. */
  readonly foundFromMs: number;
}

export class JiraDouble {
  readonly issues: Issue[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly behindMs = 0,
  ) {}

  answer({ method, path, headers, body }: Received): Answer {
    if (headers.authorization !== `Basic ${Buffer.from('bot@x.example:jira-token').toString('base64')}`)
      return plain(401);
    const at = path.replace('/rest/api/3', '').split('?')[0] as string;
    if (method === 'POST' && at === '/search/jql') return this.#search(body);
    if (method === 'POST' && at === '/issue') return this.#create(body);
    const [, key, rest] = /^\/issue\/(OPS-\d+)(?:\/(comment|transitions))?$/.exec(at) ?? [];
    const issue = this.issues.find((one) => one.key === key);
    if (issue === undefined) return plain(404, '{"errorMessages":["Issue does not exist"]}');
    if (rest === undefined) return plain(200, JSON.stringify({ key, fields: { description: issue.description } }));
    if (rest === 'comment' && method === 'GET') return plain(200, JSON.stringify({ comments: issue.comments }));
    if (rest === 'comment') {
      return checked(JIRA_COMMENT, body, () => {
        issue.comments.push(body);
        return plain(201, '{"id":"1"}');
      });
    }
    if (method === 'GET')
      return plain(
        200,
        JSON.stringify({
          transitions: [
            { id: '11', name: 'To Do' },
            { id: '31', name: 'done' },
          ],
        }),
      );
    return checked(JIRA_TRANSITION, body, (value) => {
      issue.status = (value as { transition: { id: string } }).transition.id;
      return plain(204);
    });
  }

  #search(body: string): Answer {
    return checked(JIRA_SEARCH, body, (value) => {
      const label = /labels = "([^"]+)"/.exec((value as { jql: string }).jql)?.[1] as string;
      const found = this.issues.filter(
        (issue) => issue.labels.includes(label) && issue.foundFromMs <= this.clock.nowMs(),
      );
      return plain(200, JSON.stringify({ issues: found.map(({ key }) => ({ key })), isLast: true }));
    });
  }

  #create(body: string): Answer {
    return checked(JIRA_ISSUE, body, (value) => {
      const { labels, description } = (value as { fields: { labels: string[]; description: object } }).fields;
      const key = `OPS-${this.issues.length + 1}`;
      const text = JSON.stringify(description);
      this.issues.push({
        key,
        labels,
        description: text,
        comments: [],
        status: 'new',
        foundFromMs: this.clock.nowMs() + this.behindMs,
      });
      return plain(201, JSON.stringify({ id: '10001', key, self: 'http://evil.example/' }));
    });
  }
}

export function checked(schema: AnySchema, body: string, act: (value: unknown) => Answer): Answer {
  const check = ajv.compile(schema);
  const value = JSON.parse(body) as unknown;
  return check(value) ? act(value) : plain(400, JSON.stringify(check.errors));
}
