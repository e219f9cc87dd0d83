/** Which floors hold for a target at a moment: those of its group (the longest prefix that holds it), of the group's schedule, else the general ones. */
import type { DetectionConfig, FloorSchedule, FloorSettings, TargetGroup } from '../config/threshold-config.js';
import { type Prefix, parsePrefix } from '../format/address.js';
import { PrefixMap } from '../sketch/prefix-map.js';
import type { Floors } from './floors.js';
import type { TargetRef } from './rate-window.js';

const DAY_SEC = 86_400;
/** 1 January 1970 was a Thursday. */
const FIRST_DAY = 4;
const DAY_MINUTES = 1440;

/** The floors of one group. */
export class GroupFloors {
  readonly #general: Floors;
  /** By the schedules that hold, as bits of a text. */
  readonly #scheduled = new Map<string, Floors>();
  #minute = Number.NaN;
  #now: Floors;

  constructor(
    base: Floors,
    /** Null: of targets in no group. */
    readonly group: TargetGroup | null,
  ) {
    this.#general = withSettings(base, group?.floors ?? {});
    this.#now = this.#general;
  }

  get isWatched(): boolean {
    return this.group?.isWatched ?? true;
  }

  /** `sec`: capture time. Schedules are looked up once a minute of it. */
  at(sec: number): Floors {
    const minute = Math.floor(sec / 60);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#now = this.#floorsIn(minute);
    }
    return this.#now;
  }

  #floorsIn(minute: number): Floors {
    const schedules = (this.group?.schedules ?? []).filter((schedule) => holdsIn(schedule, minute));
    if (schedules.length === 0) return this.#general;
    const key = schedules.map((schedule) => this.group?.schedules.indexOf(schedule)).join();
    const known = this.#scheduled.get(key);
    if (known !== undefined) return known;
    const floors = schedules.reduce((sum, schedule) => withSettings(sum, schedule.floors), this.#general);
    this.#scheduled.set(key, floors);
    return floors;
  }
}

export class TargetGroups {
  readonly #groups = new PrefixMap<GroupFloors>();
  readonly #others: GroupFloors;

  /** `base`: the floors where the configuration says nothing. */
  constructor(config: DetectionConfig, base: Floors) {
    const general = withSettings(base, config.floors);
    this.#others = new GroupFloors(general, null);
    for (const group of config.groups) {
      const floors = new GroupFloors(general, group);
      for (const text of group.targets) this.#groups.set(prefixOf(text), floors);
    }
  }

  /** Of a prefix: the group that holds all of it. */
  of(target: TargetRef): GroupFloors {
    return this.#groups.find(target) ?? this.#others;
  }
}

/** Prefixes of a configuration were checked when it was read. */
export function prefixOf(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (prefix === null) throw new Error(`TargetGroups: expected a prefix, got "${text}".`);
  return prefix;
}

function withSettings(base: Floors, settings: FloorSettings): Floors {
  return { ...base, ...settings };
}

/** `minute`: since the epoch, UTC. What goes over midnight belongs to the day it began on. */
function holdsIn({ days, fromMinute, toMinute }: FloorSchedule, minute: number): boolean {
  const day = (Math.floor((minute * 60) / DAY_SEC) + FIRST_DAY) % 7;
  const of = ((minute % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  if (fromMinute < toMinute) return days.includes(day) && of >= fromMinute && of < toMinute;
  return (days.includes(day) && of >= fromMinute) || (days.includes((day + 6) % 7) && of < toMinute);
}
