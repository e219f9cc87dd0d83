/**
 * The terminal program: feed and keys in, frames out. State changes go through the pure reducer; its effects are carried
 * out here. Drawing is the stage's (stage.tsx).
 */
import type { Notice } from '../../../components/panels/BottomLines.js';
import type { ScreenProps } from '../../../components/screens/screen-props.js';
import { DARK_THEME, THEMES, type Theme, themeByName } from '../../../components/theme/theme.js';
import { messageOf } from '../../errors.js';
import type { Incident } from '../../incident/incident.js';
import { siteIncidentsOf } from '../../incident/site-incident.js';
import { auditWords } from '../../mitigation/audit-words.js';
import type { MitigationDoor } from '../../mitigation/door.js';
import type { EvidenceRequest } from '../../recording/evidence-request.js';
import type { DiffRequest } from '../../records/diff-request.js';
import type { Analysis } from '../../signature/analysis.js';
import type { EdgeView } from '../../snapshot/edge-view.js';
import type { EdgeDiffAsk } from '../edge/edge-protocol.js';
import type { Tick } from '../ingest/feed.js';
import { NOTHING_LEFT_OUT, sheddingWords } from '../ingest/shedding-words.js';
import { DoorWatch } from './door-watch.js';
import { type EdgeListener, tellNews } from './edge-events.js';
import { Stage } from './stage.js';
import type { TuiOptions } from './tui-options.js';
import { runCase } from './ui-case-effects.js';
import type { DiffEffect } from './ui-diff-view.js';
import { wantedOf } from './ui-edge.js';
import { runEffect } from './ui-effects.js';
import { progressWords, resultWords } from './ui-evidence.js';
import { screenProps } from './ui-props.js';
import { initialUi, OPENING_DOOR, type UiEffect, type UiEvent, type UiOptions, type UiState } from './ui-state.js';
import { update } from './ui-update.js';

const NO_RULES_HERE =
  'This is the built-in scenario: no firewall is read. Start with --netfilter, here or with a HOST for one over ssh.';
const NOT_KEPT = 'Incidents of this source are not kept: a live one is, or a capture with --store DIR.';
// Countdowns, notices and the freeze badge move without the feed.
const CLOCK_MS = 250;
const CONFIG_MS = 3000;

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

class Tui {
  readonly #options: TuiOptions;
  readonly #resolve: (exitCode: number) => void;
  readonly #stage: Stage;
  readonly #doorWatch: DoorWatch | null;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #undo: (() => void)[] = [];
  #state: UiState;
  #theme: Theme;
  #lastSourceWords = '';
  #lastLoadWords: string | null = null;
  #lastIncidents = '';
  #sites: readonly Incident[] = [];
  #isOver = false;

