/** The wall clock as a door, so that a test can drive it. Used where people act; traffic time comes from the data. */
export interface Clock {
  /** Epoch ms. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
