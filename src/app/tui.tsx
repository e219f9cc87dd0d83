/**
 * The terminal program: feed and keys in, frames out. State changes go through the pure reducer; its effects are carried
 * out here. Ink draws into a virtual frame; only the terminal owner writes to the terminal.
 */
import { PassThrough } from 'node:stream';
import { render } from 'ink';
import type { Notice } from '../../components/panels/BottomLines.js';
import { Screen } from '../../components/screens/Screen.js';
import { DARK_THEME, THEMES, type Theme, themeByName } from '../../components/theme/theme.js';
import type { DetectionConfig } from '../config/threshold-config.js';
import { messageOf } from '../errors.js';
import type { Incident } from '../incident/incident.js';
import { siteIncidentsOf } from '../incident/site-incident.js';
import { auditWords } from '../mitigation/audit-words.js';
import type { MitigationDoor } from '../mitigation/door.js';
import type { MitigationBackend } from '../mitigation/types.js';
import type { EvidenceRequest } from '../recording/evidence-request.js';
import type { DiffRequest } from '../records/diff-request.js';
import type { Analysis } from '../signature/analysis.js';
import type { EdgeView } from '../snapshot/edge-view.js';
import { ByteGovernor } from '../terminal/byte-governor.js';
import { type Capabilities, detectCapabilities } from '../terminal/capabilities.js';
import type { ColourHint } from '../terminal/colour.js';
import { FrameClock } from '../terminal/frame-clock.js';
import { Terminal } from '../terminal/terminal.js';
import { VirtualStdout } from '../terminal/virtual-stdout.js';
import type { AnalysisDoor } from './analysis-door.js';
import type { CasesDoor } from './cases-door.js';
import type { ConfigFile } from './config-file.js';
import type { EdgeDoor } from './edge-desk.js';
import { type EdgeListener, tellNews } from './edge-events.js';
import type { EdgeDiffAsk } from './edge-protocol.js';
import type { Feed, Tick } from './feed.js';
import type { RulesDoor } from './rules-desk.js';
import { NOTHING_LEFT_OUT, sheddingWords } from './shedding-words.js';
import { runCase } from './ui-case-effects.js';
import type { DiffEffect } from './ui-diff-view.js';
import { wantedOf } from './ui-edge.js';
import { runEffect } from './ui-effects.js';
import { progressWords, resultWords } from './ui-evidence.js';
import { isUnconfirmed } from './ui-mitigation.js';
import { screenProps } from './ui-props.js';
import { initialUi, OPENING_DOOR, type UiEffect, type UiEvent, type UiState } from './ui-state.js';
import { update } from './ui-update.js';

/** Why nothing can be done: with the firewall, and at the edge; null = actions are possible. */
export interface CannotAct {
  readonly firewall: string | null;
  readonly edge: string | null;
}

export interface TuiOptions {
  readonly feed: Feed;
  /** null = nothing can be done here; `cannotAct` says why. It may still be being opened. */
  readonly mitigation: MitigationDoor | null;
  /** null = no counters here, and why. */
  readonly rules: RulesDoor | null;
  /** Counters from the start, on their screen first. */
  readonly startsWithRules: boolean;
  /** No packets: the requests are what there is to see. */
  readonly startsWithEdge: boolean;
  /** null = no zone is watched. */
  readonly edge: EdgeDoor | null;
  /** null = incidents are not kept, and nobody is told of them. */
  readonly cases: CasesDoor | null;
  /** Ids of incidents of this run begin with it. */
  readonly idPrefix: string;
  /** null = no configuration file; a changed one is read again. */
  readonly config: ConfigFile | null;
  readonly setDetection: (detection: DetectionConfig) => void;
  /** null = no diffs here. */
  readonly analysis: AnalysisDoor | null;
  /** Why nothing can be done, once it is known; shown in the preview. null = actions are possible. Read-only has its own words. Never rejects. */
  readonly cannotAct: Promise<CannotAct>;
  readonly readOnly: boolean;
  readonly ascii: boolean;
  /** Frames per second, 1..10; null = 4, and 2 over SSH. */
  readonly fps: number | null;
  /** null = no limit. */
  readonly maxBytesPerSec: number | null;
  /** Name of a theme; an unknown one is the dark one. */
  readonly theme: string;
  /** Firewall of mitigations, and the host it is on; "" is this machine. */
  readonly backend: MitigationBackend;
  readonly actsOn: string;
  /** Of a mitigation, seconds. */
  readonly ttlSec: number;
  readonly confirmWindowSec: number;
  /** Prefixes never to be dropped. */
  readonly allow: readonly string[];
  /** Rows asked for per table, 1..500. */
  readonly tableRows: number;
  /** Gives the screen back with exit code 1: the source can never work. */
  readonly stop?: AbortSignal;
  /** The program was suspended for so long; what the feed brings next is behind a gap. */
  readonly onGap?: (seconds: number) => void;
}

