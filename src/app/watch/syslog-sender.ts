/**
 * `--syslog WHERE`: "udp://192.0.2.1:514" (RFC 5426), "tcp://192.0.2.1:601" (RFC 6587 with octet counts), "local" for this machine's log by logger(1),
 * since Node has no datagram sockets of the file system. A log that does not answer holds nothing up.
 */
import { spawn } from 'node:child_process';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { connect, isIPv6, type Socket } from 'node:net';
import { messageOf, UserError } from '../../errors.js';

export interface SyslogSender {
  /** `line`: RFC 5424; `sentence`: the same for who adds the head himself; `priority` as logger(1) names it. */
  send(line: string, sentence: string, priority: string): void;
  close(): Promise<void>;
}

/** Lines kept for a connection that is away; the oldest go first. */
const MOST_WAITING = 1000;
const RECONNECT_MS = 5000;
const CLOSE_MS = 1000;

/** Throws UserError for words that name no log. `onTrouble`: told once per trouble, not per line. */
export function openSyslog(where: string, onTrouble: (text: string) => void): SyslogSender {
  if (where === 'local') return new LoggerSender(onTrouble);
  const url = URL.canParse(where) ? new URL(where) : null;
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
  if (url !== null && host !== '' && url.protocol === 'udp:')
    return new UdpSender(host, Number(url.port || 514), onTrouble);
  if (url !== null && host !== '' && url.protocol === 'tcp:')
    return new TcpSender(host, Number(url.port || 601), onTrouble);
  throw new UserError(
    'USAGE',
    `--syslog: expected udp://HOST:PORT, tcp://HOST:PORT or local, got ${JSON.stringify(where.slice(0, 60))}`,
    'E.g. --syslog udp://192.0.2.1:514.',
  );
}

class UdpSender implements SyslogSender {
  readonly #socket: UdpSocket;
  #isTold = false;

  constructor(
    readonly host: string,
    readonly port: number,
    readonly onTrouble: (text: string) => void,
  ) {
    this.#socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    this.#socket.on('error', (error) => this.#tell(error));
    this.#socket.unref();
  }

  send(line: string): void {
    this.#socket.send(line, this.port, this.host, (error) => {
      if (error) this.#tell(error);
      else this.#isTold = false;
    });
  }

  #tell(error: Error): void {
    if (!this.#isTold) this.onTrouble(`syslog ${this.host}:${this.port}: ${error.message}`);
    this.#isTold = true;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

class TcpSender implements SyslogSender {
  #socket: Socket | null = null;
  #isConnected = false;
  #isClosing = false;
  #isTold = false;
  readonly #waiting: string[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(
    readonly host: string,
    readonly port: number,
    readonly onTrouble: (text: string) => void,
  ) {
    this.#connect();
  }

  send(line: string): void {
    this.#waiting.push(`${Buffer.byteLength(line)} ${line}`);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    this.#flush();
  }

  #connect(): void {
    if (this.#isClosing) return;
    const socket = connect({ host: this.host, port: this.port });
    this.#socket = socket;
    socket.on('connect', () => {
      this.#isConnected = true;
      this.#isTold = false;
      this.#flush();
    });
    socket.on('error', (error) => {
      if (!this.#isTold) this.onTrouble(`syslog ${this.host}:${this.port}: ${messageOf(error)}; lines wait.`);
      this.#isTold = true;
    });
    socket.on('close', () => {
      this.#isConnected = false;
      if (this.#isClosing) return;
      this.#timer = setTimeout(() => this.#connect(), RECONNECT_MS);
      this.#timer.unref();
    });
    socket.resume();
  }

  #flush(): void {
    if (!this.#isConnected || this.#socket === null) return;
    for (const text of this.#waiting.splice(0)) this.#socket.write(text);
  }

  close(): Promise<void> {
    this.#isClosing = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const socket = this.#socket;
    if (socket === null || !this.#isConnected) {
      socket?.destroy();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => socket.destroy(), CLOSE_MS);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.end();
    });
  }
}

class LoggerSender implements SyslogSender {
  #running = 0;
  #isTold = false;

  constructor(readonly onTrouble: (text: string) => void) {}

  send(_line: string, sentence: string, priority: string): void {
    // A storm of incidents is no reason for a storm of processes.
    if (this.#running >= 4) return;
    this.#running += 1;
    const child = spawn('logger', ['-t', 'ddostop', '-p', priority, '--', sentence], { stdio: 'ignore' });
    child.once('error', (error) => this.#tell(error));
    child.once('close', () => {
      this.#running -= 1;
    });
  }

  #tell(error: Error): void {
    if (!this.#isTold) this.onTrouble(`syslog: logger: ${error.message}`);
    this.#isTold = true;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
