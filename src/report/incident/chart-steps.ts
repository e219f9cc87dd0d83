/** A series with as many values as there is room for: the largest of each step, so that no peak is lost. */
import type { ChartBlock } from './incident-document.js';

export interface ChartStep {
  /** Null = no data in any second of it. */
  readonly total: number | null;
  readonly attack: number;
}

export interface ChartPlan {
  readonly startSec: number;
  readonly endSec: number;
  readonly steps: readonly ChartStep[];
  /** At least the largest value; round. */
  readonly top: number;
}

export function planChart({ startSec, stepSec, total, attack }: ChartBlock, most: number): ChartPlan {
  const count = Math.max(1, Math.min(most, total.length));
  const steps = Array.from({ length: count }, (_, i): ChartStep => {
    const from = Math.floor((i * total.length) / count);
    const to = Math.max(from + 1, Math.floor(((i + 1) * total.length) / count));
    return { total: largest(total, from, to), attack: largest(attack, from, to) ?? 0 };
  });
  const peak = Math.max(0, ...steps.map((step) => Math.max(step.total ?? 0, 0)));
  return { startSec, endSec: startSec + total.length * stepSec, steps, top: roundUp(peak) };
}

function largest(values: readonly (number | null)[], from: number, to: number): number | null {
  let most: number | null = null;
  for (let i = from; i < to; i += 1) {
    const value = values[i] ?? null;
    if (value !== null && (most === null || value > most)) most = value;
  }
  return most;
}

const LADDER = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return (LADDER.find((step) => step * power >= value) ?? 10) * power;
}

/** Where an instant lies, 0..1 of the width. */
export function positionOf({ startSec, endSec }: ChartPlan, at: number): number {
  return Math.max(0, Math.min(1, (at - startSec) / Math.max(1, endSec - startSec)));
}
