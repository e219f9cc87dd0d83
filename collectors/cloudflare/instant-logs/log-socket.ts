/** One websocket of a session: opened within 15 s, pinged, and ended with a word on how. Nothing in what it says comes from the server. */
import WebSocket from 'ws';
import { formatDuration } from '../../../src/format/time-format.js';
import type { Clock } from '../../../src/platform/clock.js';
import type { Secret } from '../../../src/platform/cloudflare/secret.js';
import type { Sleep } from '../../../src/platform/cloudflare/steady-time.js';

/** No record comes near; a message beyond ends the connection with 1009. Holds for what is inflated as well. */
export const LONGEST_MESSAGE = 2 * 2 ** 20;

const CONNECT_MS = 15_000;
const PING_MS = 30_000;
/** Two pings and a half without any sign of life. */
const SILENCE_MS = 75_000;
const GOODBYE_MS = 1000;

export interface SocketDoor {
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** Before the first message. */
  readonly onOpen: (socket: LogSocket) => void;
  /** The bytes are the receiver's to keep. */
  readonly onMessage: (bytes: Uint8Array) => void;
}

export interface SocketEnd {
  /** "close 1006 (broke off)", "no answer within 15 s", "HTTP 429". */
  readonly words: string;
  /** Of the upgrade, where it was refused; 0: it was not. */
  readonly httpStatus: number;
  readonly isTooBig: boolean;
  /** Since when nothing can have been received. */
  readonly sinceMs: number;
}

const CLOSE_WORDS: Readonly<Record<number, string>> = {
  1000: 'ended',
  1001: 'going away',
  1006: 'broke off',
  1008: 'refused',
  1009: 'message too big',
  1011: 'server error',
  1012: 'restarting',
  1013: 'try later',
};

export class LogSocket {
  readonly ended: Promise<SocketEnd>;
  readonly #socket: WebSocket;
  readonly #door: SocketDoor;
  readonly #over = new AbortController();
  readonly #gone = new AbortController();
  readonly #opened: Promise<void>;
  #end: SocketEnd | null = null;
  #resolveEnd: (end: SocketEnd) => void = () => {};
  #heardMs: number;
  #openedMs: number | null = null;
  #isTooBig = false;

  constructor(url: Secret, door: SocketDoor) {
    this.#door = door;
    this.#heardMs = door.clock.nowMs();
    this.ended = new Promise((resolve) => (this.#resolveEnd = resolve));
    this.#socket = new WebSocket(url.reveal(), {
      perMessageDeflate: true,
      maxPayload: LONGEST_MESSAGE,
      followRedirects: false,
      skipUTF8Validation: true, // the reader takes bytes as they are
      headers: { 'user-agent': 'ddostop' },
    });
    this.#opened = new Promise((resolve) => this.#listen(resolve));
    door.sleep(CONNECT_MS, this.#over.signal).then(() => {
      if (this.#openedMs === null) this.#finish(`no answer within ${CONNECT_MS / 1000} s`);
    });
  }

  /** Null: it never was. */
  get openedMs(): number | null {
    return this.#openedMs;
  }

  get end(): SocketEnd | null {
    return this.#end;
  }

  /** True: open. False: ended before, see `end`. */
  async open(): Promise<boolean> {
    await Promise.race([this.#opened, this.ended]);
    return this.#end === null;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#heard(); // answers may have been waiting behind what was not read
    this.#socket.resume();
  }

  /** From here on nothing of it arrives. */
  close(): void {
    this.#finish('closed by us', 1000);
  }

  #listen(opened: () => void): void {
    const socket = this.#socket;
    socket.on('open', () => {
      this.#openedMs = this.#door.clock.nowMs();
      this.#heard();
      if (this.#end !== null) return;
      this.#door.onOpen(this);
      opened();
      this.#keepAlive();
    });
    socket.on('message', (data) => {
      this.#heard();
      if (this.#end === null) this.#door.onMessage(data as Buffer);
    });
    socket.on('ping', () => this.#heard());
    socket.on('pong', () => this.#heard());
    socket.on('unexpected-response', (_request, response) => {
      this.#finish(`HTTP ${response.statusCode ?? 0}`, 0, response.statusCode ?? 0);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // Only the code: a message may quote what was sent or asked for. An error while open is followed by a close.
      this.#isTooBig = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
      if (this.#openedMs === null)
        this.#finish(/^[A-Z_0-9]{1,60}$/.test(error.code ?? '') ? (error.code as string) : 'no websocket');
    });
    socket.on('close', (code) => {
      this.#gone.abort();
      const shown = this.#isTooBig ? 1009 : code;
      const words = CLOSE_WORDS[shown];
      this.#finish(`close ${shown}${words === undefined ? '' : ` (${words})`}`);
    });
  }

  async #keepAlive(): Promise<void> {
    const { clock, sleep } = this.#door;
    for (let tick = 1; ; tick += 1) {
      await sleep(PING_MS / 2, this.#over.signal);
      if (this.#end !== null) return;
      if (tick % 2 === 0) this.#socket.ping();
      if (this.#socket.isPaused) this.#heard();
      const silentMs = clock.nowMs() - this.#heardMs;
      if (silentMs >= SILENCE_MS)
        return this.#finish(`no sign of life for ${formatDuration(silentMs / 1000)}`, 0, 0, this.#heardMs);
    }
  }

  #heard(): void {
    this.#heardMs = this.#door.clock.nowMs();
  }

  /** `code` 0: whoever is there does not listen. */
  #finish(words: string, code = 0, httpStatus = 0, sinceMs = this.#door.clock.nowMs()): void {
    if (this.#end !== null) return;
    this.#end = { words, httpStatus, isTooBig: this.#isTooBig, sinceMs };
    this.#over.abort();
    this.#resolveEnd(this.#end);
    this.#socket.on('error', () => {}); // terminate() on a socket under way says so as an error
    if (code === 0 || this.#socket.readyState !== WebSocket.OPEN) {
      this.#socket.terminate();
      return;
    }
    this.#socket.resume(); // a closing frame is not seen by who does not read
    this.#socket.close(code);
    this.#door.sleep(GOODBYE_MS, this.#gone.signal).then(() => this.#socket.terminate());
  }
}
