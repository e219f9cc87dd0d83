/**
 * One HTTP request of a hook. To the named host and no other: a redirect is an error, the environment's proxies are not asked, TLS is
 * verified whatever the environment says. The answer is hostile: bounded, and never followed.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { messageOf } from '../../errors.js';

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null: none. */
  readonly body: string | null;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** At most MOST_BYTES of it. */
  readonly text: string;
  /** False: cut off by them, or by us. */
  readonly isWhole: boolean;
}

/** No answer that could be read: the request may have arrived or not. */
export class NoReply extends Error {}

export type SendHttp = (call: HttpCall, timeoutMs: number, signal: AbortSignal) => Promise<HttpReply>;

/** Answers are a key and a number; an error page has some 10 KiB. */
const MOST_BYTES = 256 * 1024;

/** Rejects with NoReply only. */
export const sendHttp: SendHttp = (call, timeoutMs, signal) =>
  new Promise((resolve, reject) => {
    const isPlain = call.url.startsWith('http:');
    const options = {
      method: call.method,
      headers: { ...call.headers, ...(call.body === null ? {} : { 'content-length': Buffer.byteLength(call.body) }) },
      // An agent of its own: Node's global one may be told by NODE_USE_ENV_PROXY to go elsewhere.
      agent: isPlain ? new HttpAgent({ keepAlive: false }) : new HttpsAgent({ keepAlive: false }),
      rejectUnauthorized: true,
    };
    const request = isPlain ? httpRequest(call.url, options) : httpsRequest(call.url, options);
    const end = (error: NoReply | null, reply?: HttpReply) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      if (error !== null) reject(error);
      else resolve(reply as HttpReply);
      request.destroy();
    };
    // The status is an answer, whatever becomes of the rest.
    let begun: (() => HttpReply) | null = null;
    const late = () =>
      begun === null ? end(new NoReply(`no answer within ${timeoutMs / 1000} s`)) : end(null, begun());
    const timer = setTimeout(late, timeoutMs);
    const stop = () => end(new NoReply('given up, since the program ends'));
    signal.addEventListener('abort', stop);
    request.on('error', (error) => end(new NoReply(reasonOf(error))));
    // 1xx come before it; an upgrade nobody asked for is no answer.
    request.on('upgrade', () => end(new NoReply('the server changed the protocol')));
    request.on('response', (response) => {
      const text = gather(response, () => end(null, reply()));
      const reply = () => ({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text: text(),
        isWhole: response.complete,
      });
      begun = reply;
    });
    if (signal.aborted) stop();
    else request.end(call.body ?? undefined);
  });

/** Returns what gives the text so far; `done` when there is no more of it, or more than is wanted. */
function gather(response: IncomingMessage, done: () => void): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    if (bytes < MOST_BYTES) chunks.push(chunk.subarray(0, MOST_BYTES - bytes));
    bytes += chunk.length;
    if (bytes > MOST_BYTES) done();
  });
  response.on('end', done);
  response.on('error', done); // cut off: by them, or by us
  return () => Buffer.concat(chunks).toString('utf8');
}

/** "ECONNREFUSED connect ECONNREFUSED 127.0.0.1:1"; of several addresses the first one's. */
function reasonOf(error: Error): string {
  const first = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  const text = messageOf(first);
  const code = (first as NodeJS.ErrnoException).code;
  return code === undefined || text.includes(code) ? text : `${code} ${text}`;
}
