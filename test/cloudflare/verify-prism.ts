/** Calls sent through Prism, which holds them against the API description: what our program sends is valid, and what is wrong is refused. */
import { MUTANTS } from '../support/cloudflare/contract-mutants.js';
import type { EdgeRequest } from '../support/cloudflare/stand-in-request.js';
import type { Line } from './verify-lines.js';

/** Calls that the description does not hold; GraphQL has a schema of its own, which tests check. */
const UNDESCRIBED = [/^\/zones(?:\/[0-9a-f]{32})?$/, /^\/graphql$/, /^\/accounts\/[0-9a-f]{32}\/addressing\/prefixes$/];
/**
 * Of this call the description wants a body, as it wanted one of every DELETE in 2024; there is nothing to put into it, and Cloudflare's SDK sends none. An
 * empty one goes to Prism, so that the rest of the call is looked at.
 */
const NEEDS_EMPTY_BODY = /^DELETE \/accounts\/[0-9a-f]{32}\/rules\/lists\/[0-9a-f]{32}$/;
const ID = /(?<=\/)[0-9a-f]{32}(?=\/|$)/g;

interface Call {
  readonly method: string;
  readonly path: string;
  /** "?x=1"; "" without one. */
  readonly query: string;
  readonly body: unknown;
}

/** One of each kind: the same call with other ids says nothing new. */
export function distinctCalls(requests: readonly EdgeRequest[]): {
  readonly calls: readonly Call[];
  readonly undescribed: number;
} {
  const calls = new Map<string, Call>();
  const undescribed = new Set<string>();
  for (const { method, path, query, body } of requests) {
    const search = query.size === 0 ? '' : `?${query}`;
    const key = `${method} ${path}${search} ${JSON.stringify(body ?? null)}`.replaceAll(/[0-9a-f]{32}/g, 'ID');
    if (UNDESCRIBED.some((pattern) => pattern.test(path))) undescribed.add(key);
    else calls.set(key, { method, path, query: search, body: NEEDS_EMPTY_BODY.test(`${method} ${path}`) ? {} : body });
  }
  return { calls: [...calls.values()], undescribed: undescribed.size };
}

/** A line per method and path. */
export async function verifyCalls(base: string, calls: readonly Call[]): Promise<Line[]> {
  const groups = new Map<string, Call[]>();
  for (const call of calls) {
    const name = `${call.method} ${call.path.replaceAll(ID, '{id}')}`;
    groups.set(name, [...(groups.get(name) ?? []), call]);
  }
  const lines: Line[] = [];
  for (const [name, group] of groups) {
    const refused: string[] = [];
    for (const call of group) {
      const { status, why } = await send(base, call);
      if (status >= 300) refused.push(`${status} ${why} for ${JSON.stringify(call.body)?.slice(0, 300)}`);
    }
    lines.push({ name, detail: `${group.length} sent`, failures: refused });
  }
  return lines;
}

/** Sound bodies pass, and each with one thing wrong in it is refused for that; so is a call without a token. */
export async function verifyMutants(base: string): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [method, path, body, mutants] of MUTANTS) {
    const failures: string[] = [];
    const sound = await send(base, { method, path, query: '', body });
    if (sound.status >= 300) failures.push(`the sound body: ${sound.status} ${sound.why}`);
    for (const [name, mutant] of Object.entries(mutants)) {
      const { status } = await send(base, { method, path, query: '', body: mutant });
      if (status < 400) failures.push(`${name}: passed with ${status}`);
    }
    const nobody = await send(base, { method, path, query: '', body }, false);
    if (nobody.status !== 401) failures.push(`without a token: ${nobody.status}`);
    const count = Object.keys(mutants).length + 1;
    lines.push({ name: `${method} ${path.replaceAll(ID, '{id}')}`, detail: `${count} refused`, failures });
  }
  return lines;
}

async function send(
  base: string,
  { method, path, query, body }: Call,
  hasToken = true,
): Promise<{ readonly status: number; readonly why: string }> {
  const answer = await fetch(`${base}${path}${query}`, {
    method,
    headers: {
      ...(hasToken ? { authorization: 'Bearer verify' } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, why: answer.headers.get('sl-violations')?.slice(0, 600) ?? text.slice(0, 200) };
}
