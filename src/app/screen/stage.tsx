/**
 * Where the screen is drawn: Ink renders into a virtual frame, and the terminal owner, the only one who writes to the terminal, sends the difference, as
 * often as frame rate and bytes allow.
 */
import { PassThrough } from 'node:stream';
import { render } from 'ink';
import { Screen } from '../../../components/screens/Screen.js';
import type { ScreenProps } from '../../../components/screens/screen-props.js';
import { THEMES } from '../../../components/theme/theme.js';
import { ByteGovernor } from '../../terminal/byte-governor.js';
import { type Capabilities, detectCapabilities } from '../../terminal/capabilities.js';
import type { ColourHint } from '../../terminal/colour.js';
import { FrameClock } from '../../terminal/frame-clock.js';
import { Terminal, type TerminalOptions } from '../../terminal/terminal.js';
import { VirtualStdout } from '../../terminal/virtual-stdout.js';

const LOCAL_FPS = 4;
const REMOTE_FPS = 2;

export interface StageOptions extends Pick<TerminalOptions, 'onKey' | 'onResume' | 'onStop'> {
  readonly ascii: boolean;
  /** Frames per second; null = 4, and 2 over SSH. */
  readonly fps: number | null;
  /** null = no limit. */
  readonly maxBytesPerSec: number | null;
  readonly onResize: () => void;
  /** Of what is shown now. */
  readonly props: () => ScreenProps;
}

export class Stage {
  readonly capabilities: Capabilities;
  readonly terminal: Terminal;
  readonly #options: StageOptions;
  readonly #stdout: VirtualStdout;
  readonly #clock: FrameClock;
  #ink: ReturnType<typeof render> | null = null;

  /** Takes the screen until `close`. */
  constructor(options: StageOptions) {
    this.#options = options;
    this.capabilities = detectCapabilities(process.env, options.ascii);
    this.terminal = Terminal.open({
      capabilities: this.capabilities,
      colourHints: colourHints(),
      onKey: options.onKey,
      onRedraw: () => this.#resize(),
      onDrain: () => this.#clock.drained(),
      onResume: options.onResume,
      onStop: options.onStop,
      onLog: () => this.#clock.request(),
    });
    const { columns, rows } = this.terminal;
    this.#stdout = new VirtualStdout(columns, rows);
    this.#clock = new FrameClock({
      fps: options.fps ?? (this.capabilities.remote ? REMOTE_FPS : LOCAL_FPS),
      governor: new ByteGovernor(options.maxBytesPerSec ?? Number.POSITIVE_INFINITY),
      isBusy: () => this.terminal.isBusy,
      draw: () => this.#draw(),
      nowMs: () => performance.now(),
    });
  }

  /** A frame soon; an urgent one (a key was pressed) at once. */
  request(isUrgent = false): void {
    this.#clock.request(isUrgent);
  }

  #resize(): void {
    const { columns, rows } = this.terminal;
    this.#stdout.resize(columns, rows);
    this.#options.onResize();
  }

  /** Debug mode: one commit, one whole frame. Returns the bytes sent. */
  #draw(): number {
    const screen = <Screen {...this.#options.props()} />;
    if (this.#ink) this.#ink.rerender(screen);
    else this.#ink = this.#renderFirst(screen);
    return this.terminal.writer.show(this.#stdout.frame);
  }

  #renderFirst(screen: React.JSX.Element): ReturnType<typeof render> {
    const nowhere = new PassThrough();
    return render(screen, {
      stdout: this.#stdout.asWriteStream(),
      stdin: nowhere as unknown as NodeJS.ReadStream, // keys are read by the terminal owner
      stderr: nowhere as unknown as NodeJS.WriteStream,
      debug: true,
      patchConsole: false,
      exitOnCtrlC: false,
      isScreenReaderEnabled: false,
    });
  }

  stopDrawing(): void {
    this.#clock.stop();
  }

  /** Gives the terminal back as it was. */
  close(): void {
    this.terminal.close();
    this.#ink?.unmount();
  }
}

function colourHints(): ColourHint[] {
  const hints: ColourHint[] = [];
  for (const theme of THEMES) {
    for (const [token, colour] of Object.entries(theme.colours)) {
      if (!colour) continue;
      const { rgb, ansi256, ansi16 } = colour;
      hints.push({
        rgb,
        ansi256,
        ansi16,
        monoBold: token === 'attack' || token === 'critical',
        monoDim: token === 'dim' || token === 'border',
      });
    }
  }
  return hints;
}
