/** `--metrics ADDR`: figures for Prometheus over HTTP, GET /metrics. Reads nothing from who asks but the path. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, UserError } from '../../errors.js';

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const TIMEOUT_MS = 5000;
/** A scraper opens one or two. */
const MOST_CONNECTIONS = 32;

export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

/** "127.0.0.1:9209", "[::1]:9209", ":9209" and "9209" (of this machine only). Throws UserError. */
export function parseMetricsAddress(text: string): MetricsAddress {
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[^:\s]+)?:)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2] ?? Number.NaN);
  if (match === null || !(port <= 65_535)) {
    throw new UserError(
      'USAGE',
      `--metrics: expected an address with a port, got ${JSON.stringify(text.slice(0, 60))}`,
      'E.g. 127.0.0.1:9209, or 0.0.0.0:9209 for the whole network.',
    );
  }
  return { host: match[1]?.replace(/^\[|\]$/g, '') ?? '127.0.0.1', port };
}

export class MetricsServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Rejects with UserError METRICS_LISTEN when the address is taken or not ours. `text` is asked at each scrape. */
  static async open({ host, port }: MetricsAddress, text: () => string): Promise<MetricsServer> {
    const server = createServer({ requestTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS }, (request, response) => {
      const isMetrics = request.url === '/metrics' || request.url === '/';
      const isGet = request.method === 'GET' || request.method === 'HEAD';
      const status = !isMetrics ? 404 : isGet ? 200 : 405;
      response.writeHead(status, { 'content-type': CONTENT_TYPE, connection: 'close' });
      response.end(status === 200 ? text() : `${status}: expected GET /metrics\n`);
    });
    server.maxConnections = MOST_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) =>
        reject(
          new UserError(
            'METRICS_LISTEN',
            `cannot listen on ${host}:${port}: ${messageOf(error)}`,
            'Choose another with --metrics.',
          ),
        ),
      );
      server.listen(port, host, resolve);
    });
    server.unref();
    return new MetricsServer(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
