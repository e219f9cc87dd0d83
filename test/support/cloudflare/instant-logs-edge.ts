/**
 * The side of Cloudflare that gives log sessions: jobs at the API (a resource of the stand-in) and a real websocket server. What is not documented (a
 * second session, close codes, framing) can be chosen.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { answer, type EdgeAnswer, type EdgeRequest, refuse } from './stand-in-request.js';

interface Job {
  readonly session_id: string;
  readonly destination_conf: string;
  readonly fields: string;
  readonly sample: number;
  readonly filter: string;
}

export class LogEdge {
  readonly jobs: Job[] = [];
  /** What a POST gets while a session runs. */
  second: 'made' | 'refused' | 'replaces' | 'the same' = 'made';
  /** False: only the path without /jobs. */
  hasJobsPath = true;
  /** A complaint about fields; null: none. */
  complain: (fields: readonly string[]) => string | null = () => null;
  /** To the upgrade: let in, an HTTP status, or nothing at all. */
  upgrade: 'accept' | 'hang' | number = 'accept';
  /** Of POSTs; 0: made. */
  postStatus = 0;
  readonly sockets: WebSocket[] = [];
  upgrades = 0;
  pings = 0;
  extensions = '';
  #server: Server | null = null;
  #port = 0;
  #made = 0;
  readonly #raw = new Set<Duplex>();

  readonly resource = (request: EdgeRequest): EdgeAnswer | null => {
    const { method, segments } = request;
    if (segments[0] !== 'zones' || segments[2] !== 'logpush' || segments[3] !== 'edge') return null;
    if ((segments[4] === 'jobs') !== this.hasJobsPath) return refuse(404, 7003, 'No route for the URI');
    if (method === 'GET') return answer(this.jobs);
    return this.#post(request.body as Partial<Job> & { fields: string });
  };

  async start(): Promise<void> {
    const websockets = new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 0 } });
    this.#server = createServer();
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(websockets, request, socket, head));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#raw) socket.destroy();
    this.#raw.clear();
    this.sockets.length = 0;
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.#server = null;
  }

  /** The one that opened last. */
  get socket(): WebSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('LogEdge: nobody is connected.');
    return socket;
  }

  send(message: string | Uint8Array): void {
    this.socket.send(message);
  }

  #post(body: Partial<Job> & { fields: string }): EdgeAnswer {
    if (this.postStatus !== 0) {
      return refuse(this.postStatus, this.postStatus === 403 ? 10_000 : 1002, 'no');
    }
    const complaint = this.complain(body.fields.split(','));
    if (complaint !== null) return refuse(400, 1002, complaint);
    const running = this.jobs[0];
    if (running !== undefined && this.second === 'the same') return answer(running);
    if (running !== undefined && this.second === 'refused') return refuse(409, 1010, 'a job exists for this zone');
    if (this.second === 'replaces') this.endAll(1000);
    const id = (0xabcd_0000 + (this.#made += 1)).toString(16).padStart(32, '5ec2e7');
    const { fields, sample = 1, filter = '' } = body;
    const job = { session_id: id, destination_conf: this.urlOf(id), fields, sample, filter };
    this.jobs.unshift(job);
    return answer(job);
  }

  urlOf(id: string): string {
    return `ws://127.0.0.1:${this.#port}/instant-logs/ws/sessions/${id}`;
  }

  /** Jobs as after 60 minutes: gone, their sockets closed. */
  endAll(code: number): void {
    this.jobs.length = 0;
    for (const socket of this.sockets.splice(0)) socket.close(code);
  }

  #upgrade(websockets: WebSocketServer, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.upgrades += 1;
    this.#raw.add(socket);
    socket.on('error', () => {}); // resets are what is tested
    if (this.upgrade === 'hang') return;
    const isKnown = this.jobs.some(({ session_id }) => request.url?.endsWith(`/${session_id}`));
    const status = this.upgrade === 'accept' ? (isKnown ? 101 : 404) : this.upgrade;
    if (status !== 101) {
      socket.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    websockets.handleUpgrade(request, socket, head, (accepted) => {
      this.extensions = accepted.extensions;
      accepted.on('ping', () => (this.pings += 1));
      accepted.on('error', () => {}); // as above
      this.sockets.push(accepted);
    });
  }
}
