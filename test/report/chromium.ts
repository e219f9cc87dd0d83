/** A real browser over its DevTools protocol: opens a file, and says what it asked for, what it complained about, and how its pages look. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Null where none is installed. */
export function findChromium(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const name of NAMES) for (const folder of folders) if (existsSync(join(folder, name))) return join(folder, name);
  return null;
}

type Message = Readonly<Record<string, unknown>>;

export interface Sight {
  /** URLs, that of the file itself first. */
  readonly requests: readonly string[];
  /** Console, exceptions, broken policies, dialogs. */
  readonly complaints: readonly string[];
  /** Elements by name. */
  readonly elements: Readonly<Record<string, number>>;
  /** What a reader reads, attributes left out. */
  readonly text: string;
}

const LOOK = `JSON.stringify({
  text: document.body.innerText,
  elements: [...document.querySelectorAll('*')].reduce((all, one) => { all[one.localName] = (all[one.localName] ?? 0) + 1; return all; }, {}),
})`;

export class Chromium {
  readonly #child: ChildProcess;
  readonly #socket: WebSocket;
  readonly #folder: string;
  readonly #waiting = new Map<number, { done: (result: Message) => void; fail: (error: Error) => void }>();
  readonly #listeners = new Map<string, (method: string, params: Message) => void>();
  #lastId = 0;

  private constructor(child: ChildProcess, socket: WebSocket, folder: string) {
    this.#child = child;
    this.#socket = socket;
    this.#folder = folder;
    socket.on('message', (data) => this.#take(JSON.parse(String(data)) as Message));
    socket.on('close', () => {
      for (const { fail } of this.#waiting.values()) fail(new Error('the browser has gone'));
    });
  }

  static async start(path: string): Promise<Chromium> {
    const folder = await mkdtemp(join(tmpdir(), 'ddostop-chromium-'));
    const flags = [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
    ];
    const args = [...flags, `--user-data-dir=${folder}`, '--remote-debugging-port=0', 'about:blank'];
    const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    const url = await debuggerUrl(child);
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 256 * 1024 * 1024 });
    await new Promise((done, fail) => socket.once('open', done).once('error', fail));
    return new Chromium(child, socket, folder);
  }

  /** Opens a page and hands it to `use`; closed afterwards. */
  async withPage<Result>(url: string, use: (page: Page) => Promise<Result>): Promise<Result> {
    const { targetId } = await this.#ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.#ask('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page((method, params) => this.#ask(method, params, String(sessionId)));
    this.#listeners.set(String(sessionId), (method, params) => page.hear(method, params));
    await page.open(url);
    const result = await use(page);
    await this.#ask('Target.closeTarget', { targetId });
    return result;
  }

  async close(): Promise<void> {
    const gone = new Promise((done) => this.#child.once('exit', done));
    await this.#ask('Browser.close', {}).catch(() => undefined);
    await gone;
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  #ask(method: string, params: Message, sessionId?: string): Promise<Message> {
    const id = ++this.#lastId;
    return new Promise((done, fail) => {
      this.#waiting.set(id, { done, fail });
      this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    });
  }

  #take({ id, method, params, result, error, sessionId }: Message): void {
    if (typeof method === 'string') {
      this.#listeners.get(String(sessionId))?.(method, params as Message);
      return;
    }
    const waiting = this.#waiting.get(id as number);
    this.#waiting.delete(id as number);
    if (error === undefined) waiting?.done(result as Message);
    else waiting?.fail(new Error(JSON.stringify(error)));
  }
}

async function debuggerUrl(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
    const url = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stderr?.resume();
    return url;
  }
  throw new Error('the browser ended before it said where it listens');
}

type Ask = (method: string, params: Message) => Promise<Message>;

export class Page {
  readonly #ask: Ask;
  readonly #requests: string[] = [];
  readonly #complaints: string[] = [];
  #loaded: () => void = () => undefined;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  hear(method: string, params: Message): void {
    if (method === 'Page.loadEventFired') this.#loaded();
    else if (method === 'Network.requestWillBeSent') this.#requests.push((params['request'] as { url: string }).url);
    else if (
      ['Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded', 'Audits.issueAdded'].includes(method)
    )
      this.#complaints.push(`${method} ${JSON.stringify(params).slice(0, 500)}`);
    else if (method === 'Page.javascriptDialogOpening') {
      this.#complaints.push(`dialog ${String(params['message'])}`);
      void this.#ask('Page.handleJavaScriptDialog', { accept: false });
    }
  }

  async open(url: string): Promise<void> {
    for (const domain of ['Page', 'Network', 'Runtime', 'Log', 'Audits']) await this.#ask(`${domain}.enable`, {});
    const loaded = new Promise<void>((done) => {
      this.#loaded = done;
    });
    await this.#ask('Page.navigate', { url });
    await loaded;
  }

  async look(): Promise<Sight> {
    const { result } = await this.#ask('Runtime.evaluate', { expression: LOOK, returnByValue: true });
    const seen = JSON.parse((result as { value: string }).value) as Pick<Sight, 'text' | 'elements'>;
    return { ...seen, requests: [...this.#requests], complaints: [...this.#complaints] };
  }

  /** Of an expression that gives a number. */
  async measure(expression: string): Promise<number> {
    const { result } = await this.#ask('Runtime.evaluate', { expression, returnByValue: true });
    return (result as { value: number }).value;
  }

  /** As the page asks for it, by its own size of paper. */
  async printed(): Promise<Buffer> {
    const { data } = await this.#ask('Page.printToPDF', { preferCSSPageSize: true, printBackground: false });
    return Buffer.from(String(data), 'base64');
  }

  async as(
    features: { readonly media: 'screen' | 'print'; readonly scheme: 'light' | 'dark' },
    width: number,
  ): Promise<void> {
    await this.#ask('Emulation.setDeviceMetricsOverride', { width, height: 1000, deviceScaleFactor: 1, mobile: false });
    await this.#ask('Emulation.setEmulatedMedia', {
      media: features.media,
      features: [{ name: 'prefers-color-scheme', value: features.scheme }],
    });
  }

  /** PNG of `height` pixels from `y` on. */
  async picture(width: number, y: number, height: number): Promise<Buffer> {
    const clip = { x: 0, y, width, height, scale: 1 };
    const { data } = await this.#ask('Page.captureScreenshot', { format: 'png', clip, captureBeyondViewport: true });
    return Buffer.from(String(data), 'base64');
  }
}
