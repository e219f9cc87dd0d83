/** The screen of a state as a user sees it: Ink's virtual frame through the cell writer into a terminal emulator. */
import { PassThrough } from 'node:stream';
import { render } from 'ink';
import { Screen } from '../../components/screens/Screen.js';
import type { ScreenProps } from '../../components/screens/screen-props.js';
import { DARK_THEME } from '../../components/theme/theme.js';
import type { Tick } from '../../src/app/ingest/feed.js';
import { screenProps } from '../../src/app/screen/ui-props.js';
import { initialUi, type UiEvent, type UiOptions, type UiState } from '../../src/app/screen/ui-state.js';
import { update } from '../../src/app/screen/ui-update.js';
import { ScreenWriter } from '../../src/terminal/screen-writer.js';
import { VirtualStdout } from '../../src/terminal/virtual-stdout.js';
import { FIXTURE_START_SEC, makeTick } from './snapshot-fixture.js';
import { XtermScreen } from './xterm-screen.js';

export const FIXTURE_NOW_MS = (FIXTURE_START_SEC + 100) * 1000;

export const FIXTURE_OPTIONS: UiOptions = {
  isReadOnly: false,
  cannotAct: null,
  cannotActAtEdge: null,
  backend: 'nft',
  actsOn: '',
  ttlSec: 600,
  confirmWindowSec: 30,
  allow: [],
  rows: 200,
  themes: ['dark', 'light', 'contrast'],
  hasEdge: false,
  notKept: 'nothing is kept in a test',
};

/** A state after these events, at a size. */
export function stateAfter(
  columns: number,
  rows: number,
  events: readonly UiEvent[],
  options: Partial<UiOptions> = {},
): UiState {
  let state = initialUi({ ...FIXTURE_OPTIONS, ...options }, columns, rows, FIXTURE_NOW_MS, 'dark');
  for (const event of events) ({ state } = update(state, event));
  return state;
}

export const tickEvent = (tick: Tick = makeTick(160), nowMs = FIXTURE_NOW_MS): UiEvent => ({
  kind: 'tick',
  tick,
  nowMs,
});
export const keyEvents = (keys: readonly string[], nowMs = FIXTURE_NOW_MS + 100): UiEvent[] =>
  keys.map((key) => ({ kind: 'key', key, nowMs }));

export interface Rendered {
  readonly screen: XtermScreen;
  /** Rows the frame had beyond the screen; must be 0. */
  readonly overflowRows: number;
  readonly frame: string;
}

export async function renderProps(props: ScreenProps): Promise<Rendered> {
  const stdout = new VirtualStdout(props.columns, props.rows);
  const nowhere = new PassThrough();
  const ink = render(<Screen {...props} />, {
    stdout: stdout.asWriteStream(),
    stdin: nowhere as unknown as NodeJS.ReadStream,
    stderr: nowhere as unknown as NodeJS.WriteStream,
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  const { frame } = stdout;
  ink.unmount();
  const screen = new XtermScreen(props.columns, props.rows);
  const capabilities = { depth: 'truecolor', unicode: !props.isAscii, sync: false, remote: false } as const;
  const writer = new ScreenWriter(props.columns, props.rows, capabilities, (text) => void screen.terminal.write(text));
  writer.show(frame);
  await screen.write('');
  return { screen, overflowRows: writer.overflowRows, frame };
}

const LOG = [{ atMs: FIXTURE_NOW_MS - 60_000, text: 'pcap eth0: live', repeats: 1 }];

export function renderState(state: UiState, isAscii = false): Promise<Rendered> {
  return renderProps(screenProps(state, { theme: DARK_THEME, isAscii, log: LOG }));
}
