/** Every tick judged: what its targets received, what the traffic looks like, and the incidents that come of it. */
import type { TrafficAggregate } from '../aggregate/traffic-aggregate.js';
import { DEFAULT_DETECTION, type DetectionConfig } from '../config/threshold-config.js';
import { AttackDetector } from '../detect/attack-detector.js';
import { RequestRise } from '../detect/crowd/request-rise.js';
import { DEFAULT_FLOORS } from '../detect/floors.js';
import { prefixOf } from '../detect/target-groups.js';
import type { TargetVerdict } from '../detect/verdict.js';
import type { HostSignals } from '../incident/impact.js';
import type { Incident } from '../incident/incident.js';
import { IncidentTracker } from '../incident/tracker.js';
import type { TickSlots } from '../records/target-slot.js';
import { incidentSources } from './incident-sources.js';
import type { LiveRows } from './live-rows.js';
import type { PipelineOptions } from './pipeline-options.js';
import type { ShapeFeed } from './shape-feed.js';
import { TargetJudge } from './target-judge.js';
import { targetsToSample } from './targets-to-sample.js';

const NO_SLOTS: TickSlots = { hosts: [], prefixes: [] };

export class TickJudge {
  readonly #aggregate: TrafficAggregate;
  readonly #shapes: ShapeFeed;
  readonly #rows: LiveRows | null;
  readonly #detector: AttackDetector;
  readonly #incidents: IncidentTracker;

  constructor(
    aggregate: TrafficAggregate,
    shapes: ShapeFeed,
    ticksPerSecond: number,
    {
      rows = null,
      floors = DEFAULT_FLOORS,
      detection = DEFAULT_DETECTION,
      triggers = [],
      idPrefix = 'i',
    }: PipelineOptions,
  ) {
    this.#aggregate = aggregate;
    this.#shapes = shapes;
    this.#rows = rows;
    const rise = new RequestRise();
    const judge = new TargetJudge(aggregate, shapes.traits, rise);
    shapes.judge = judge;
    const all = [shapes.trigger, rise, ...triggers];
    this.#detector = new AttackDetector({ floors, ticksPerSecond, detection, triggers: all, judge });
    this.#incidents = new IncidentTracker({ idPrefix });
    this.setDetection(detection);
  }

  /** The running tick, which ends at `endSec` (capture time) and is emptied by it. `isLast`: the source has ended. */
  endTick(endSec: number, isLast = false): void {
    this.#judge(endSec, this.#aggregate.closeSlot(), isLast);
  }

  /** A tick without a packet. */
  passTick(endSec: number): void {
    this.#judge(endSec, NO_SLOTS, false);
  }

  endSecond(second: number): void {
    this.#shapes.endSecond(this.#aggregate, second);
  }

  #judge(endSec: number, slots: TickSlots, isLast: boolean): void {
    const verdicts = this.#detector.evaluate(endSec, this.#shapes.refine(slots), isLast);
    if (verdicts.length === 0) return;
    for (const verdict of verdicts) this.#noteAttack(verdict);
    this.#incidents.update(verdicts, (verdict) => incidentSources(this.#aggregate, verdict));
    if (!this.#incidents.isAnyOpen) this.#rows?.forgetGood(endSec);
  }

  #noteAttack(verdict: TargetVerdict): void {
    for (const part of verdict.attack) {
      // A tick that ends on a full second lies in the second before it.
      this.#aggregate.series.addAttack(Math.ceil(part.sec) - 1, part.packets, part.bytes);
    }
    if (verdict.state === 'attack') this.#rows?.keepGood(this.#aggregate, verdict);
  }

  /** Those whose rows are worth keeping in the next second. */
  targetsToSample(): ReturnType<typeof targetsToSample> {
    return targetsToSample(this.#detector.recentHosts(), this.#detector.open());
  }

  /** What is open stays open until it is over by the new ones. */
  setDetection(detection: DetectionConfig): void {
    const networks = detection.networks.map(prefixOf);
    this.#aggregate.setNetworks(networks);
    this.#detector.setDetection(detection);
    this.#incidents.setNetworks(networks);
  }

  setSignals(signals: HostSignals): void {
    this.#incidents.setSignals(signals);
  }

  /** Attacks called so far. */
  get alarms(): number {
    return this.#incidents.alarms;
  }

  incidents(): Incident[] {
    return this.#incidents.incidents();
  }
}
