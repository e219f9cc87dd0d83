/** What a target received in each second of the last minute, by traffic class: told of when an attack is found that had gone on for a while. */
import type { TargetRef } from '../rate-window.js';
import type { EarlierSecond } from '../trigger.js';

/** 256 targets × 60 × some 200 B = 3 MB at most. */
const MOST_SECONDS = 60;

interface Second {
  readonly sec: number;
  readonly packets: Map<number, number>;
  readonly bytes: Map<number, number>;
}

export class SecondHistory {
  #seconds: Second[] = [];

  add(sec: number, trafficClass: number, packets: number, bytes: number): void {
    let newest = this.#seconds.at(-1);
    if (newest?.sec !== sec) {
      newest = { sec, packets: new Map(), bytes: new Map() };
      const from = sec - MOST_SECONDS;
      this.#seconds = [...this.#seconds.filter((second) => second.sec > from && second.sec < sec), newest];
    }
    newest.packets.set(trafficClass, (newest.packets.get(trafficClass) ?? 0) + packets);
    newest.bytes.set(trafficClass, (newest.bytes.get(trafficClass) ?? 0) + bytes);
  }

  /** Oldest first. */
  read({ target, version, words, length }: TargetRef): EarlierSecond[] {
    return this.#seconds.map(({ sec, packets, bytes }) => {
      const classes = [...packets.keys()];
      const classPackets = classes.map((i) => Math.max(0, Math.round(packets.get(i) ?? 0)));
      const classBytes = classes.map((i) => Math.round(bytes.get(i) ?? 0));
      const sum = (of: readonly number[]) => of.reduce((all, value) => all + value, 0);
      const slot = { target, version, words, length, classes, classPackets, classBytes, sampleRate: 1, hosts: 1 };
      return { sec: sec + 1, slot: { ...slot, packets: sum(classPackets), bytes: sum(classBytes) } };
    });
  }
}
