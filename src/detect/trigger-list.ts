/** The triggers that are switched on, asked as one, for targets that are watched. */
import type { DetectionConfig } from '../config/threshold-config.js';
import { FloorTrigger } from './floor-trigger.js';
import type { Floors } from './floors.js';
import type { Rates, TargetRef } from './rate-window.js';
import { type GroupFloors, TargetGroups } from './target-groups.js';
import type { TargetState } from './target-state.js';
import { type CrossedLimit, type EarlierSecond, NOTHING_CROSSED, type Trigger } from './trigger.js';

export class TriggerList {
  readonly #all: readonly Trigger[];
  #active: readonly Trigger[] = [];
  #groups: TargetGroups;

  /** `floors`: where the configuration says nothing. `more`: triggers besides them. */
  constructor(
    readonly floors: Floors,
    more: readonly Trigger[],
    detection: DetectionConfig,
  ) {
    this.#all = [new FloorTrigger((rates) => this.#groupOf(rates)), ...more];
    this.#groups = new TargetGroups(detection, floors);
    this.setDetection(detection);
  }

  /** Groups of targets are to be looked up again: the caller clears those it remembers. */
  setDetection(detection: DetectionConfig): void {
    this.#groups = new TargetGroups(detection, this.floors);
    this.#active = this.#all.filter(({ name }) => detection.triggers[name]);
  }

  #groupOf(rates: Rates): GroupFloors {
    const state = rates.key as TargetState;
    state.group ??= this.#groups.of(state);
    return state.group;
  }

  isWatched(rates: Rates): boolean {
    return this.#groupOf(rates).isWatched;
  }

  crossed(rates: Rates, sec: number, factor: number): readonly CrossedLimit[] {
    if (!this.isWatched(rates)) return NOTHING_CROSSED;
    let over = NOTHING_CROSSED;
    for (const trigger of this.#active) {
      const all = trigger.crossed(rates, sec, factor);
      const more =
        all.length === 0 || trigger.name !== 'shape' ? all : all.filter((limit) => !isSaid(over, rates, limit));
      if (more.length > 0) over = over.length === 0 ? more : [...over, ...more];
    }
    return over;
  }

  due(): readonly TargetRef[] {
    return this.#active.flatMap((trigger) => trigger.due?.() ?? []);
  }

  /** Of the triggers that are over a limit now. */
  history(target: TargetRef, over: readonly CrossedLimit[]): readonly EarlierSecond[] {
    const names = new Set(over.map(({ trigger }) => trigger));
    for (const trigger of this.#active) {
      const seconds = names.has(trigger.name) ? (trigger.history?.(target) ?? []) : [];
      if (seconds.length > 0) return seconds;
    }
    return [];
  }

  /** `rates`: its second, of a prefix without what is under attack in it. Those that are switched off learn too: they may be switched on again. */
  learn(state: TargetState, rates: Rates, sec: number): void {
    state.usual.learn(rates);
    for (const trigger of this.#all) trigger.learn?.(rates, sec);
  }

  attackBegan(state: TargetState, sec: number): void {
    for (const trigger of this.#all) trigger.attackBegan?.(state, sec);
  }

  attackEnded(state: TargetState, sec: number): void {
    for (const trigger of this.#all) trigger.attackEnded?.(state, sec);
  }
}

/** What a floor says of a class needs no shape beside it, nor behind it. */
function isSaid(over: readonly CrossedLimit[], { key }: Rates, { trafficClass }: CrossedLimit): boolean {
  const { isOpen, ofFloors } = key as TargetState;
  if (isOpen && ofFloors.has(trafficClass)) return true;
  return over.some((other) => other.trigger === 'floor' && other.trafficClass === trafficClass);
}