  constructor(options: TuiOptions, resolve: (exitCode: number) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#theme = themeByName(options.theme) ?? DARK_THEME;
    this.#stage = new Stage({
      ascii: options.ascii,
      fps: options.fps,
      maxBytesPerSec: options.maxBytesPerSec,
      onKey: (key) => this.#pressed(key),
      onResize: () => this.#dispatch({ kind: 'resize', ...this.#size() }, true),
      onResume: (gapSec) => {
        options.onGap?.(gapSec);
        this.#dispatch({ kind: 'resumed', gapSec, nowMs: Date.now() }, true);
      },
      onStop: (exitCode) => this.#finish(exitCode),
      props: () => this.#props(),
    });
    const { columns, rows } = this.#size();
    this.#state = initialUi(this.#uiOptions(), columns, rows, Date.now(), this.#theme.name);
    this.#doorWatch = options.mitigation === null ? null : this.#watchOf(options.mitigation);
  }

  #size(): { readonly columns: number; readonly rows: number } {
    const { columns, rows } = this.#stage.terminal;
    return { columns, rows };
  }

  #uiOptions(): UiOptions {
    const { readOnly, backend, actsOn, ttlSec, confirmWindowSec, allow, tableRows, edge, cases } = this.#options;
    const cannotAct = readOnly
      ? 'Read-only: nothing can be applied from here. Start without --read-only to act.'
      : OPENING_DOOR;
    return {
      isReadOnly: readOnly,
      cannotAct,
      cannotActAtEdge: cannotAct,
      backend,
      actsOn,
      ttlSec,
      confirmWindowSec,
      allow,
      rows: tableRows,
      themes: THEMES.map((theme) => theme.name),
      hasEdge: edge !== null,
      notKept: cases === null ? NOT_KEPT : null,
    };
  }

  #watchOf(door: MitigationDoor): DoorWatch {
    return new DoorWatch(door, {
      state: () => this.#state,
      dispatch: (event) => this.#dispatch(event, false),
      say: (text, color) => this.#say(text, color),
      log: (text) => this.#log(text),
      listed: (live) => this.#options.cases?.listed(live),
    });
  }

  #props(): ScreenProps {
    if (this.#state.themeName !== this.#theme.name) this.#theme = themeByName(this.#state.themeName) ?? this.#theme;
    return screenProps(this.#state, {
      theme: this.#theme,
      isAscii: !this.#stage.capabilities.unicode,
      log: this.#stage.terminal.log.lines,
    });
  }

  start(): void {
    this.#stage.request(true); // "waiting for packets" comes before the first packet
    this.#options.feed.setView(this.#state.view);
    this.#options.feed.listenToNews(({ text, isGood }) => this.#say(text, isGood ? 'ok' : 'critical'));
    this.#undo.push(this.#options.feed.subscribe((tick) => this.#take(tick)));
    this.#timers.push(
      setInterval(() => this.#tickClock(), CLOCK_MS),
      setInterval(() => void this.#lookAtConfig(), CONFIG_MS),
    );
    this.#doorWatch?.start();
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
    if (words !== this.#lastSourceWords) this.#log(words);
    // Figures change on the screen when the tables do, twice a second; only news of an attack or of the source comes at once.
    const before = this.#state;
    const incidents = tick.incidents.map((incident) => incident.id + incident.state).join();
    if (tick.incidents.length > 0 && this.#lastIncidents === '') this.#options.analysis?.prepare();
    const load = sheddingWords(tick.snapshot.shedding);
    if (load !== this.#lastLoadWords) this.#log(load ?? NOTHING_LEFT_OUT);
    const isNews = words !== this.#lastSourceWords || load !== this.#lastLoadWords || incidents !== this.#lastIncidents;
    this.#lastSourceWords = words;
    this.#lastLoadWords = load;
    this.#lastIncidents = incidents;
    const { state: next, effects } = update(before, { kind: 'tick', tick, nowMs: Date.now() });
    this.#state = next;
    for (const effect of effects) this.#run(effect);
    this.#options.cases?.take(tick);
    if (isNews || this.#state.tablesAtMs !== before.tablesAtMs) this.#stage.request();
  }

  #dispatch(event: UiEvent, isUrgent: boolean): void {
    if (this.#isOver) return;
    const { state, effects } = update(this.#state, event);
    const isChanged = state !== this.#state;
    this.#state = state;
    if (isChanged || isUrgent) this.#stage.request(isUrgent);
    for (const effect of effects) this.#run(effect);
  }

  #run(effect: UiEffect): void {
    switch (effect.kind) {
      case 'setView':
        this.#options.feed.setView(effect.view);
        break;
      case 'copy':
        if (!this.#stage.terminal.copy(effect.text)) {
          const notice = { text: 'Too long for the clipboard of a terminal.', color: 'suspect' } as const;
          this.#dispatch({ kind: 'notice', notice, nowMs: Date.now() }, true);
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
        this.#stage.terminal.repaint();
        break;
      case 'suspend':
        this.#stage.terminal.suspend();
        break;
      case 'quit':
        this.#finish(0);
        break;
      default:
        void runEffect(effect, this.#options, this.#state).then((result) => {
          if ('message' in result) this.#log(result.message);
          this.#dispatch({ kind: 'result', result, nowMs: Date.now() }, true);
          this.#doorWatch?.list();
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
      log: (text) => this.#log(text),
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
    this.#log(log);
    this.#dispatch({ kind: 'notice', notice: { text, color }, nowMs: Date.now() }, true);
  }

  #log(text: string): void {
    this.#stage.terminal.log.add(text);
  }

  #tickClock(): void {
    const { frozen, mitigation, notice, gap, screen } = this.#state;
    // Who has it on the screen looks at it, without pressing a key.
    if (screen === 'requests') this.#options.edge?.touch();
    if (frozen || mitigation || notice || gap) this.#dispatch({ kind: 'clock', nowMs: Date.now() }, false);
  }

  /** From the moment the door is open. */
  async #enter(): Promise<void> {
    const { cannotAct, readOnly } = this.#options;
    const why = await cannotAct;
    if (!readOnly) this.#dispatch({ kind: 'door', cannotAct: why.firewall, cannotActAtEdge: why.edge }, false);
    this.#doorWatch?.list();
    if ((why.firewall === null || why.edge === null) && !readOnly) await this.#doorWatch?.lookBack();
  }

  #finish(exitCode: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stage.stopDrawing();
    this.#doorWatch?.stop();
    for (const timer of this.#timers) clearInterval(timer);
    for (const step of this.#undo.splice(0)) step();
    this.#stage.close();
    this.#resolve(exitCode);
  }
}
