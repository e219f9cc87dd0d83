import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_SHED_LEVEL } from '../records/shedding.js';
import { LoadGovernor, type LoadInterval } from './load-governor.js';

const second = (part: Partial<LoadInterval>): LoadInterval => ({
  passedMs: 1000,
  busyMs: 0,
  frames: 1000,
  dropped: 0,
  behindSec: 0,
  ...part,
});

function afterSeconds(governor: LoadGovernor, seconds: number, part: Partial<LoadInterval>): number[] {
  return Array.from({ length: seconds }, () => {
    governor.note(second(part));
    return governor.decide();
  });
}

describe('up at once, down slowly', () => {
  test.each([
    ['half a core', { busyMs: 500 }, [0, 0, 0]],
    ['no room left', { busyMs: 900 }, [1, 2, 3]],
    ['frames lost', { busyMs: 400, dropped: 1 }, [1, 2, 3]],
    ['frames waiting', { busyMs: 400, behindSec: 0.3 }, [1, 2, 3]],
    ['eight times too much', { busyMs: 1000, dropped: 7000 }, [4, 8, 11]],
    ['lost, but not by us', { busyMs: 50, dropped: 5000 }, [0, 0, 0]],
  ])('%s', (_name, part, levels) => {
    expect(afterSeconds(new LoadGovernor(), 3, part)).toEqual(levels);
  });

  test('a level is left after five calm seconds, two at once when there is nothing to do', () => {
    const governor = new LoadGovernor();
    afterSeconds(governor, 2, { busyMs: 1000, dropped: 2000 });
    const from = governor.level;
    expect(afterSeconds(governor, 10, { busyMs: 300 })).toEqual([
      ...Array.from({ length: 4 }, () => from),
      ...Array.from({ length: 5 }, () => from - 1),
      from - 2,
    ]);
    expect(afterSeconds(governor, 10, { busyMs: 10 }).at(-1)).toBe(Math.max(0, from - 6));
  });

  test('nothing is decided on less than 400 ms, and nothing on no news', () => {
    const governor = new LoadGovernor();
    governor.note(second({ passedMs: 250, busyMs: 250, dropped: 10 }));
    expect(governor.decide()).toBe(0);
    governor.note(second({ passedMs: 250, busyMs: 250 }));
    expect(governor.decide()).toBe(1);
    expect(governor.decide()).toBe(1);
  });
});

/** Share of a core that each level takes, of one that everything takes `full` of; what walking the records takes stays. */
function busyAt(level: number, full: number, walking: number, detail: number): number {
  if (level === 0) return full;
  return full * walking + (full * (1 - walking) * (1 - detail)) / 2 ** (level - 1);
}

describe('a constant load', () => {
  /** Levels of each second; what does not fit is lost. */
  function levelsUnder(full: number, walking: number, detail: number, seconds: number): number[] {
    const governor = new LoadGovernor();
    return Array.from({ length: seconds }, () => {
      const wanted = busyAt(governor.level, full, walking, detail);
      const taken = Math.min(1, wanted);
      const lost = Math.max(0, 1 - 1 / wanted);
      governor.note(
        second({ busyMs: taken * 1000, frames: 1_000_000 * (1 - lost), dropped: Math.round(1_000_000 * lost) }),
      );
      return governor.decide();
    });
  }

  test('settles where it fits, and stays there', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 200, noNaN: true }),
        fc.double({ min: 0, max: 0.0025, noNaN: true }),
        fc.double({ min: 0.1, max: 0.4, noNaN: true }),
        (full, walking, detail) => {
          const levels = levelsUnder(full, walking, detail, 400);
          const settled = levels.slice(120);
          expect(new Set(settled).size).toBe(1);
          expect(busyAt(settled[0]!, full, walking, detail)).toBeLessThanOrEqual(0.851);
          if (full < 0.85) expect(settled[0]).toBe(0);
        },
      ),
    );
  });

  test('under any load at all, directions change five seconds apart at least, and ever more seldom', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }), (busyOf) => {
        // Whatever each level costs, against all sense: the same level always costs the same.
        const governor = new LoadGovernor();
        const turns: number[] = [];
        let last = 0;
        let wasUp = true;
        for (let sec = 0; sec < 1200; sec += 1) {
          governor.note(second({ busyMs: (busyOf[governor.level] as number) * 1000 }));
          const level = governor.decide();
          if (level < 0 || level > MAX_SHED_LEVEL) throw new Error(`level ${level}`);
          if (level < last && wasUp) turns.push(sec);
          if (level !== last) wasUp = level > last;
          last = level;
        }
        const gaps = turns.slice(1).map((sec, i) => sec - (turns[i] as number));
        expect(Math.min(...gaps, 1000)).toBeGreaterThanOrEqual(5);
        expect(turns.length).toBeLessThanOrEqual(20);
      }),
    );
  });
});
