/** A server a hook sends to, on 127.0.0.1, that answers, or misbehaves, as a test says. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How a request ends; `accepted`: the server has taken it, whatever the client hears. */
export type Answer = { readonly accepted: boolean; readonly play: (response: ServerResponse, socket: Socket) => void };

export function plain(status: number, body = '', headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    accepted: status >= 200 && status < 300,
    play: (response) => response.writeHead(status, headers).end(body),
  };
}

/** Taken or not, and no answer that can be read. */
export const BROKEN = {
  hang: { accepted: false, play: () => {} },
  reset: { accepted: false, play: (_, socket) => socket.resetAndDestroy() },
  'taken, then reset': { accepted: true, play: (_, socket) => socket.resetAndDestroy() },
  'cut in the headers': { accepted: false, play: (_, socket) => socket.end('HTTP/1.1 200 OK\r\nconte') },
  'no HTTP': { accepted: false, play: (_, socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n') },
  'endless headers': {
    accepted: false,
    play: (_, socket) => socket.end(`HTTP/1.1 200 OK\r\n${'x-a: aaaaaaaaaaaaaaaaaaaa\r\n'.repeat(4000)}`),
  },
} as const satisfies Record<string, Answer>;

/** Taken, whatever comes behind the status. */
export const RECEIPTS = {
  'cut after its headers': {
    accepted: true,
    play: (response, socket) => {
      response.writeHead(200, { 'content-length': '99' }).write('x');
      setImmediate(() => socket.destroy());
    },
  },
  'a body that never ends': { accepted: true, play: (response) => void response.writeHead(200).write('x') },
  'a body of 2 MB': plain(200, 'x'.repeat(2_000_000)),
  'byte after byte': {
    accepted: true,
    play: (response) => {
      response.writeHead(200);
      for (const char of '{"ok"') response.write(char);
      response.end();
    },
  },
} as const satisfies Record<string, Answer>;

export class HookServer {
  readonly received: Received[] = [];
  /** Bodies that were taken, in order. */
  readonly accepted: Received[] = [];
  readonly #server: Server;

  private constructor(private readonly answer: (request: Received, count: number) => Answer | Promise<Answer>) {
    this.#server = createServer((request, response) => void this.#take(request, response));
    this.#server.on('clientError', () => {});
  }

  static async open(answer: (request: Received, count: number) => Answer | Promise<Answer>): Promise<HookServer> {
    const server = new HookServer(answer);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Keys of what was taken. */
  get keys(): string[] {
    return this.accepted.map(({ headers }) => String(headers['x-ddostop-delivery'] ?? headers['idempotency-key']));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the client went away in the middle
    }
    const received: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    this.received.push(received);
    const answer = await this.answer(received, this.received.length);
    if (answer.accepted) this.accepted.push(received);
    answer.play(response, request.socket);
  }
}
