/** The targets that are remembered, bounded: the quiet one unheard of longest goes first. */
import type { TargetSlot } from '../records/target-slot.js';
import { TargetState } from './target-state.js';

export class TargetMemory {
  /** By text, in the order in which they were last heard of: a Map keeps it, when what is heard again is put to its end. */
  readonly #states = new Map<string, TargetState>();
  readonly #open = new Set<TargetState>();

  constructor(
    readonly most: number,
    readonly ticksPerSecond: number,
  ) {}

  has(target: string): boolean {
    return this.#states.has(target);
  }

  /** The state of what a slot is about; heard of now. */
  of(slot: TargetSlot, tick: number): TargetState {
    let state = this.#states.get(slot.target);
    if (state?.heard === tick) return state;
    if (state === undefined) {
      if (this.#states.size >= this.most) this.#forgetOldest();
      state = new TargetState(slot, this.ticksPerSecond);
    } else this.#states.delete(slot.target);
    this.#states.set(slot.target, state);
    state.heard = tick;
    return state;
  }

  #forgetOldest(): void {
    for (const [target, state] of this.#states) {
      if (state.state !== 'quiet') continue;
      this.#states.delete(target);
      return;
    }
  }

  all(): Iterable<TargetState> {
    return this.#states.values();
  }

  /** Under suspicion or attack. */
  open(): TargetState[] {
    return [...this.#open];
  }

  /** Of open ones; half of the places are theirs. */
  get isFull(): boolean {
    return this.#open.size * 2 >= this.most;
  }

  setOpen(state: TargetState, isOpen: boolean): void {
    if (isOpen) this.#open.add(state);
    else this.#open.delete(state);
  }

  /** Those that received something in `tick` or later. */
  heardSince(tick: number): TargetState[] {
    const heard: TargetState[] = [];
    for (const state of this.#states.values()) if (state.heard >= tick) heard.push(state);
    return heard;
  }
}
