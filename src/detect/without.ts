/** A prefix without some of what lies in it: hosts and prefixes that are under attack by themselves. */
import type { TargetSlot } from '../records/target-slot.js';
import type { Rates } from './rate-window.js';
import type { TargetState } from './target-state.js';

/** Its second. */
export function without(state: TargetState, parts: readonly TargetState[]): Rates {
  const inside = parts.filter((part) => part !== state && state.holds(part));
  if (inside.length === 0) return state;
  const classPackets = Float64Array.from(state.classPackets);
  const classBytes = Float64Array.from(state.classBytes);
  let { packets, bytes } = state;
  for (const part of inside) {
    for (const i of part.classes) {
      // What the tables lost of the prefix must not become less than nothing.
      const fewer = Math.min(classPackets[i] as number, part.classPackets[i] as number);
      const shorter = Math.min(classBytes[i] as number, part.classBytes[i] as number);
      classPackets[i]! -= fewer;
      classBytes[i]! -= shorter;
      packets -= fewer;
      bytes -= shorter;
    }
  }
  const { target, version, words, length, key, sampleRate, hosts } = state;
  return {
    target, version, words, length, key, sampleRate, hosts, packets, bytes, classPackets, classBytes,
    classes: state.classes.filter((i) => (classPackets[i] as number) > 0),
    before: (trafficClass) => state.before(trafficClass),
  }; // biome-ignore format: one record
}

/** One tick of it. */
export function slotWithout(slot: TargetSlot, tick: number, parts: readonly TargetState[]): TargetSlot {
  const inside = parts.map(({ window }) => window.slotAt(tick)).filter((part) => part !== null);
  if (inside.length === 0) return slot;
  const classPackets = [...slot.classPackets];
  const classBytes = [...slot.classBytes];
  for (const part of inside) {
    for (const [i, trafficClass] of part.classes.entries()) {
      const at = slot.classes.indexOf(trafficClass);
      if (at < 0) continue;
      classPackets[at] = Math.max(0, (classPackets[at] as number) - (part.classPackets[i] as number));
      classBytes[at] = Math.max(0, (classBytes[at] as number) - (part.classBytes[i] as number));
    }
  }
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  return { ...slot, classPackets, classBytes, packets: sum(classPackets), bytes: sum(classBytes) };
}
