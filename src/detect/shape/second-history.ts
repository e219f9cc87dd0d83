/** What a target received in each second of the last minute, by traffic class: told of when an attack is found that had gone on for a while. */
import type { TargetRef } from '../rate-window.js';
import type { EarlierSecond } from '../trigger.js';

/** 256 targets × 60 × some 200 B = 3 MB at most; a target has few classes a second. */
const MOST_SECONDS = 60;

interface Second {
  readonly sec: number;
  readonly classes: number[];
  /** By place in `classes`. */
  readonly packets: number[];
  readonly bytes: number[];
}

export class SecondHistory {
  readonly #seconds: Second[] = [];

  add(sec: number, trafficClass: number, packets: number, bytes: number): void {
    const second = this.#secondOf(sec);
    let at = second.classes.indexOf(trafficClass);
    if (at < 0) {
      at = second.classes.push(trafficClass) - 1;
      second.packets.push(0);
      second.bytes.push(0);
    }
    second.packets[at] = (second.packets[at] as number) + packets;
    second.bytes[at] = (second.bytes[at] as number) + bytes;
  }

  #secondOf(sec: number): Second {
    const seconds = this.#seconds;
    const newest = seconds.at(-1);
    if (newest?.sec === sec) return newest;
    const second: Second = { sec, classes: [], packets: [], bytes: [] };
    while (seconds.length > 0 && (seconds.at(-1) as Second).sec >= sec) seconds.pop();
    while (seconds.length > 0 && (seconds[0] as Second).sec <= sec - MOST_SECONDS) seconds.shift();
    seconds.push(second);
    return second;
  }

  /** Oldest first. */
  read({ target, version, words, length }: TargetRef): EarlierSecond[] {
    return this.#seconds.map(({ sec, classes, packets, bytes }) => {
      const classPackets = packets.map((value) => Math.max(0, Math.round(value)));
      const classBytes = bytes.map((value) => Math.round(value));
      const sum = (of: readonly number[]) => of.reduce((all, value) => all + value, 0);
      const slot = { target, version, words, length, classes, classPackets, classBytes, sampleRate: 1, hosts: 1 };
      return { sec: sec + 1, slot: { ...slot, packets: sum(classPackets), bytes: sum(classBytes) } };
    });
  }
}