export const TUI_DEFAULTS = {
  readOnly: false,
  ascii: false,
  fps: null,
  maxBytesPerSec: null,
  theme: DARK_THEME.name,
  backend: 'nft',
  actsOn: '',
  ttlSec: 600,
  confirmWindowSec: 30,
  allow: [],
  tableRows: 200,
  rules: null,
  edge: null,
  cases: null,
  idPrefix: 'i',
  config: null,
  setDetection: () => {},
  startsWithRules: false,
  startsWithEdge: false,
} as const;

const NO_RULES_HERE =
  'This is the built-in scenario: no firewall is read. Start with --netfilter, here or with a HOST for one over ssh.';
const NOT_KEPT = 'Incidents of this source are not kept: a live one is, or a capture with --store DIR.';
const LOCAL_FPS = 4;
const REMOTE_FPS = 2;
// Countdowns, notices and the freeze badge move without the feed.
const CLOCK_MS = 250;
const LIST_MS = 1000;
const CONFIG_MS = 3000;
const IDLE_LIST_EVERY = 10;

/** Takes the screen until the user quits or a signal comes; resolves with the exit code. The feed stays open: close it. */
export function runTui(options: TuiOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    try {
      new Tui(options, resolve).start();
    } catch (error) {
      reject(error);
    }
  });
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

class Tui {
  readonly #options: TuiOptions;
  readonly #resolve: (exitCode: number) => void;
  readonly #capabilities: Capabilities;
  readonly #terminal: Terminal;
  readonly #stdout: VirtualStdout;
  readonly #clock: FrameClock;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #undo: (() => void)[] = [];
  #ink: ReturnType<typeof render> | null = null;
  #state: UiState;
  #theme: Theme;
  #lists = 0;
  #isListing = false;
  #lastSourceWords = '';
  #lastLoadWords: string | null = null;
  #lastIncidents = '';
  #sites: readonly Incident[] = [];
  #isOver = false;

