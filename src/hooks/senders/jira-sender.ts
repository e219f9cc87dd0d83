/**
 * Jira: one issue an incident, found by its label before one is made; what comes later is a comment, the end a transition too. Jira's search
 * is behind by seconds, so what we made is remembered here, and after a try of unknown end the next one comes late.
 */
import type { JiraConfig } from '../../config/hook-config.js';
import type { Secret } from '../../platform/cloudflare/secret.js';
import type { HookMessage } from '../hook-message.js';
import { jiraComment, jiraIssue, jiraSearch } from '../payloads/jira.js';
import type { References } from '../references.js';
import { basicAuth } from '../secrets.js';
import type { HttpCall } from './http-call.js';
import { type HttpParts, HttpSteps, JSON_HEADERS, Over, outcomeOf, shownCall, urlBelow } from './http-sender.js';
import { fieldOf, parsedJson, shaped } from './judge-reply.js';
import { type Outcome, sent } from './outcome.js';
import type { Sender, Shown, Try } from './sender.js';

const KEY = /^[A-Z][A-Z0-9_]{1,49}-\d{1,12}$/;
const TRANSITION_ID = /^\d{1,12}$/;
/** Until a new issue is found by its label. */
export const JIRA_INDEX_MS = 20_000;
const COMMENTS_LOOKED_AT = '50';

export class JiraSender implements Sender {
  readonly #auth: Secret;

  constructor(
    private readonly hook: JiraConfig,
    token: Secret,
    private readonly references: References,
    private readonly parts: HttpParts,
  ) {
    this.#auth = basicAuth(hook.user, token);
  }

  wants(): boolean {
    return true;
  }

  send(message: HookMessage, attempt: Try): Promise<Outcome> {
    return outcomeOf(async () => {
      const steps = new HttpSteps(this.parts, attempt.signal);
      const known = this.references.of(message)?.id ?? (await this.#find(steps, message));
      const key = known ?? (await this.#create(steps, message, attempt));
      await this.references.keep(message, { id: key, name: key });
      if (known !== null) await this.#comment(steps, key, message, attempt);
      const remark = message.event === 'ended' ? await this.#end(steps, key) : null;
      return sent(key, urlBelow(this.hook.baseUrl, `/browse/${key}`), remark);
    });
  }

  show(message: HookMessage): Shown[] {
    const search = shownCall('is there an issue of this incident', this.#searchCall(message));
    const held = { waiting: 0 };
    if (message.event === 'opened') {
      return [search, shownCall('make one', this.#call('POST', '/issue', jiraIssue(this.hook, message, held)))];
    }
    const comment = this.#call('POST', '/issue/KEY/comment', jiraComment(this.hook, message, held));
    return [search, shownCall('comment on it (one is made where there is none)', comment)];
  }

  async #find(steps: HttpSteps, message: HookMessage): Promise<string | null> {
    const { text } = await steps.call(this.#searchCall(message));
    const issues = fieldOf(parsedJson(text), 'issues');
    if (!Array.isArray(issues)) throw steps.again('expected a list of issues, got something else');
    return shaped(fieldOf(issues, 0, 'key'), KEY);
  }

  async #create(steps: HttpSteps, message: HookMessage, { held }: Try): Promise<string> {
    let reply: { readonly text: string };
    try {
      reply = await steps.call(this.#call('POST', '/issue', jiraIssue(this.hook, message, held)));
    } catch (error) {
      throw later(error);
    }
    const key = shaped(fieldOf(parsedJson(reply.text), 'key'), KEY);
    if (key === null) throw steps.again('expected the key of a new issue, got something else', JIRA_INDEX_MS);
    return key;
  }

  /** The key of a message ends its comment, or the description: one that came through is not written again. */
  async #comment(steps: HttpSteps, key: string, message: HookMessage, { held, mayHaveArrived }: Try): Promise<void> {
    const path = `/issue/${key}/comment`;
    if (mayHaveArrived || message.event === 'opened') {
      const query = { orderBy: '-created', maxResults: COMMENTS_LOOKED_AT };
      const { text } = await steps.call(this.#call('GET', path, null, query));
      if (text.includes(message.key)) return;
      // One that is made late has the message in its description.
      const issue = await steps.call(this.#call('GET', `/issue/${key}`, null, { fields: 'description' }));
      if (issue.text.includes(message.key)) return;
    }
    const call = this.#call('POST', path, jiraComment(this.hook, message, held));
    const reply = await steps.callAny(call);
    // Somebody deleted or moved it: the next try looks for it, and makes another.
    if (reply.status === 404 && this.references.of(message) !== null) {
      this.references.forget(message);
      throw steps.again(`${key} is not there any more`);
    }
    const failure = steps.failureOf(reply);
    if (failure !== null) throw steps.over(failure);
  }

  /** What is to be said of it: the transition may not be there, since somebody closed the issue already. */
  async #end(steps: HttpSteps, key: string): Promise<string | null> {
    const wanted = this.hook.endTransition;
    if (wanted === null) return null;
    const path = `/issue/${key}/transitions`;
    const { text } = await steps.call(this.#call('GET', path, null));
    const all = fieldOf(parsedJson(text), 'transitions');
    const found = (Array.isArray(all) ? all : []).find(
      (one) => String(fieldOf(one, 'name')).toLowerCase() === wanted.toLowerCase(),
    );
    const id = shaped(fieldOf(found, 'id'), TRANSITION_ID);
    if (id === null) return `${key} has no transition "${wanted}" now`;
    await steps.call(this.#call('POST', path, { transition: { id } }));
    return null;
  }

  #searchCall(message: HookMessage): HttpCall {
    return this.#call('POST', '/search/jql', jiraSearch(this.hook, message));
  }

  #call(method: 'GET' | 'POST', path: string, body: unknown, query: Readonly<Record<string, string>> = {}): HttpCall {
    return {
      method,
      url: urlBelow(this.hook.baseUrl, `/rest/api/3${path}`, query),
      headers: { ...JSON_HEADERS, authorization: `Basic ${this.#auth.reveal()}` },
      body: body === null ? null : JSON.stringify(body),
    };
  }
}

/** An issue may have been made without our hearing of it: the search must have seen it before the next try. */
function later(error: unknown): unknown {
  if (error instanceof Over && error.outcome.kind === 'again') {
    const waitMs = Math.max(JIRA_INDEX_MS, error.outcome.waitMs ?? 0);
    return new Over({ ...error.outcome, waitMs });
  }
  return error;
}
