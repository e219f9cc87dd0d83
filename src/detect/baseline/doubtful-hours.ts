/**
 * What comes while an attack is open that only the baseline calls one: it may be an attack, or new: a backup, a service that grew. Nothing of it is
 * learned while it is open; when it is over it is, a second every five minutes standing for them, so that what comes every week is usual once it
 * came more often than not. What is still there after a day is learned from then on, or it would be an attack for ever. A floor or a shape that
 * calls it an attack as well settles it: nothing is learned.
 */
import { FEATURE_COUNT, FEATURES } from './features.js';
import { hourOfWeek } from './hour-of-week.js';
import { STEP_SEC, type WeekProfile } from './week-profile.js';

const EVERY_SEC = 300;
/** A day of it: 288 seconds of 6 numbers. */
const STAYS_AFTER_SEC = 86_400;

interface Sample {
  readonly sec: number;
  readonly values: readonly number[];
}

export class DoubtfulHours {
  #samples: Sample[] = [];
  #sinceSec = Number.NaN;
  #place = Number.NaN;
  #isAttack = false;

  /** Call for each second of the open attack, and more often if you like. `isSettled`: something else calls it an attack. */
  note(sec: number, values: readonly number[], isSettled: boolean, profile: WeekProfile | null): void {
    const place = Math.floor(sec / EVERY_SEC);
    if (Number.isNaN(this.#sinceSec)) {
      this.#sinceSec = sec;
      this.#place = place;
    }
    if (isSettled) this.#isAttack = true;
    if (this.#isAttack || place === this.#place) return;
    this.#place = place;
    const inUnits = Array.from({ length: FEATURE_COUNT }, (_, i) => (values[i] as number) / (FEATURES[i]?.unit ?? 1));
    this.#samples.push({ sec, values: inUnits });
    if (sec - this.#sinceSec >= STAYS_AFTER_SEC) this.#learn(profile);
  }

  /** The attack is over. */
  end(profile: WeekProfile | null): void {
    if (!this.#isAttack) this.#learn(profile);
    this.#samples = [];
    this.#sinceSec = Number.NaN;
    this.#isAttack = false;
  }

  #learn(profile: WeekProfile | null): void {
    for (const { sec, values } of this.#samples)
      for (let i = 0; i < EVERY_SEC / STEP_SEC; i += 1) profile?.add(hourOfWeek(sec), values, null, sec);
    this.#samples = [];
  }
}