  constructor(options: TuiOptions, resolve: (exitCode: number) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#capabilities = detectCapabilities(process.env, options.ascii);
    this.#theme = themeByName(options.theme) ?? DARK_THEME;
    this.#terminal = Terminal.open({
      capabilities: this.#capabilities,
      colourHints: colourHints(),
      onKey: (key) => this.#pressed(key),
      onRedraw: () => this.#resize(),
      onDrain: () => this.#clock.drained(),
      onResume: (gapSec) => {
        options.onGap?.(gapSec);
        this.#dispatch({ kind: 'resumed', gapSec, nowMs: Date.now() }, true);
      },
      onStop: (exitCode) => this.#finish(exitCode),
      onLog: () => this.#clock.request(),
    });
    const { columns, rows } = this.#terminal;
    this.#stdout = new VirtualStdout(columns, rows);
    const cannotAct = options.readOnly
      ? 'Read-only: nothing can be applied from here. Start without --read-only to act.'
      : OPENING_DOOR;
    this.#state = initialUi(
      {
        isReadOnly: options.readOnly,
        cannotAct,
        cannotActAtEdge: cannotAct,
        backend: options.backend,
        actsOn: options.actsOn,
        ttlSec: options.ttlSec,
        confirmWindowSec: options.confirmWindowSec,
        allow: options.allow,
        rows: options.tableRows,
        themes: THEMES.map((theme) => theme.name),
        hasEdge: options.edge !== null,
        notKept: options.cases === null ? NOT_KEPT : null,
      },
      columns,
      rows,
      Date.now(),
      this.#theme.name,
    );
    this.#clock = new FrameClock({
      fps: options.fps ?? (this.#capabilities.remote ? REMOTE_FPS : LOCAL_FPS),
      governor: new ByteGovernor(options.maxBytesPerSec ?? Number.POSITIVE_INFINITY),
      isBusy: () => this.#terminal.isBusy,
      draw: () => this.#draw(),
      nowMs: () => performance.now(),
    });
  }

  start(): void {
    this.#clock.request(true); // "waiting for packets" comes before the first packet
    this.#options.feed.setView(this.#state.view);
    this.#options.feed.listenToNews(({ text, isGood }) => this.#say(text, isGood ? 'ok' : 'critical'));
    this.#undo.push(this.#options.feed.subscribe((tick) => this.#take(tick)));
    this.#timers.push(
      setInterval(() => this.#tickClock(), CLOCK_MS),
      setInterval(() => this.#list(), LIST_MS),
      setInterval(() => void this.#lookAtConfig(), CONFIG_MS),
    );
    void this.#enter();
    this.#watchEdge();
    this.#options.cases?.watch({
      news: (news) => this.#dispatch({ kind: 'cases', news }, false),
      say: (text, color) => this.#say(text, color),
    });
    if (this.#options.startsWithRules) this.#dispatch({ kind: 'key', key: '5', nowMs: Date.now() }, true);
    const { stop } = this.#options;
    if (stop?.aborted) this.#finish(1);
    else stop?.addEventListener('abort', () => this.#finish(1), { once: true });
  }

  #pressed(key: string): void {
    this.#options.edge?.touch();
    this.#dispatch({ kind: 'key', key, nowMs: Date.now() }, true);
  }

  #take(packets: Tick): void {
    if (this.#isOver) return;
    const tick = this.#sites.length === 0 ? packets : { ...packets, incidents: [...packets.incidents, ...this.#sites] };
    const { name, state, detail } = tick.snapshot.source;
    const words = `${name}: ${state}${detail ? `, ${detail}` : ''}`;
    if (words !== this.#lastSourceWords) this.#terminal.log.add(words);
    // Figures change on the screen when the tables do, twice a second; only news of an attack or of the source comes at once.
    const before = this.#state;
    const incidents = tick.incidents.map((incident) => incident.id + incident.state).join();
    if (tick.incidents.length > 0 && this.#lastIncidents === '') this.#options.analysis?.prepare();
    const load = sheddingWords(tick.snapshot.shedding);
    if (load !== this.#lastLoadWords) this.#terminal.log.add(load ?? NOTHING_LEFT_OUT);
    const isNews = words !== this.#lastSourceWords || load !== this.#lastLoadWords || incidents !== this.#lastIncidents;
    this.#lastSourceWords = words;
    this.#lastLoadWords = load;
    this.#lastIncidents = incidents;
    const { state: next, effects } = update(before, { kind: 'tick', tick, nowMs: Date.now() });
    this.#state = next;
    for (const effect of effects) this.#run(effect);
    this.#options.cases?.take(tick);
    if (isNews || this.#state.tablesAtMs !== before.tablesAtMs) this.#clock.request();
  }

  #dispatch(event: UiEvent, isUrgent: boolean): void {
    if (this.#isOver) return;
    const { state, effects } = update(this.#state, event);
    const isChanged = state !== this.#state;
    this.#state = state;
    if (isChanged || isUrgent) this.#clock.request(isUrgent);
    for (const effect of effects) this.#run(effect);
  }

  #run(effect: UiEffect): void {
    switch (effect.kind) {
      case 'setView':
        this.#options.feed.setView(effect.view);
        break;
      case 'copy':
        if (!this.#terminal.copy(effect.text)) {
          this.#dispatch(
            {
              kind: 'notice',
              notice: { text: 'Too long for the clipboard of a terminal.', color: 'suspect' },
              nowMs: Date.now(),
            },
            true,
          );
        }
        break;
      case 'evidence':
        void this.#writeEvidence(effect.request);
        break;
      case 'analyse':
      case 'measure':
        void this.#analyse(effect);
        break;
      case 'audit':
        void this.#readAudit();
        break;
      case 'watchRules':
        this.#watchRules();
        break;
      case 'openSet':
        this.#options.rules?.open(effect.key);
        break;
      case 'setEdgeView':
        this.#options.edge?.setView(effect.view);
        break;
      case 'filterAtEdge':
        this.#options.edge?.filterThere(effect.isOn ? this.#state.edge.filter : null);
        break;
      case 'askIntel':
        this.#options.edge?.askIntel(effect.address);
        break;
      case 'acknowledge':
      case 'markIncident':
      case 'openCase':
      case 'tellHook':
      case 'testHook':
      case 'lookAtTeam':
        if (this.#options.cases !== null) void runCase(effect, this.#options.cases);
        break;
      case 'repaint':
        this.#terminal.repaint();
        break;
      case 'suspend':
        this.#terminal.suspend();
        break;
      case 'quit':
        this.#finish(0);
        break;
      default:
        void runEffect(effect, this.#options, this.#state).then((result) => {
          if ('message' in result) this.#terminal.log.add(result.message);
          this.#dispatch({ kind: 'result', result, nowMs: Date.now() }, true);
          this.#list();
        });
    }
  }

  async #readAudit(): Promise<void> {
    const records = await (this.#options.mitigation?.history() ?? Promise.resolve([]));
    this.#dispatch({ kind: 'audited', lines: records.map(auditWords) }, true);
  }

  /** What it says is in force within seconds; a slip changes nothing, and is told with its line. */
  async #lookAtConfig(): Promise<void> {
    const { config: file, setDetection } = this.#options;
    if (file === null) return;
    await file.watch.look();
    for (const { config, text } of file.news.splice(0)) {
      if (config !== null) setDetection(config.detection);
      this.#say(text, config === null ? 'critical' : 'ok');
    }
  }

  #watchRules(): void {
    const { rules } = this.#options;
    if (rules === null) {
      this.#dispatch({ kind: 'rulesWhy', text: NO_RULES_HERE }, true);
      return;
    }
    rules.watch((news) => {
      if (news.type === 'view') this.#dispatch({ kind: 'rules', view: news.view, nowMs: Date.now() }, false);
      else this.#dispatch({ kind: 'rulesWhy', text: news.type === 'advice' ? news.text : news.message }, false);
    });
  }

  /** A zone is read from the start: what was before an attack is what good means. */
  #watchEdge(): void {
    const { edge } = this.#options;
    if (edge === null) return;
    const listener: EdgeListener = {
      dispatch: (event) => this.#dispatch(event, false),
      log: (text) => this.#terminal.log.add(text),
      say: (text, color) => this.#say(text, color),
    };
    edge.watch((news) => {
      if (this.#isOver) return;
      if (news.type === 'view') this.#takeOnsets(news.view);
      if (news.type === 'network') this.#options.cases?.alerted(news.view);
      tellNews(news, Date.now(), listener);
    });
    edge.setView(wantedOf(this.#state));
    if (this.#options.startsWithEdge) this.#dispatch({ kind: 'key', key: '4', nowMs: Date.now() }, true);
  }

  /** Hosts with far more requests than before are incidents like any other. */
  #takeOnsets(view: EdgeView): void {
    if (view.onsets.length > 0) this.#options.analysis?.prepare();
    this.#sites = siteIncidentsOf(view, this.#options.idPrefix, this.#sites);
  }

  async #analyse(effect: DiffEffect): Promise<void> {
    const { analysis: door } = this.#options;
    const fail = (error: unknown) =>
      this.#dispatch({ kind: 'analysisFailed', message: messageOf(error), nowMs: Date.now() }, true);
    try {
      if (door === null) throw new Error('There is no analysis here.');
      if (effect.kind === 'analyse') {
        const analysis = await door.analyse(effect.request);
        this.#sign(effect.request, analysis);
        this.#dispatch({ kind: 'analysed', analysis, nowMs: Date.now() }, true);
        return;
      }
      const { rule, backends } = await door.measure(effect.match);
      this.#dispatch({ kind: 'measured', match: effect.match, rule, backends, nowMs: Date.now() }, true);
    } catch (error) {
      fail(error);
    }
  }

  /** A rule found for the target of an incident belongs to it. */
  #sign(request: DiffRequest | EdgeDiffAsk, analysis: Analysis): void {
    const open = this.#state.newest?.incidents.find(
      ({ target, state }) => target === request.target && state !== 'ended',
    );
    if (open !== undefined) this.#options.cases?.signed(open.id, analysis);
  }

  async #writeEvidence(request: EvidenceRequest): Promise<void> {
    try {
      const result = await this.#options.feed.writeEvidence(request, (progress) =>
        this.#say(progressWords(request, progress), 'accent'),
      );
      const { notice, log } = resultWords(result);
      this.#say(notice, result.remarks.length === 0 ? 'ok' : 'suspect', log);
      const { incident } = request;
      if (incident === null) return;
      const path = await this.#options.cases?.writeReport(incident.id, result);
      if (path) this.#say(`Report: ${path}`, 'ok');
    } catch (error) {
      this.#say(messageOf(error), 'critical');
    }
  }

  /** In the log, and for a moment in the last line. */
  #say(text: string, color: Notice['color'], log = text): void {
    if (this.#isOver) return;
    this.#terminal.log.add(log);
    this.#dispatch({ kind: 'notice', notice: { text, color }, nowMs: Date.now() }, true);
  }

  #tickClock(): void {
    const { frozen, mitigation, notice, gap, screen } = this.#state;
    // Who has it on the screen looks at it, without pressing a key.
    if (screen === 'requests') this.#options.edge?.touch();
    if (frozen || mitigation || notice || gap) this.#dispatch({ kind: 'clock', nowMs: Date.now() }, false);
  }

  /** What the kernel drops for us: every second while it matters, seldom otherwise. */
  #list(): void {
    const { mitigation: door } = this.#options;
    if (!door || this.#isListing || this.#isOver) return;
    void this.#expire(door);
    const { screen, actions, mitigation } = this.#state;
    const matters =
      screen === 'actions' || actions.length > 0 || isUnconfirmed(mitigation) || mitigation?.phase === 'confirmed';
    this.#lists += 1;
    if (!matters && this.#lists % IDLE_LIST_EVERY !== 1) return;
    this.#isListing = true;
    door
      .list()
      .then(
        (live) => {
          this.#dispatch({ kind: 'listed', actions: live, nowMs: Date.now() }, false);
          this.#options.cases?.listed(live);
          // One that is gone has ended or was taken out: the log knows.
          if (live.length < actions.length || this.#lists % IDLE_LIST_EVERY === 1) return this.#lookForVanished(door);
          return undefined;
        },
        (error) => this.#dispatch({ kind: 'listFailed', message: messageOf(error) }, false),
      )
      .finally(() => {
        this.#isListing = false;
      });
  }

  /** Where nothing ends by itself, this program ends it. */
  async #expire(door: MitigationDoor): Promise<void> {
    for (const { id, failure } of (await door.expireDue?.(Date.now())) ?? [])
      this.#say(
        failure === null
          ? `${id}: its time was over, it has been taken back.`
          : `${id} is over, and: ${failure.message}`,
        failure === null ? 'ok' : 'critical',
      );
  }

  async #lookForVanished(door: MitigationDoor): Promise<void> {
    const vanished = await door.vanished().catch(() => []); // the list has said why it cannot be read
    this.#dispatch({ kind: 'vanished', vanished }, false);
  }

  /** From the moment the door is open. */
  async #enter(): Promise<void> {
    const { cannotAct, readOnly } = this.#options;
    const why = await cannotAct;
    if (!readOnly) this.#dispatch({ kind: 'door', cannotAct: why.firewall, cannotActAtEdge: why.edge }, false);
    this.#list();
    if ((why.firewall === null || why.edge === null) && !readOnly) await this.#lookBack();
  }

  /** What an earlier run has left: begun and not finished, or in force still. */
  async #lookBack(): Promise<void> {
    const { mitigation: door } = this.#options;
    if (door === null) return;
    try {
      const { live: all, unfinished } = await door.survey();
      const live = all.filter(({ state }) => state !== 'ended');
      for (const { action, id, time, outcome } of unfinished)
        this.#say(`${action} ${id} of ${time} was cut off: ${outcome}`, 'suspect');
      for (const { id, problem } of live) if (problem !== undefined) this.#say(`${id}: ${problem}.`, 'suspect');
      if (live.length > 0) this.#say(`${live.length} in force from before: 7 shows them.`, 'suspect');
    } catch (error) {
      this.#terminal.log.add(messageOf(error));
    }
  }

  #resize(): void {
    const { columns, rows } = this.#terminal;
    this.#stdout.resize(columns, rows);
    this.#dispatch({ kind: 'resize', columns, rows }, true);
  }

  /** Ink renders the newest state at once (debug mode: one commit, one whole frame); the writer sends the difference. */
  #draw(): number {
    if (this.#state.themeName !== this.#theme.name) this.#theme = themeByName(this.#state.themeName) ?? this.#theme;
    const props = screenProps(this.#state, {
      theme: this.#theme,
      isAscii: !this.#capabilities.unicode,
      log: this.#terminal.log.lines,
    });
    const screen = <Screen {...props} />;
    if (this.#ink) this.#ink.rerender(screen);
    else this.#ink = this.#renderFirst(screen);
    return this.#terminal.writer.show(this.#stdout.frame);
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

  #finish(exitCode: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#clock.stop();
    for (const timer of this.#timers) clearInterval(timer);
    for (const step of this.#undo.splice(0)) step();
    this.#terminal.close();
    this.#ink?.unmount();
    this.#resolve(exitCode);
  }
}
